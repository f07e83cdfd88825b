import { atLeast, is, oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { parseRange } from "../graph/address-set";
import type { NamesElsewhere } from "../graph/backend-names";
import { BackendNames } from "../graph/backend-names";
import { isPrivate } from "../graph/internet";
import { requireNamed } from "../graph/named-by";
import { leastZones, requireZones } from "./public-addresses";

const GATEWAY = "network:ApplicationGateway";

export const gatewaySecondVersion = resourceRule({
    id: "SAM-AGW-010",
    name: "agw-v2",
    title: "An Application Gateway must be of the second version.",
    severity: "high",
    risk: "The first version is retired: it gets no new managed rules, no Key Vault certificates and no zones.",
    remediation: ['Set sku.name and sku.tier to "WAF_v2", or to "Standard_v2" for a private gateway.'],
    control: { reference: "AM-3", mapping: "own reading" },
    scanners: { psrule: ["Azure.AppGw.MigrateV2"] },
    types: [GATEWAY],
    check({ inputs }, findings) {
        findings.require(inputs.at("sku.tier"), oneOf("WAF_v2", "Standard_v2", "Basic"));
    },
});

/** Suites with forward secrecy and authenticated encryption; the others have known weaknesses. */
const STRONG_SUITES = [
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
];

export const gatewayCiphers = resourceRule<{ strongSuites: string[] }>({
    id: "SAM-AGW-011",
    name: "agw-tls-ciphers",
    title: "An Application Gateway's own TLS policy must allow strong cipher suites alone.",
    severity: "high",
    risk: "Suites without forward secrecy let whoever gets the key later read what was recorded; CBC suites can be attacked on the way.",
    remediation: [
        "Name only ECDHE suites with GCM in sslPolicy.cipherSuites, and do the same in every sslProfile.",
        'Or use policyType "Predefined" with policyName "AppGwSslPolicy20220101S".',
    ],
    control: { reference: "DP-3", mapping: "own reading" },
    frameworks: { nist: ["SC-8(1)", "SC-13"] },
    scanners: {},
    config: {
        strongSuites: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: STRONG_SUITES,
            description: "Cipher suites that a policy may name.",
        },
    },
    types: [GATEWAY],
    check({ inputs }, findings, { strongSuites }) {
        const profiles = inputs.at("sslProfiles").items();
        for (const policy of [inputs.at("sslPolicy"), ...profiles.map((profile) => profile.at("sslPolicy"))]) {
            findings.attempt(() => requireStrongSuites(policy, strongSuites, findings));
        }
    },
});

function requireStrongSuites(policy: Value, strong: readonly string[], findings: Findings): void {
    if (!policy.at("policyType").folded()?.startsWith("custom")) {
        return;
    }
    const suites = policy.at("cipherSuites");
    const accepted = suites.items().map((suite) => {
        findings.require(suite, oneOf(...strong), "Remove it, or use one of them.");
    });
    if (accepted.length === 0 && policy.at("minProtocolVersion").folded() !== "tlsv1_3") {
        findings.fail(
            `${suites.path} must name the suites of this policy; found ${suites.shown()}. Name ECDHE suites with GCM.`,
        );
    }
}

export const gatewayBackendTls = resourceRule({
    id: "SAM-AGW-012",
    name: "agw-backend-tls",
    title: "An Application Gateway must talk to its backends by HTTPS.",
    severity: "medium",
    risk: "Between the gateway and the cluster, anyone in the network reads and changes requests that clients sent encrypted.",
    remediation: [
        'Set protocol of every entry of backendHttpSettingsCollection to "Https", with hostName or pickHostNameFromBackendAddress.',
        'Set protocol of every probe to "Https" too.',
    ],
    control: { reference: "DP-3", mapping: "own reading" },
    frameworks: { nist: ["SC-8"] },
    scanners: {},
    types: [GATEWAY],
    check({ inputs }, findings) {
        for (const settings of inputs.at("backendHttpSettingsCollection").items()) {
            findings.require(settings.at("protocol"), is("Https"));
            findings.attempt(() => {
                if (
                    !settings.known().at("hostName").present &&
                    !settings.at("pickHostNameFromBackendAddress").isTrue()
                ) {
                    findings.fail(
                        `${settings.path} must say whose certificate the backend shows: neither hostName nor pickHostNameFromBackendAddress is set. ` +
                            "Set one of them.",
                    );
                }
            });
        }
        for (const settings of inputs.at("backendSettingsCollection").items()) {
            findings.require(settings.at("protocol"), is("Tls"));
        }
        for (const probe of inputs.at("probes").items()) {
            findings.require(probe.at("protocol"), oneOf("Https", "Tls"));
        }
    },
});

