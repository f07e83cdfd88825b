import { show, type Problem } from "../problem";
import type { SpokeConfig } from "../schema/spoke";
import { orderProblems } from "./order";

type PublicIngress = Extract<SpokeConfig["ingress"], { mode: "public" }>;

/** The way in of one spoke: settings that don't fit each other. */
export function ingressProblems(path: string, spoke: SpokeConfig): Problem[] {
    return spoke.ingress.mode === "public" ? publicProblems(path, spoke.ingress, spoke.cluster) : [];
}

function publicProblems(path: string, ingress: PublicIngress, cluster: SpokeConfig["cluster"]): Problem[] {
    const { capacity, certificateSecretId, certificateVaultId } = ingress;
    const vaultOfSecret = new URL(certificateSecretId).hostname.split(".")[0];
    const vault = certificateVaultId.split("/").at(-1) ?? "";
    return [
        ...(cluster
            ? []
            : [
                  {
                      path: `${path}.ingress`,
                      found: "a gateway in a spoke without a cluster",
                      allowed: "mode none, or a cluster beside it",
                      remedy: `Add ${path}.cluster, or remove the gateway.`,
                  },
              ]),
        ...orderProblems(`${path}.ingress.capacity`, capacity.min, capacity.max),
        ...(vault.toLowerCase() === vaultOfSecret
            ? []
            : [
                  {
                      path: `${path}.ingress.certificateVaultId`,
                      found: `the vault ${show(vault)}, while the certificate is in ${show(vaultOfSecret)}`,
                      allowed: "the id of the vault that certificateSecretId names",
                      remedy: "Correct one of the two: the gateway could not read its certificate.",
                  },
              ]),
    ];
}
