import { graphRule } from "../frame/rule";
import type { PartName } from "../graph/expected-shape";
import { PARTS, proveShape } from "../graph/expected-shape";
import { KnownSubnets } from "../graph/known-subnets";
import { trustedSubnets } from "./container-service-network";

export const expectedShape = graphRule<{ contains: PartName[] }>({
    id: "SAM-GR-028",
    name: "expected-shape",
    title: "A stack must hold the parts that it is known for, so that rules about them have something to judge.",
    severity: "high",
    risk: "Rules about a part pass where the part is missing: a platform without its firewall looks clean.",
    remediation: [
        "Name the parts of each stack in this rule's contains.",
        "Give a cluster with userDefinedRouting a firewall, or a route to the appliance that is its way out.",
    ],
    twin: { none: "What is missing shows at the end alone." },
    control: { reference: "AM-2", mapping: "own reading" },
    scanners: {},
    config: {
        contains: {
            type: "array",
            items: { type: "string", enum: Object.keys(PARTS) },
            uniqueItems: true,
            default: [],
            description: `Parts that the stack must hold: ${Object.keys(PARTS).join(", ")}.`,
        },
    },
    // Of an empty stack, too, something may be expected.
    types: ["*"],
    check: (graph, findings, { contains }) => proveShape(graph, findings, contains),
});

export const subnetKnown = graphRule<{ trustedSubnets: string[] }>({
    id: "SAM-GR-033",
    name: "subnet-known",
    title: "What stands in a network must stand in a subnet of this stack, or in one that is declared.",
    severity: "medium",
    risk: "Rules about routes, security groups and names are silent about what stands in a subnet that they do not see.",
    remediation: [
        "Pass the id of a Subnet of the stack.",
        "Where the subnet is another stack's, name its id in this rule's trustedSubnets: its owners answer for it.",
    ],
    twin: { none: "A resource alone does not show which subnets the stack holds." },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    config: { trustedSubnets },
    types: [
        "network:PrivateEndpoint",
        "network:ApplicationGateway",
        "servicenetworking:AssociationsInterface",
        "containerservice:ManagedCluster",
        "network:NetworkInterface",
        "compute:VirtualMachineScaleSet",
    ],
    check: (graph, findings, { trustedSubnets: trusted }) => new KnownSubnets(graph, trusted).prove(findings),
});

export const graphShapeRules = [expectedShape, subnetKnown];
