import { readFileSync } from "node:fs";
// The module is the class itself, which no other form of import brings.
// eslint-disable-next-line @typescript-eslint/no-require-imports
import Ajv = require("ajv");
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

/** The standard's own schema, as Microsoft's matchers for SARIF carry it; nothing else of that package is used. */
const SCHEMA = "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
/** The standard wrote it in the draft of JSON Schema that calls ids `id`. */
const DRAFT = "ajv/lib/refs/json-schema-draft-04.json";

/** Demands that a value is a SARIF log, and one of the standard's schema to the letter. */
export function expectSarif(value: unknown): SarifLog {
    const ajv = new Ajv({ schemaId: "id", meta: false, allErrors: true });
    ajv.addMetaSchema(read(DRAFT));
    const isValid = ajv.validate(read(SCHEMA), value);
    expect(isValid, ajv.errorsText(ajv.errors, { dataVar: "log" })).to.equal(true);
    return value as SarifLog;
}

function read(module: string): object {
    return JSON.parse(readFileSync(require.resolve(module), "utf8")) as object;
}
