import { graphRule } from "../frame/rule";
import { proveCapacity } from "../graph/subnet-capacity";

export const subnetCapacity = graphRule<{ spareAddresses: number }>({
    id: "SAM-GR-019",
    name: "subnet-capacity",
    title: "A subnet must hold all that may stand in it at once.",
    severity: "medium",
    risk: "A cluster whose subnet is full can neither scale nor take an update, and a subnet that is in use can't be resized.",
    remediation: [
        "Count maxCount of every pool in the subnet, and the nodes that maxSurge adds while an upgrade runs.",
        'Where pods take addresses of the subnet, count each node with its maxPods, or set networkPluginMode to "overlay".',
        "Give the subnet a shorter prefix, or lower maxCount.",
    ],
    twin: { none: "A pool alone does not show how large its subnet is, and who else stands there." },
    control: { reference: "BR-1", mapping: "own reading" },
    scanners: {},
    config: {
        spareAddresses: {
            type: "integer",
            minimum: 0,
            default: 0,
            description: "Addresses that must be left in every subnet where something stands.",
        },
    },
    types: [
        "containerservice:ManagedCluster",
        "containerservice:AgentPool",
        "network:LoadBalancer",
        "network:NetworkInterface",
        "network:PrivateEndpoint",
    ],
    check: (graph, findings, { spareAddresses }) => proveCapacity(graph, findings, spareAddresses),
});

export const graphCapacityRules = [subnetCapacity];
