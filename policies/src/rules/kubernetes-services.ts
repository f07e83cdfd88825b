import { absent, exactly, oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { flawOf, widest } from "./narrow-ranges";
import type { Widest } from "./narrow-ranges";
import { withPatch } from "./pod-specs";

const SERVICES = withPatch("kubernetes:core/v1:Service");

/** Makes AKS build an internal load balancer (Azure documentation, "Use an internal load balancer with AKS"). */
const INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal";

export const serviceInternal = resourceRule({
    id: "SAM-K8S-001",
    name: "k8s-lb-internal",
    title: "A Kubernetes Service of type LoadBalancer must be internal.",
    severity: "critical",
    risk: "AKS otherwise makes a public IP address and opens the pods to the Internet without a WAF.",
    remediation: [
        `Set the annotation ${INTERNAL} to "true" (the text).`,
        "Publish through the Application Gateway instead.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: { azurePolicy: ["3fc4dc25-5baf-40d8-9b05-7fe74c1bc64e"] },
    types: SERVICES,
    check({ inputs }, findings) {
        if (inputs.at("spec.type").text() === "LoadBalancer") {
            findings.require(inputs.at("metadata.annotations").key(INTERNAL), exactly("true"));
        }
    },
});

/** Annotations by which AKS limits callers besides `loadBalancerSourceRanges`. */
const RANGES_BY_ANNOTATION = [
    "service.beta.kubernetes.io/azure-allowed-ip-ranges",
    "service.beta.kubernetes.io/load-balancer-source-ranges",
];

export const serviceSources = resourceRule<Widest>({
    id: "SAM-K8S-002",
    name: "k8s-lb-sources",
    title: "A public Kubernetes Service must name the networks that may call it.",
    severity: "high",
    risk: "Where a public service is accepted at all, it is otherwise open to everyone who finds its address.",
    remediation: [
        "Make the service internal.",
        "Or list its callers in spec.loadBalancerSourceRanges, none wider than this rule's prefixes.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    config: widest(16, 32),
    types: ["kubernetes:core/v1:Service"],
    check({ inputs }, findings, options) {
        const annotations = inputs.at("metadata.annotations");
        const isPublic = annotations.key(INTERNAL).text() !== "true";
        if (inputs.at("spec.type").text() !== "LoadBalancer" || !isPublic) {
            return;
        }
        const ranges = callersOf(inputs, annotations);
        if (ranges.length === 0) {
            findings.fail(
                "spec.loadBalancerSourceRanges must name the callers of a public service; found none. " +
                    "List their networks, or make the service internal.",
            );
        }
        for (const { path, text } of ranges) {
            if (flawOf(text, options) !== undefined) {
                findings.fail(`${path} must hold narrow ranges; found "${text}". List the callers' own networks.`);
            }
        }
    },
});

function callersOf(service: Value, annotations: Value): { path: string; text: string }[] {
    const listed = service.at("spec.loadBalancerSourceRanges").items();
    const annotated = RANGES_BY_ANNOTATION.map((name) => annotations.key(name));
    return [
        ...listed.map((range) => ({ path: range.path, text: range.text() ?? "" })),
        ...annotated.flatMap((ranges) => {
            const texts = (ranges.text() ?? "").split(",").map((text) => text.trim());
            return texts.filter((text) => text !== "").map((text) => ({ path: ranges.path, text }));
        }),
    ];
}

export const serviceExternalIps = resourceRule({
    id: "SAM-K8S-003",
    name: "k8s-external-ips",
    title: "A Kubernetes Service must not claim addresses of others.",
    severity: "high",
    risk: "A service with externalIPs takes traffic that nodes and pods send to these addresses, whoever owns them (CVE-2020-8554).",
    remediation: ["Remove spec.externalIPs.", "Use a service of type LoadBalancer that is internal."],
    control: { reference: "PV-2", mapping: "published" },
    scanners: { azurePolicy: ["d46c275d-1680-448d-b2ec-e495a3b6cc89"] },
    types: SERVICES,
    check({ inputs }, findings) {
        findings.require(inputs.at("spec.externalIPs"), absent, "Remove it.");
    },
});

export const serviceNodePort = resourceRule<{ allowedPorts: number[] }>({
    id: "SAM-K8S-004",
    name: "k8s-nodeport",
    title: "A Kubernetes Service must not open ports of the nodes.",
    severity: "medium",
    risk: "The port is open on every node to everyone in the network, past network policies that name pods' addresses.",
    remediation: [
        'Set spec.type to "ClusterIP", or to "LoadBalancer" with the annotation that makes it internal.',
        "Where a port is agreed, fix it as nodePort and name it in this rule's allowedPorts.",
    ],
    control: { reference: "PV-2", mapping: "published" },
    scanners: { azurePolicy: ["233a2a17-77ca-4fb1-9b6b-69223d272a44"] },
    config: {
        allowedPorts: {
            type: "array",
            items: { type: "integer", minimum: 1, maximum: 65535 },
            uniqueItems: true,
            default: [],
            description: "Ports of nodes that services may open.",
        },
    },
    types: SERVICES,
    check({ inputs }, findings, { allowedPorts }) {
        const type = inputs.at("spec.type");
        if (type.text() !== "NodePort") {
            return;
        }
        const ports = inputs
            .at("spec.ports")
            .items()
            .map((port) => port.at("nodePort").known().raw);
        if (ports.length === 0 || !ports.every((port) => allowedPorts.some((allowed) => allowed === port))) {
            findings.fail(
                `${type.path} must not be "NodePort" with ports that are not agreed. Set it to "ClusterIP", or allow its nodePort.`,
            );
        }
    },
});

export const ingressTls = resourceRule<{ allowedClasses: string[] }>({
    id: "SAM-K8S-005",
    name: "k8s-ingress-tls",
    title: "An Ingress must serve every host with TLS, by an ingress class that is agreed.",
    severity: "high",
    risk: "Without TLS, everyone on the way reads tokens and data; and another class may publish what was meant to stay inside.",
    remediation: [
        "List every host of spec.rules in spec.tls, with the secret of its certificate.",
        "Set spec.ingressClassName to a class of this rule's allowedClasses.",
    ],
    control: { reference: "DP-3", mapping: "published" },
    frameworks: { nist: ["SC-8"] },
    scanners: { azurePolicy: ["1a5b4dca-0b6f-4cf5-907c-56316bc1bf3d"] },
    config: {
        allowedClasses: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Classes that are accepted. Empty: every class.",
        },
    },
    types: ["kubernetes:networking.k8s.io/v1:Ingress"],
    check({ inputs }, findings, { allowedClasses }) {
        findings.attempt(() => checkTls(inputs, findings));
        const ingressClass = inputs.at("spec.ingressClassName");
        if (allowedClasses.length > 0) {
            findings.require(ingressClass, oneOf(...allowedClasses));
        }
    },
});

function checkTls(ingress: Value, findings: Findings): void {
    const tls = ingress.at("spec.tls");
    const entries = tls.items().map((entry) => entry.at("hosts").texts());
    if (entries.length === 0) {
        findings.fail(`${tls.path} must hold a certificate; found ${tls.shown()}. Add one for every host.`);
        return;
    }
    // An entry without hosts stands for all of them.
    if (entries.some((hosts) => hosts.length === 0)) {
        return;
    }
    const covered = new Set(entries.flat());
    for (const rule of ingress.at("spec.rules").items()) {
        const host = rule.at("host");
        const name = host.text() ?? "";
        if (!covered.has(name) && !covered.has(`*${name.slice(name.indexOf("."))}`)) {
            findings.fail(
                `${host.path} is ${host.shown()}, and no entry of ${tls.path} covers it. Add it to its hosts.`,
            );
        }
    }
}

export const kubernetesServiceRules = [
    serviceInternal,
    serviceSources,
    serviceExternalIps,
    serviceNodePort,
    ingressTls,
];
