// First of all: it counts only before the SDK is loaded.
import "./sdk-on-demand";
import { loadSettings } from "./config/load";
import { dropDebugMessages, dropVersionedAliases, skipTracesOfPromises, translateFramesOnce } from "./engine-settings";
import { outputsOf } from "./outputs";
import { buildPlatform } from "./platform";

const settings = loadSettings();
skipTracesOfPromises();
translateFramesOnce();
dropDebugMessages();
dropVersionedAliases();
const platform = buildPlatform(settings);

export const { operators, dataScientists } = outputsOf(platform);
