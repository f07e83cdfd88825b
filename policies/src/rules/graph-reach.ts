import { graphRule } from "../frame/rule";
import { Management } from "../graph/management";
import { ENTRY_TYPES, WayIn } from "../graph/way-in";
import { aheadOf } from "./alone";

export const noWayIn = graphRule({
    id: "SAM-GR-030",
    name: "no-way-in",
    title: "The Internet must reach nothing but the front doors.",
    severity: "critical",
    risk: "A listener with a public address that no WAF or firewall guards is found by scanners within minutes.",
    remediation: [
        "Remove public addresses from machines, node pools, container groups and load balancers.",
        "Publish by an Application Gateway with a WAF or a firewall's DNAT rule, and manage by Bastion or a VPN.",
        "Make the API server private, or list the ranges that operators come from.",
    ],
    twin: {
        rules: [
            "nic-no-public-ip",
            "pool-no-public-ip",
            "lb-internal",
            "aci-no-public-ip",
            "aks-private-cluster",
            "aks-authorized-ranges",
        ],
    },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: ENTRY_TYPES,
    check: (graph, findings) => new WayIn(graph).prove(findings),
});

export const managementNarrow = graphRule<{ managementSources: string[] }>({
    id: "SAM-GR-031",
    name: "management-narrow",
    title: "Machines must take SSH, RDP and WinRM from Bastion and their own cluster alone.",
    severity: "high",
    risk: "Whoever takes over one machine in reach tries these ports first; a default rule opens them to all peered networks.",
    remediation: [
        "End each security group with a rule that denies all inbound traffic, above Azure's own AllowVnetInBound.",
        "Allow management ports from Bastion's subnet alone.",
        "Remove DNAT rules for these ports, or list the operators' addresses in them.",
    ],
    twin: {
        rules: ["afw-dnat-scoped"],
        leaves: "what stands behind a security group, and the addresses of Bastion and of the cluster",
    },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: {
        managementSources: {
            type: "array",
            items: { type: "string" },
            default: [],
            description:
                "Further addresses and prefixes that manage machines: a VPN's client pool, a jump host's subnet.",
        },
    },
    types: [
        "containerservice:ManagedCluster",
        "containerservice:AgentPool",
        "network:NetworkInterface",
        "compute:VirtualMachineScaleSet",
        "network:FirewallPolicyRuleCollectionGroup",
    ],
    check: (graph, findings, { managementSources }) => new Management(graph, managementSources).prove(findings),
});

export const containersPrivate = aheadOf(noWayIn, {
    id: "SAM-ACI-001",
    name: "aci-no-public-ip",
    title: "A container group must have no public address.",
    risk: "Its containers answer the Internet from the moment they start, with nothing in between.",
    remediation: ['Set ipAddress.type to "Private" and name a subnet in subnetIds.'],
    types: ["containerinstance:ContainerGroup"],
});

export const graphReachRules = [noWayIn, containersPrivate, managementNarrow];
