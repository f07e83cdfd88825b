import { z } from "zod";
import { cidr, resourceId } from "./values";

const vaultKey = {
    keyId: z
        .string()
        .regex(
            /^https:\/\/[a-z0-9-]{3,24}\.vault\.azure\.net\/keys\/[A-Za-z0-9-]{1,127}\/[0-9a-f]{32}$/,
            "the id of a key with its version, https://<vault>.vault.azure.net/keys/<key>/<version>",
        )
        .describe("The key, with its version."),
    vaultId: resourceId("Microsoft.KeyVault/vaults", "a key vault", "The key's vault."),
};

const openVault = z.strictObject({ mode: z.literal("publicVault"), ...vaultKey });

const inAnOpenVault = z
    .discriminatedUnion("mode", [openVault])
    .optional()
    .describe(
        "A key of your own for secrets in etcd, in a vault that every network may reach; a closed one takes VNet integration. Default: Azure's keys.",
    );

const inAnyVault = z
    .discriminatedUnion("mode", [
        z.strictObject({ mode: z.literal("ownVault") }).describe("A key that is made in the spoke's own vault."),
        z.strictObject({ mode: z.literal("privateVault"), ...vaultKey }),
        openVault,
    ])
    .optional()
    .describe("A key of your own for secrets in etcd. Default: Azure's keys.");

const authorizedRanges = z
    .array(cidr("Network of administrators."))
    .min(1)
    .describe("Who may reach the API server; the firewall's own addresses are added.");

export const apiAccessSchema = z
    .discriminatedUnion("mode", [
        z.strictObject({ mode: z.literal("privateLink"), etcdKey: inAnOpenVault }),
        z.strictObject({ mode: z.literal("vnetIntegration"), etcdKey: inAnyVault }),
        z.strictObject({ mode: z.literal("vnetIntegrationPublic"), authorizedRanges, etcdKey: inAnyVault }),
        z.strictObject({ mode: z.literal("public"), authorizedRanges, etcdKey: inAnOpenVault }),
    ])
    .default({ mode: "privateLink" })
    .describe(
        "How the API server is reached. vnetIntegration: inside the spoke's network, privately; vnetIntegrationPublic: for nodes alone. Azure takes authorized ranges on public API servers alone.",
    );

export type ApiAccessConfig = z.output<typeof apiAccessSchema>;
export type EtcdKeyConfig = NonNullable<ApiAccessConfig["etcdKey"]>;
