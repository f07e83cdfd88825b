import { absentOr, atLeast, falseOrAbsent, oneOf } from "../frame/expectation";
import { graphRule, resourceRule } from "../frame/rule";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";

const KEY = ["keyvault:Key"];
const SECRET = ["keyvault:Secret"];

/**
 * Keys of vaults, but for those that encrypt a cluster's etcd: AKS takes their versions by hand, and its API server stops
 * when such a key expires.
 */
function keysWithLife(graph: ResourceGraph): GraphResource[] {
    const clusters = graph.ofType("containerservice:ManagedCluster");
    const etcdKeys = clusters.flatMap((cluster) => cluster.propertyDependencies["securityProfile"]);
    return graph.ofType("keyvault:Key").filter(({ urn }) => !etcdKeys.includes(urn));
}

export const keyExpiry = graphRule({
    id: "SAM-KV-010",
    name: "kv-key-expiry",
    title: "A key of a key vault must have an end.",
    severity: "medium",
    risk: "A key that never ends stays in use, and worth stealing, for years after anybody last looked at it.",
    remediation: [
        "Set properties.attributes.expires (seconds since 1970).",
        "Give the key a rotation policy, so that a new version stands before the old one ends.",
    ],
    twin: { none: "A key alone does not show whether it encrypts a cluster's etcd, whose keys must not end." },
    control: { reference: "DP-6", mapping: "own reading" },
    frameworks: { nist: ["SC-12"] },
    scanners: { checkov: ["CKV_AZURE_40"] },
    types: KEY,
    check(graph, findings) {
        for (const key of keysWithLife(graph)) {
            const own = findings.on(key.urn);
            own.attempt(() => {
                const rotation = key.inputs.at("properties.rotationPolicy.attributes").known();
                // A rotation policy sets the end of every version itself.
                if (!rotation.at("expiryTime").present) {
                    own.requirePresent(key.inputs.at("properties.attributes").known().at("expires"));
                }
            });
        }
    },
});

export const keyRotation = graphRule({
    id: "SAM-KV-011",
    name: "kv-key-rotation",
    title: "A key of a key vault must be rotated by the vault.",
    severity: "medium",
    risk: "Rotation by hand is forgotten: a stolen key stays good, and an expired one stops what uses it.",
    remediation: [
        'Set properties.rotationPolicy.lifetimeActions with the action "rotate" and a trigger.',
        "Let what uses the key refer to it without a version.",
    ],
    twin: { none: "A key alone does not show whether it encrypts a cluster's etcd, whose keys are changed by hand." },
    control: { reference: "DP-6", mapping: "own reading" },
    frameworks: { nist: ["SC-12"] },
    scanners: { psrule: ["Azure.KeyVault.AutoRotationPolicy"] },
    types: KEY,
    check(graph, findings) {
        for (const key of keysWithLife(graph)) {
            const own = findings.on(key.urn);
            own.attempt(() => {
                const actions = key.inputs.at("properties.rotationPolicy.lifetimeActions");
                const rotates = actions.items().some((action) => action.at("action.type").folded() === "rotate");
                if (!rotates) {
                    own.fail(
                        `${actions.path} must have the action "rotate"; found ${actions.shown()}. ` +
                            "Add it, with a trigger before the key's end.",
                    );
                }
            });
        }
    },
});

/** What NIST SP 800-57 and Azure both still count as strong. */
const SMALLEST_RSA = 2048;

export const keyStrength = resourceRule({
    id: "SAM-KV-012",
    name: "kv-key-strength",
    title: "A key of a key vault must be strong.",
    severity: "medium",
    risk: "A short key can be broken with what is rented by the hour, and with it all that it encrypts or signs.",
    remediation: [`Set properties.keySize to ${SMALLEST_RSA} or more, or take the curve P-256, P-384 or P-521.`],
    control: { reference: "DP-6", mapping: "own reading" },
    frameworks: { nist: ["SC-12", "SC-13"] },
    scanners: {},
    types: KEY,
    check({ inputs }, findings) {
        const properties = inputs.at("properties");
        if (properties.at("kty").folded()?.startsWith("ec")) {
            // Azure's default is P-256. P-256K belongs to crypto-currencies.
            if (!properties.at("curveName").absent) {
                findings.require(properties.at("curveName"), oneOf("P-256", "P-384", "P-521"));
            }
            return;
        }
        findings.require(properties.at("keySize"), absentOr(atLeast(SMALLEST_RSA)));
    },
});

export const keyInHardware = resourceRule({
    id: "SAM-KV-013",
    name: "kv-key-hsm",
    title: "A key of a key vault must be held in a hardware security module.",
    severity: "low",
    level: "disabled",
    risk: "Where rules demand hardware, a software key is not a key at all.",
    remediation: ['Set properties.kty to "RSA-HSM" or "EC-HSM" in a vault of the premium tier.'],
    control: { reference: "DP-6", mapping: "own reading" },
    frameworks: { nist: ["SC-12", "SC-13"] },
    scanners: { checkov: ["CKV_AZURE_112"] },
    types: KEY,
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.kty"), oneOf("RSA-HSM", "EC-HSM"));
    },
});

export const keyNotExportable = resourceRule({
    id: "SAM-KV-014",
    name: "kv-key-no-export",
    title: "A key of a key vault must not leave it.",
    severity: "high",
    risk: "An exported key can be copied, and no log of the vault tells what it is used for from then on.",
    remediation: ["Remove properties.attributes.exportable or set it to false."],
    control: { reference: "DP-6", mapping: "own reading" },
    frameworks: { nist: ["SC-12"] },
    scanners: {},
    types: KEY,
    fixes: [{ path: "properties.attributes.exportable", value: false }],
    check({ inputs }, findings) {
        const properties = inputs.at("properties");
        // A release policy lets it go to attested machines alone.
        if (!properties.at("releasePolicy").known().present) {
            findings.require(properties.at("attributes.exportable"), falseOrAbsent);
        }
    },
});

export const secretExpiry = resourceRule({
    id: "SAM-KV-015",
    name: "kv-secret-expiry",
    title: "A secret of a key vault must have an end.",
    severity: "medium",
    risk: "A password that never ends is never changed, and stays good for whoever found it.",
    remediation: ["Set properties.attributes.expires (seconds since 1970)."],
    control: { reference: "IM-8", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_41"] },
    types: SECRET,
    check({ inputs }, findings) {
        findings.requirePresent(inputs.at("properties.attributes").known().at("expires"));
    },
});

export const secretContentType = resourceRule({
    id: "SAM-KV-016",
    name: "kv-secret-content-type",
    title: "A secret of a key vault must say what it is.",
    severity: "low",
    risk: "Nobody dares to rotate or remove a secret of which nobody knows what it opens.",
    remediation: ["Set properties.contentType, for example to the name of what the secret opens."],
    control: { reference: "IM-8", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_114"] },
    types: SECRET,
    check({ inputs }, findings) {
        findings.requirePresent(inputs.at("properties").known().at("contentType"));
    },
});

export const keyVaultKeyRules = [
    keyExpiry,
    keyRotation,
    keyStrength,
    keyInHardware,
    keyNotExportable,
    secretExpiry,
    secretContentType,
];
