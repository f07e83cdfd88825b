import { resolve } from "node:path";

/** Options of Pulumi's commands whose value is a path on this machine; some take several, separated by commas. */
const PATH_OPTIONS = [
    ...["--config-file", "--file", "--generate-resources", "--import-file", "--out", "--plan"],
    ...["--policy-pack", "--policy-pack-config", "--profiling", "--save-plan"],
];

/**
 * Makes the paths among a command's options absolute: Pulumi itself runs in another folder than the person stands in.
 * @param folder Where the person stands, absolute.
 */
export function pathsFrom(folder: string, args: readonly string[]): string[] {
    const absolute = (value: string) => value.split(",").map((path) => resolve(folder, path));
    return args.map((arg, index) => {
        const [, option = "", value = ""] = /^(--[\w-]+)=(.+)$/s.exec(arg) ?? [];
        if (PATH_OPTIONS.includes(option)) return `${option}=${absolute(value).join(",")}`;
        return PATH_OPTIONS.includes(args[index - 1] ?? "") ? absolute(arg).join(",") : arg;
    });
}
