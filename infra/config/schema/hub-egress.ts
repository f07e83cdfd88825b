import { z } from "zod";
import { address, certificateSecretId, cidr, distinct, resourceId } from "./values";

const inspection = z
    .strictObject({
        certificateSecretId: certificateSecretId(
            "An intermediate certificate authority's certificate with its key; clients must trust it. Without a version, so that renewals are picked up.",
        ),
        certificateVaultId: resourceId(
            "Microsoft.KeyVault/vaults",
            "a key vault",
            "That vault; the firewall's identity is given the right to read its secrets.",
        ),
    })
    .describe(
        "Looks into TLS of what allowedEgress names; platform services are left alone. Needs tier Premium. Default: off.",
    );

const forcedTunnelling = z
    .strictObject({
        egressAddresses: distinct(address("A public address."))
            .default([])
            .describe("What the Internet sees as the platform's sources, at the other end of the tunnel."),
    })
    .describe(
        "The firewall sends to the gateway's other end, which must announce 0.0.0.0/0; it has no public address of its own then but that of its management. Decide once: switching replaces the firewall. Default: straight to the Internet.",
    );

const firewall = z.strictObject({
    mode: z.literal("firewall"),
    tier: z.enum(["Standard", "Premium"]).default("Standard").describe("Premium adds intrusion detection."),
    publicAddresses: z.int().min(1).max(250).default(1).describe("Each adds 2,496 SNAT ports."),
    inspection: inspection.optional(),
    forcedTunnelling: forcedTunnelling.optional(),
    snat: z
        .strictObject({
            privateRanges: distinct(cidr("A public range of your own."))
                .default([])
                .describe(
                    "Public ranges that are reached with the sender's own address, like private ones. Those of onPremises, hub and spokes are added.",
                ),
        })
        .prefault({})
        .describe("When the firewall puts its own address in the sender's place."),
});

const image = z.strictObject({
    publisher: z.string().min(1),
    offer: z.string().min(1),
    sku: z.string().min(1),
    version: z.string().min(1).describe("An exact version, so that a second deployment makes the same machine."),
    plan: z
        .boolean()
        .default(true)
        .describe(
            "Whether the image is sold on the marketplace; its terms must be accepted: az vm image terms accept.",
        ),
});

const appliance = z.strictObject({
    mode: z.literal("appliance"),
    image: image.describe("Image of a network appliance with two interfaces: the first outside, the second inside."),
    vmSize: z
        .string()
        .regex(/^Standard_\w+$/, "an Azure VM size such as Standard_D4s_v5")
        .default("Standard_D4s_v5")
        .describe("Size of each of the two machines; takes two interfaces or more."),
    adminUsername: z
        .string()
        .regex(/^(?!(admin|root)$)[a-z][a-z0-9-]{0,31}$/, "1 to 32 lower-case letters and digits; not admin or root")
        .default("operator"),
    adminSshKey: z
        .string()
        .regex(/^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/=]+( .*)?$/, "a public key: ssh-ed25519 or ssh-rsa")
        .describe("Public key of the administrators; passwords are off."),
    bootstrap: z
        .string()
        .min(1)
        .optional()
        .meta({ type: ["string", "object"] })
        .describe(
            "What the machines read at their first start, such as cloud-init. A secret: pulumi config set --secret --path 'secure-aks-ml:hub.egress.bootstrap'.",
        ),
    probePort: z
        .int()
        .min(1)
        .max(65535)
        .default(443)
        .describe("TCP port on the inside that answers while the appliance is well."),
    acceleratedNetworking: z.boolean().default(true).describe("Needs a size and an image that can."),
    encryptionAtHost: z
        .boolean()
        .default(true)
        .describe("Needs the subscription feature Microsoft.Compute/EncryptionAtHost."),
});

const givenAddress = z.strictObject({
    mode: z.literal("address"),
    nextHop: address("Private address of an appliance that others run: everything that leaves a spoke goes there."),
    publicAddresses: distinct(address("A public address."))
        .default([])
        .describe("What the Internet sees as the platform's sources; public API servers let them in."),
});

/** Everything that leaves a spoke goes through one of these. */
export const hubEgressSchema = z
    .discriminatedUnion("mode", [firewall, appliance, givenAddress])
    .prefault({ mode: "firewall" })
    .describe(
        "The only way out. firewall: Azure Firewall. appliance: a pair of machines of another maker. address: an appliance that others run.",
    );

export type HubEgressConfig = z.output<typeof hubEgressSchema>;
