import { loadSettings } from "./config/load";
import { dropVersionedAliases } from "./engine-settings";
import { outputsOf } from "./outputs";
import { buildPlatform } from "./platform";

const settings = loadSettings();
dropVersionedAliases();
const platform = buildPlatform(settings);

export const { operators, dataScientists } = outputsOf(platform);
