import { z } from "zod";
import { clusterBackend } from "../../../components/ingress/gateway-plan";
import { firewallSchema } from "./ingress-firewall";
import { certificateSecretId, distinct, hostName, resourceId } from "./values";

const shortName = z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, "1 to 20 lower-case letters, digits and hyphens");

const secretId = certificateSecretId("Its secret in Key Vault; without a version, so that renewals are picked up.");
const vaultId = resourceId(
    "Microsoft.KeyVault/vaults",
    "a key vault",
    "That vault; the gateway is given the right to read its secrets.",
);

const certificate = z.strictObject({ secretId, vaultId }).describe("The certificate of all the site's names.");

const trustedRoot = z
    .discriminatedUnion("mode", [
        z.strictObject({
            mode: z.literal("pem"),
            certificate: z
                .string()
                .regex(
                    /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/,
                    "one certificate in PEM, from -----BEGIN CERTIFICATE----- on",
                )
                .describe("The authority's certificate; no key."),
        }),
        z.strictObject({ mode: z.literal("keyVault"), secretId, vaultId }),
    ])
    .optional()
    .describe("The authority that signed the backend's certificate. Default: one that everybody trusts.");

const anyHostName = z
    .string()
    .regex(
        /^(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
        "a host name such as apps.contoso.com, or *.contoso.com",
    );
const probePath = z
    .string()
    .regex(/^\//, "a path that begins with /")
    .default("/healthz")
    .describe("Answers 200 while the backend is well.");
const pathPattern = z
    .string()
    .regex(/^\/([\w.~%/-]*\/)?\*$|^\/[\w.~%/-]*$/, "a path such as /login, or /api/* for everything below /api/")
    .refine((pattern) => pattern !== "/*", "a part of the site; for all of it set backend");

const site = z.strictObject({
    hostNames: distinct(anyHostName).min(1).max(5).describe("Names that clients ask for; *.contoso.com is one too."),
    certificate,
    backend: z.string().default(clusterBackend).describe("Takes what no path takes: cluster, or one of backends."),
    backendHostName: hostName("Name on the cluster's certificate. Default: the first of hostNames.").optional(),
    probePath,
    trustedRoot,
    paths: z.record(pathPattern, z.string()).default({}).describe("Backends by path: cluster, or one of backends."),
    redirects: z
        .record(
            pathPattern,
            z
                .string()
                .regex(/^(https:\/\/[a-z0-9.-]+(:\d+)?(\/\S*)?|\/(?!\/)\S*)$/, "a path of this site, or https://..."),
        )
        .default({})
        .describe(
            "Where clients are sent to that ask for a path. HTTP always leads to HTTPS, without being named here.",
        ),
    affinity: z.boolean().default(false).describe("Whether a client stays with one instance, by a cookie."),
    timeouts: z
        .strictObject({
            requestSeconds: z.int().min(1).max(86400).default(30).describe("For a backend's whole answer."),
            drainSeconds: z
                .int()
                .min(1)
                .max(3600)
                .default(30)
                .describe("For requests under way at an instance that goes."),
        })
        .prefault({}),
    firewall: firewallSchema.optional().describe("A firewall of its own. Default: the gateway's."),
});

const backend = z.strictObject({
    addresses: distinct(z.union([z.ipv4(), hostName("A private name.")], "a private address, or a host name"))
        .min(1)
        .describe("Private addresses or names, inside the spoke or the hub; they answer over TLS on 443."),
    hostName: hostName("Name on its certificate."),
    probePath,
    trustedRoot,
});

export const sitesSchema = z
    .record(shortName, site)
    // Each takes two listeners of the hundred that Azure serves.
    .refine((sites) => Object.keys(sites).length > 0 && Object.keys(sites).length <= 50, "1 to 50 sites")
    .describe("What the gateway serves, by a short name.");

export const backendsSchema = z
    .record(
        shortName.refine((name) => name !== clusterBackend, "a name of its own: cluster stands for the cluster"),
        backend,
    )
    .default({})
    .describe("What sites may send requests to besides the cluster, by a short name.");

export type SiteConfig = z.output<typeof site>;
