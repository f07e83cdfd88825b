import { graphRule } from "../frame/rule";
import type { PartName } from "../graph/expected-shape";
import { PARTS, proveShape } from "../graph/expected-shape";

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

export const graphShapeRules = [expectedShape];
