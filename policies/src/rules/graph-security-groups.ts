import { graphRule } from "../frame/rule";
import { NEEDING_TYPES, NeededFlows } from "../graph/needed-flows";
import { proveSubnetGroups } from "../graph/subnet-groups";
import { SUBNETS } from "./each-subnet";

export const groupsEverywhere = graphRule({
    id: "SAM-GR-016",
    name: "nsg-everywhere",
    title: "What a subnet names as its security group must be one, and subnets of Azure's own services must name none.",
    severity: "high",
    risk: "An id that leads to no security group looks like protection in the program, and fails or protects nothing in Azure.",
    remediation: [
        "Set networkSecurityGroup.id of the subnet to the id of a NetworkSecurityGroup.",
        "Remove it from AzureFirewallSubnet, AzureFirewallManagementSubnet and RouteServerSubnet.",
    ],
    twin: { none: "A subnet alone shows an id, and not what stands behind it." },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: SUBNETS,
    check: proveSubnetGroups,
});

export const groupsAdmitNeeded = graphRule({
    id: "SAM-GR-017",
    name: "nsg-not-contradicting",
    title: "Security groups must admit what a cluster's nodes, pods and API server say to each other.",
    severity: "high",
    risk: "Nodes that can't reach each other or the API server fail one after the other, and people remove the group to mend it.",
    remediation: [
        "Allow nodes of a pool and of system pools to reach each other, and all nodes and pods an overlay's pods, on every port; 22 and 3389 may stay denied.",
        "Allow the nodes' subnets to reach the API server's subnet on TCP 443 and 4443, and AzureLoadBalancer on 9988.",
        "Give these rules lower priority numbers than those that deny.",
    ],
    twin: { none: "A group alone does not show which subnets have it, and what stands there." },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: NEEDING_TYPES,
    check: (graph, findings) => new NeededFlows(graph).prove(findings),
});

export const graphSecurityGroupRules = [groupsEverywhere, groupsAdmitNeeded];
