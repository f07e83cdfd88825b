import * as os from "node:os";
import * as path from "node:path";

/**
 * The project's own PULUMI_HOME, under the person's cache folder: `%LOCALAPPDATA%` on Windows, `~/Library/Caches` on
 * macOS, else `$XDG_CACHE_HOME` or `~/.cache` (XDG Base Directory Specification, which has relative paths ignored).
 */
export function cliHome(
    platform: NodeJS.Platform = process.platform,
    environment: NodeJS.ProcessEnv = process.env,
    userHome: string = os.homedir(),
): string {
    return path.join(cacheFolder(platform, environment, userHome), "secure-aks-ml", "pulumi");
}

function cacheFolder(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, userHome: string): string {
    if (platform === "win32") {
        return environment.LOCALAPPDATA || path.join(userHome, "AppData", "Local");
    }
    if (platform === "darwin") {
        return path.join(userHome, "Library", "Caches");
    }
    const configured = environment.XDG_CACHE_HOME;
    return configured && path.isAbsolute(configured) ? configured : path.join(userHome, ".cache");
}
