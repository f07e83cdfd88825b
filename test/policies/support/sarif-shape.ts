import { expect } from "chai";

/** The parts of a SARIF 2.1.0 log that the pack writes. */
export interface SarifLog {
    runs: {
        tool: { driver: { name: string; version?: string; rules?: { id: string }[] } };
        invocations?: { toolConfigurationNotifications?: object[] }[];
        results?: {
            ruleId: string;
            ruleIndex?: number;
            level: string;
            locations?: { logicalLocations?: object[] }[];
            partialFingerprints?: object;
            suppressions?: object[];
        }[];
    }[];
}

/** An object of the standard: what it must have, what else it may have, and the shape of both. */
interface Shape {
    required: string[];
    properties: Record<string, Check>;
}

type Check = (value: unknown, path: string) => void;

const text: Check = (value, path) => expect(value, path).to.be.a("string").and.not.equal("");
const flag: Check = (value, path) => expect(value, path).to.be.a("boolean");
const index: Check = (value, path) => expect(value, path).to.be.a("number").and.at.least(0);
const anything: Check = (value, path) => expect(value, path).to.be.an("object");
const oneOf =
    (...values: string[]): Check =>
    (value, path) =>
        expect(value, path).to.be.oneOf(values);
const listOf =
    (check: Check): Check =>
    (value, path) => {
        expect(value, path).to.be.an("array");
        (value as unknown[]).forEach((item, position) => check(item, `${path}[${position}]`));
    };
const object =
    ({ required, properties }: Shape): Check =>
    (value, path) => {
        expect(value, path).to.be.an("object");
        const entries = Object.entries(value as object);
        expect(Object.keys(value as object), path).to.include.members(required);
        expect(properties, path).to.include.keys(...Object.keys(value as object));
        for (const [key, child] of entries) {
            properties[key]?.(child, `${path}.${key}`);
        }
    };

// As the standard's JSON schema has them (every object but property bags is closed), without what the pack never writes.
const LEVEL = oneOf("none", "note", "warning", "error");
const message = object({ required: ["text"], properties: { text } });
const logicalLocation = object({ required: [], properties: { name: text, fullyQualifiedName: text, kind: text } });
const artifactLocation = object({ required: [], properties: { uri: text } });
const physicalLocation = object({ required: ["artifactLocation"], properties: { artifactLocation } });
const location = object({
    required: [],
    properties: { physicalLocation, logicalLocations: listOf(logicalLocation) },
});
const suppression = object({
    required: ["kind"],
    properties: {
        kind: oneOf("inSource", "external"),
        status: oneOf("accepted", "underReview", "rejected"),
        justification: text,
    },
});
const result = object({
    required: ["message"],
    properties: {
        ruleId: text,
        ruleIndex: index,
        level: LEVEL,
        message,
        locations: listOf(location),
        partialFingerprints: anything,
        suppressions: listOf(suppression),
        properties: anything,
    },
});
const descriptor = object({
    required: ["id"],
    properties: {
        id: text,
        name: text,
        shortDescription: message,
        fullDescription: message,
        help: message,
        defaultConfiguration: object({ required: [], properties: { level: LEVEL } }),
        properties: anything,
    },
});
const driver = object({ required: ["name"], properties: { name: text, version: text, rules: listOf(descriptor) } });
const notification = object({ required: ["message"], properties: { level: LEVEL, message } });
const invocation = object({
    required: ["executionSuccessful"],
    properties: { executionSuccessful: flag, toolConfigurationNotifications: listOf(notification) },
});
const run = object({
    required: ["tool"],
    properties: {
        tool: object({ required: ["driver"], properties: { driver } }),
        invocations: listOf(invocation),
        results: listOf(result),
    },
});
const log = object({
    required: ["version", "runs"],
    properties: { $schema: text, version: oneOf("2.1.0"), runs: listOf(run) },
});

/** Demands that a value is a SARIF log. */
export function expectSarif(value: unknown): SarifLog {
    log(value, "log");
    return value as SarifLog;
}
