import { z } from "zod";
import { hostName } from "./values";

export const ingressSchema = z
    .discriminatedUnion("mode", [
        z.strictObject({ mode: z.literal("none") }),
        z.strictObject({
            mode: z.literal("public"),
            hostName: hostName("The name that clients ask for."),
            certificateSecretId: z
                .string()
                .regex(
                    /^https:\/\/[a-z0-9-]{3,24}\.vault\.azure\.net\/secrets\/[A-Za-z0-9-]+$/,
                    "https://<vault>.vault.azure.net/secrets/<name>, without a version",
                )
                .describe("The certificate's secret in Key Vault; without a version, so that renewals are picked up."),
            certificateVaultId: z
                .string()
                .regex(
                    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+$/i,
                    "the resource id of a key vault",
                )
                .describe("That vault; the gateway is given the right to read its secrets."),
            backendHostName: hostName("Name on the backend's certificate. Default: hostName.").optional(),
            probePath: z
                .string()
                .regex(/^\//, "a path that begins with /")
                .default("/healthz")
                .describe("Answers 200 while the backend is well."),
            capacity: z
                .strictObject({ min: z.int().min(0).max(125), max: z.int().min(2).max(125) })
                .default({ min: 2, max: 10 })
                .describe("Instances."),
        }),
    ])
    .default({ mode: "none" })
    .describe("How clients come in: through Application Gateway with a web application firewall, or not at all.");

export type IngressConfig = z.output<typeof ingressSchema>;
