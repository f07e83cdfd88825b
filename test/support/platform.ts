import { readSettings, type Settings } from "../../infra/config/load";
import { outputsOf } from "../../infra/outputs";
import { buildPlatform } from "../../infra/platform";
import { capture, type Registration } from "./capture";
import { stackConfig } from "./stack-files";

const captures = new Map<string, Promise<Registration[]>>();

/** What the program registers for a stack, in its first preview or after an update. Captured once, for all test files. */
export function platformOf(stack: string, { preview }: { preview: boolean }): Promise<Registration[]> {
    const key = `${stack} ${preview}`;
    const captured = captures.get(key) ?? capturePlatform(soundSettings(stackConfig(stack)), preview);
    captures.set(key, captured);
    return captured;
}

/** The same for any settings. */
export function capturePlatform(settings: Settings, preview: boolean): Promise<Registration[]> {
    // Where Kubernetes objects are applied, the program asks for a cluster's credentials.
    const answer = () => ({ kubeconfigs: [{ name: "clusterUser", value: "" }] });
    return capture(() => void outputsOf(buildPlatform(settings)), { preview, answer });
}

/** @throws Error where the configuration has a problem. */
export function soundSettings(config: Readonly<Record<string, string>>): Settings {
    const { settings, problems } = readSettings(config);
    if (!settings) {
        throw new Error(JSON.stringify(problems, undefined, 4));
    }
    return settings;
}
