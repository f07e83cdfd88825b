import { show, type Problem } from "../problem";

/** A secret or key, the vault that may be read for it, and who asks. */
export interface VaultReference {
    /** Setting that holds the vault's id. */
    readonly path: string;
    /** Key Vault's id of the secret or key: a URL. */
    readonly itemId: string;
    readonly vaultId: string;
    /** What is in the vault: `certificate`, `secret` or `key`. */
    readonly item: string;
    /** Name of the setting that holds `itemId`. */
    readonly setting: string;
    /** What would fail: "the firewall could not read its certificate". */
    readonly consequence: string;
}

/** A vault that isn't the one that the secret or key is in. */
export function vaultProblems({ path, itemId, vaultId, item, setting, consequence }: VaultReference): Problem[] {
    const vaultOfItem = new URL(itemId).hostname.split(".")[0];
    const vault = vaultId.split("/").at(-1) ?? "";
    return vault.toLowerCase() === vaultOfItem
        ? []
        : [
              {
                  path,
                  found: `the vault ${show(vault)}, while the ${item} is in ${show(vaultOfItem)}`,
                  allowed: `the id of the vault that ${setting} names`,
                  remedy: `Correct one of the two: ${consequence}.`,
              },
          ];
}