export const gatewayBackendProbe = resourceRule({
    id: "SAM-AGW-013",
    name: "agw-backend-probe",
    title: "Every backend of an Application Gateway must have a probe of its own.",
    severity: "medium",
    risk: "Azure's own probe asks for / by the backend's address, so backends that answer for one name alone count as down, or broken ones as up.",
    remediation: ["Set probe.id of every entry of backendHttpSettingsCollection to a probe of the gateway."],
    control: { reference: "PV-1", mapping: "own reading" },
    scanners: {},
    types: [GATEWAY],
    check({ inputs }, findings) {
        for (const settings of inputs.at("backendHttpSettingsCollection").items()) {
            findings.attempt(() => findings.requirePresent(settings.known().at("probe").known().at("id")));
        }
    },
});

export const gatewayBackendPrivate = resourceRule({
    id: "SAM-AGW-014",
    name: "agw-backend-private",
    title: "An Application Gateway must send requests to private addresses.",
    severity: "medium",
    risk: "A backend with a public address is reached by everyone, past the gateway and its web application firewall.",
    remediation: ["Put the internal load balancer's private address into backendAddresses."],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: [GATEWAY],
    check({ inputs }, findings) {
        for (const pool of inputs.at("backendAddressPools").items()) {
            findings.attempt(() => {
                for (const address of pool.at("backendAddresses").items()) {
                    findings.attempt(() => requirePrivate(address.at("ipAddress"), findings));
                }
            });
        }
    },
});

function requirePrivate(place: Value, findings: Findings): void {
    const text = place.text() ?? "";
    const range = parseRange(text);
    if (text !== "" && !(range && isPrivate(range))) {
        findings.fail(
            `${place.path} must be a private address; found ${place.shown()}. Use the internal load balancer's address.`,
        );
    }
}

export const gatewayBackendNames = graphRule<NamesElsewhere>({
    id: "SAM-AGW-030",
    name: "agw-backend-names",
    title: "An Application Gateway must send requests to host names that resolve privately.",
    severity: "medium",
    risk: "What the gateway took from the Internet leaves the platform again past the firewall, to whoever the name leads to that day.",
    remediation: [
        "Put the private address of the internal load balancer into backendAddresses, in place of a name.",
        "Or take a name of a private zone of the stack, which is linked where the gateway's network asks.",
        "Give an Azure service that the gateway serves a private endpoint with its zone.",
        "Where others' DNS servers resolve the name privately, declare it in this rule's privateNames.",
    ],
    twin: { none: "A host name alone does not show which zones and endpoints answer for it." },
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    config: {
        privateNames: {
            type: "array",
            items: { type: "string", pattern: "^\\.?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+$" },
            uniqueItems: true,
            default: [],
            description:
                "Host names that others resolve to private addresses; one that begins with a dot stands for all that end with it.",
        },
        trustedDnsServers: {
            type: "array",
            items: { type: "string" },
            default: [],
            description: "Addresses of DNS servers of others that forward to a network where the zones are linked.",
        },
    },
    types: [GATEWAY],
    check: (graph, findings, elsewhere) => new BackendNames(graph, elsewhere).prove(findings),
});

export const gatewayVaultCertificate = resourceRule({
    id: "SAM-AGW-015",
    name: "agw-kv-cert",
    title: "An Application Gateway must take its certificates from Key Vault.",
    severity: "high",
    risk: "A certificate in the program lies, with its key, in source, state and logs, and nobody renews it.",
    remediation: ["Set keyVaultSecretId of every sslCertificate and remove data and password."],
    control: { reference: "DP-7", mapping: "own reading" },
    frameworks: { nist: ["SC-12", "SC-17"] },
    scanners: {},
    types: [GATEWAY],
    check({ inputs }, findings) {
        for (const certificate of inputs.at("sslCertificates").items()) {
            findings.attempt(() => {
                findings.requirePresent(certificate.known().at("keyVaultSecretId"));
                for (const own of ["data", "password"]) {
                    if (certificate.at(own).present) {
                        findings.fail(
                            `${certificate.at(own).path} must be absent. Remove it, and set keyVaultSecretId.`,
                        );
                    }
                }
            });
        }
    },
});

