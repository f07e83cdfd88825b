import { absent, falseOrAbsent, is, not, oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import type { Prefix } from "../graph/address-set";
import { isIpv6, isNetwork, overlaps, parsePrefix } from "../graph/address-set";
import { RESERVED } from "../graph/internet";
import { addOn, CLUSTER, eachPool, isGateway, POOL } from "./container-service-subject";

const PROFILE = "networkProfile";

export const aksAzureCni = resourceRule({
    id: "SAM-AKS-026",
    name: "aks-azure-cni",
    title: "The cluster must use the Azure CNI.",
    severity: "medium",
    risk: "Kubenet is on its way out, takes no Cilium and writes routes into the route table that holds the way to the firewall.",
    remediation: [
        'Set networkProfile.networkPlugin to "azure", and networkPluginMode to "overlay" where addresses are few.',
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { cisAks: ["4.4.1"] },
    scanners: { checkov: ["CKV2_AZURE_29"], azurePolicy: ["46238e2f-3f6f-4589-9f3f-77bed4116e67"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at(`${PROFILE}.networkPlugin`), is("azure"));
    },
});

export const aksDataplaneCilium = resourceRule({
    id: "SAM-AKS-027",
    name: "aks-dataplane-cilium",
    title: "Cilium must be both the dataplane and the engine of network policies, or neither.",
    severity: "low",
    risk: "Azure refuses half of Cilium, so the deployment fails after everything around the cluster has been made.",
    remediation: ['Set networkProfile.networkDataplane and networkProfile.networkPolicy both to "cilium".'],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        const dataplane = inputs.at(`${PROFILE}.networkDataplane`);
        const policy = inputs.at(`${PROFILE}.networkPolicy`);
        if (policy.folded() === "cilium") {
            findings.require(dataplane, is("cilium"));
        } else if (dataplane.folded() === "cilium") {
            findings.require(policy, is("cilium"));
        }
    },
});

export const aksStandardLb = resourceRule({
    id: "SAM-AKS-028",
    name: "aks-standard-lb",
    title: "The cluster's load balancer must be a standard one.",
    severity: "medium",
    risk: "A basic load balancer is open unless a rule closes it, knows no zones and has been retired by Azure.",
    remediation: ['Set networkProfile.loadBalancerSku to "standard", or remove it: standard is Azure\'s default.'],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: { psrule: ["Azure.AKS.StandardLB"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(
            inputs.at(`${PROFILE}.loadBalancerSku`),
            not("basic"),
            `Set ${PROFILE}.loadBalancerSku to "standard".`,
        );
    },
});

/** AKS wants a service range smaller than a /12. */
const WIDEST_SERVICES = 12;

/** Ranges that Azure takes where the program names none. */
const DEFAULT_PODS = "10.244.0.0/16";
const DEFAULT_SERVICES = "10.0.0.0/16";

export const aksCidrsLegal = resourceRule({
    id: "SAM-AKS-029",
    name: "aks-cidrs-legal",
    title: "Ranges of pods and services must be ones that AKS can use, and must not overlap.",
    severity: "high",
    risk: "A range that overlaps another or one that Azure reserves sends traffic to the wrong place, and no range can be changed later.",
    remediation: [
        "Choose ranges for podCidr and serviceCidr that don't overlap each other or any network that is connected.",
        `Keep out of ${RESERVED.map(({ text }) => text).join(", ")}, and make serviceCidr smaller than a /${WIDEST_SERVICES}.`,
        "Set dnsServiceIP to an address of serviceCidr that is not its first, for example the tenth.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        const profile = inputs.at(PROFILE);
        const pods = rangesAt(profile, "podCidr", findings);
        const services = rangesAt(profile, "serviceCidr", findings);
        for (const range of [...pods, ...services]) {
            refuseReserved(range, findings);
        }
        const compared = comparedRanges(profile, pods, services);
        for (const pod of compared.pods) {
            for (const service of compared.services.filter((other) => overlaps(other.network, pod.network))) {
                findings.fail(
                    `${pod.path} (${pod.text}) must not overlap ${service.path} (${service.text}). Choose another range for one of them.`,
                );
            }
        }
        for (const { path, network, text } of services) {
            if (!isIpv6(network) && network.length <= WIDEST_SERVICES) {
                findings.fail(
                    `${path} must be smaller than a /${WIDEST_SERVICES}; found "${text}". Choose a longer prefix.`,
                );
            }
        }
        checkDnsAddress(profile.at("dnsServiceIP"), compared.services, findings);
    },
});

interface Range {
    path: string;
    text: string;
    network: Prefix;
}

/** The single range and its list form, as far as they are ranges. */
function rangesAt(profile: Value, property: string, findings: Findings): Range[] {
    const single = profile.at(property);
    const all = [...(single.present ? [single] : []), ...profile.at(`${property}s`).items()];
    return all.flatMap((value) => {
        const range = readRange(value);
        if (range === undefined) {
            findings.fail(
                `${value.path} must be a range in CIDR form that begins at its network address; found ${value.shown()}. ` +
                    "Write it as 10.244.0.0/16.",
            );
        }
        return range ?? [];
    });
}

function readRange(value: Value): Range | undefined {
    const text = value.text() ?? "";
    const network = parsePrefix(text);
    return network && text.includes("/") && isNetwork(network) ? { path: value.path, text, network } : undefined;
}

function refuseReserved({ path, text, network }: Range, findings: Findings): void {
    for (const reserved of RESERVED.filter((candidate) => overlaps(candidate, network))) {
        findings.fail(
            `${path} must keep out of ${reserved.text}, which Azure reserves; found "${text}". Choose another range.`,
        );
    }
}

/** What the program set, and Azure's own ranges where it set none. Without an overlay, pods live in their subnet. */
function comparedRanges(profile: Value, pods: Range[], services: Range[]): { pods: Range[]; services: Range[] } {
    const standIn = (property: string, text: string): Range[] => [
        { path: `Azure's default of ${PROFILE}.${property}`, text, network: parsePrefix(text) as Prefix },
    ];
    const overlay = profile.at("networkPluginMode").folded() === "overlay";
    return {
        pods: pods.length > 0 || !overlay ? pods : standIn("podCidr", DEFAULT_PODS),
        services: services.length > 0 ? services : standIn("serviceCidr", DEFAULT_SERVICES),
    };
}

function checkDnsAddress(value: Value, services: Range[], findings: Findings): void {
    if (!value.present) {
        return;
    }
    const address = parsePrefix(value.text() ?? "");
    const service = services.find(({ network }) => address && overlaps(address, network));
    if (!address || !service) {
        findings.fail(
            `${value.path} must be an address of ${PROFILE}.serviceCidr; found ${value.shown()}. Choose one of its addresses.`,
        );
    } else if (address.first - service.network.first < 2n) {
        findings.fail(
            `${value.path} must not be the first address of ${service.text}, which is the API server's; found ${value.shown()}. ` +
                "Choose a later one, for example the tenth.",
        );
    }
}

export const aksNoEgressBypass = resourceRule({
    id: "SAM-AKS-030",
    name: "aks-no-static-egress-bypass",
    title: "A cluster whose egress follows user-defined routes must have no public way out of its own.",
    severity: "high",
    risk: "Public addresses for egress, or a pool of gateway nodes, let pods leave past the firewall that everything else passes.",
    remediation: [
        "Remove networkProfile.staticEgressGatewayProfile and every pool of the mode Gateway.",
        "Remove outbound addresses from networkProfile.loadBalancerProfile, and networkProfile.natGatewayProfile.",
    ],
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER, POOL],
    check(subject, findings) {
        eachPool(subject, findings, (pool) => {
            if (isGateway(pool)) {
                findings.fail(
                    `${pool.at("mode").path} must not be "Gateway": its nodes send pods' traffic out by public addresses. Remove the pool.`,
                );
            }
        });
        if (subject.type === CLUSTER) {
            findings.attempt(() => refuseOutboundAddresses(subject.inputs.at(PROFILE), findings));
        }
    },
});

function refuseOutboundAddresses(profile: Value, findings: Findings): void {
    findings.require(profile.at("staticEgressGatewayProfile.enabled"), falseOrAbsent);
    if (profile.at("outboundType").folded() !== "userdefinedrouting") {
        return;
    }
    const ways = ["outboundIPs", "outboundIPPrefixes", "managedOutboundIPs"].map((way) => `loadBalancerProfile.${way}`);
    for (const way of [...ways, "natGatewayProfile"]) {
        findings.require(profile.at(way), absent, "Remove it: the way out is the route table's.");
    }
}

export const aksHttpAppRoutingOff = resourceRule({
    id: "SAM-AKS-031",
    name: "aks-http-app-routing-off",
    title: "The HTTP application routing add-on must be off.",
    severity: "high",
    risk: "The add-on publishes every ingress on a public address under a public name, without TLS, and is retired.",
    remediation: [
        "Remove addonProfiles.httpApplicationRouting, or set its enabled to false.",
        "Publish through the Application Gateway, or through an internal ingress controller.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_246"], psrule: ["Azure.AKS.HttpAppRouting"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(addOn(inputs, "httpApplicationRouting").at("enabled"), falseOrAbsent);
    },
});

export const aksAppRoutingInternal = resourceRule({
    id: "SAM-AKS-032",
    name: "aks-approuting-internal",
    title: "The application routing add-on must not make a public ingress controller.",
    severity: "high",
    risk: "Its default controller stands on a public address of its own, where no WAF looks at the requests.",
    remediation: ['Set ingressProfile.webAppRouting.nginx.defaultIngressControllerType to "Internal" or "None".'],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        const routing = inputs.at("ingressProfile.webAppRouting");
        if (routing.at("enabled").isTrue()) {
            findings.require(routing.at("nginx.defaultIngressControllerType"), oneOf("Internal", "None"));
        }
    },
});

export const aksMeshIngressInternal = resourceRule({
    id: "SAM-AKS-033",
    name: "aks-mesh-ingress-internal",
    title: "Ingress gateways of the service mesh must be internal.",
    severity: "high",
    risk: "An external gateway of the mesh has a public address of its own, where no WAF looks at the requests.",
    remediation: [
        'Set the mode of every gateway in serviceMeshProfile.istio.components.ingressGateways to "Internal".',
        "Publish through the Application Gateway.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        const mesh = inputs.at("serviceMeshProfile");
        if (!mesh.known().present || mesh.at("mode").folded() === "disabled") {
            return;
        }
        for (const gateway of mesh.at("istio.components.ingressGateways").items()) {
            findings.attempt(() => {
                if (gateway.at("enabled").known().raw !== false) {
                    findings.require(gateway.at("mode"), is("Internal"));
                }
            });
        }
    },
});

export const containerServiceTrafficRules = [
    aksAzureCni,
    aksDataplaneCilium,
    aksStandardLb,
    aksCidrsLegal,
    aksNoEgressBypass,
    aksHttpAppRoutingOff,
    aksAppRoutingInternal,
    aksMeshIngressInternal,
];
