import { expect } from "chai";
import type { Element } from "./xml";
import { parseXml } from "./xml";

interface Form {
    required: string[];
    optional: string[];
    children: string[];
}

/** Elements of JUnit reports as the schema of Jenkins's xUnit plugin (junit-10) has them, without what the pack never writes. */
const FORMS: Readonly<Record<string, Form>> = {
    testsuites: { required: [], optional: ["name", "time", "tests", "failures", "errors"], children: ["testsuite"] },
    testsuite: {
        required: ["name", "tests", "failures", "errors"],
        optional: ["skipped", "time", "timestamp"],
        children: ["properties", "testcase"],
    },
    properties: { required: [], optional: [], children: ["property"] },
    property: { required: ["name", "value"], optional: [], children: [] },
    testcase: { required: ["name"], optional: ["classname", "time"], children: ["failure", "error", "skipped"] },
    failure: { required: [], optional: ["type", "message"], children: [] },
    skipped: { required: [], optional: ["type", "message"], children: [] },
};

/** Demands that a text is a JUnit report whose counts are true, and returns its root. */
export function expectJunit(text: string): Element {
    const root = parseXml(text);
    expect(root.name).to.equal("testsuites");
    requireForm(root);
    root.children.forEach(requireCounts);
    return root;
}

function requireForm({ name, attributes, children, text }: Element): void {
    const form = FORMS[name];
    const { required = [], optional = [] } = form ?? {};
    expect(Object.keys(attributes), name).to.include.members(required);
    expect([...required, ...optional], name).to.include.members(Object.keys(attributes));
    expect(form?.children, name).to.include.members(children.map((child) => child.name));
    if (name !== "failure") {
        expect(text.trim(), name).to.equal("");
    }
    children.forEach(requireForm);
}

function requireCounts({ attributes, children }: Element): void {
    const tests = children.filter(({ name }) => name === "testcase");
    const count = (outcome: string) =>
        tests.filter((test) => test.children.some(({ name }) => name === outcome)).length;
    expect(attributes).to.include({
        tests: String(tests.length),
        failures: String(count("failure")),
        errors: String(count("error")),
        skipped: String(count("skipped")),
    });
}