export const gatewayIdentity = resourceRule({
    id: "SAM-AGW-016",
    name: "agw-identity",
    title: "An Application Gateway with certificates from Key Vault must have an identity of yours.",
    severity: "medium",
    risk: "Without it the gateway can't read its certificates, and its listeners stay off.",
    remediation: ['Set identity to { type: "UserAssigned", userAssignedIdentities: [identity.id] }.'],
    control: { reference: "IM-3", mapping: "own reading" },
    frameworks: { nist: ["IA-9"] },
    scanners: {},
    types: [GATEWAY],
    check({ inputs }, findings) {
        const fromVault = inputs
            .at("sslCertificates")
            .items()
            .some((certificate) => certificate.known().at("keyVaultSecretId").present);
        if (fromVault) {
            findings.require(inputs.at("identity.type"), {
                accepts: (raw) => /userassigned/i.test(String(raw)),
                text: '"UserAssigned"',
            });
            const identities = inputs.at("identity.userAssignedIdentities").known();
            if (Object.keys(identities.raw ?? {}).length === 0) {
                findings.fail(
                    `${identities.path} must name an identity; found ${identities.shown()}. Name one that may read secrets.`,
                );
            }
        }
    },
});

export const gatewayZones = resourceRule<{ leastZones: number }>({
    id: "SAM-AGW-017",
    name: "agw-zones",
    title: "An Application Gateway must be in several availability zones.",
    severity: "medium",
    risk: "If its one data centre fails, nobody reaches the platform.",
    remediation: ['Set zones to ["1", "2", "3"].', "In a region without zones, set this rule's leastZones to 0."],
    control: { reference: "BR-1", mapping: "own reading" },
    frameworks: { nist: ["CP-6", "SC-5"] },
    scanners: { psrule: ["Azure.AppGw.AvailabilityZone"] },
    config: leastZones,
    types: [GATEWAY],
    check: ({ inputs }, findings, options) => requireZones(inputs.at("zones"), options.leastZones, findings),
});

export const gatewayInstances = resourceRule<{ leastInstances: number }>({
    id: "SAM-AGW-018",
    name: "agw-instances",
    title: "An Application Gateway must keep at least two instances.",
    severity: "low",
    level: "disabled",
    profiles: { regulated: "advisory" },
    risk: "A gateway that starts from nothing is slow for minutes when clients come, or while Azure replaces its only instance.",
    remediation: [
        "Set autoscaleConfiguration.minCapacity, or sku.capacity of a gateway that does not scale, to 2 or more.",
    ],
    control: { reference: "BR-1", mapping: "own reading" },
    frameworks: { nist: ["CP-10", "SC-5"] },
    scanners: { psrule: ["Azure.AppGw.MinInstance"] },
    config: {
        leastInstances: { type: "integer", minimum: 0, maximum: 125, default: 2, description: "Least instances." },
    },
    types: [GATEWAY],
    check({ inputs }, findings, { leastInstances }) {
        const scales = inputs.at("autoscaleConfiguration").known().present;
        findings.require(
            inputs.at(scales ? "autoscaleConfiguration.minCapacity" : "sku.capacity"),
            atLeast(leastInstances),
        );
    },
});

export const gatewayLogs = graphRule({
    id: "SAM-AGW-019",
    name: "agw-diag",
    title: "An Application Gateway must send its logs to a workspace.",
    severity: "medium",
    risk: "Nobody sees attacks that the web application firewall stopped, nor those that it let through.",
    remediation: [
        "Declare a DiagnosticSetting whose resourceUri is the gateway, with a workspaceId and the category group allLogs.",
    ],
    twin: { none: "A diagnostic setting is made after what it sends the logs of." },
    control: { reference: "LT-3", mapping: "published" },
    frameworks: { nist: ["AU-6", "AU-12"] },
    scanners: { azurePolicy: ["8a04f872-51e9-4313-97fb-fc1c3543011c"] },
    types: [GATEWAY],
    check(graph, findings) {
        const settings = graph
            .ofType("monitor:DiagnosticSetting")
            .filter((setting) => setting.inputs.at("workspaceId").present && logsAnything(setting.inputs.at("logs")))
            .map((owner) => ({ owner, id: owner.inputs.at("resourceUri") }));
        for (const gateway of graph.ofType(GATEWAY)) {
            const problem = `${gateway.name} sends its logs nowhere. Declare a DiagnosticSetting for it, with a workspaceId.`;
            requireNamed(graph, gateway, settings, problem, findings);
        }
    },
});

function logsAnything(logs: Value): boolean {
    return logs.items().some((log) => log.at("enabled").isTrue());
}

export const applicationGatewayBackendRules = [
    gatewaySecondVersion,
    gatewayCiphers,
    gatewayBackendTls,
    gatewayBackendProbe,
    gatewayBackendPrivate,
    gatewayBackendNames,
    gatewayVaultCertificate,
    gatewayIdentity,
    gatewayZones,
    gatewayInstances,
    gatewayLogs,
];
