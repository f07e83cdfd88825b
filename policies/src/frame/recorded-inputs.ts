import { Value } from "./value";

/**
 * Inputs of every resource of this run, by URN.
 *
 * The engine shows a stack policy the outputs alone, and in a preview of azure-native every output that the program did
 * not set is unknown: "not set" and "not known" can't be told apart there. Both kinds of policy run in one process, and
 * every resource is analysed before the stack is, so what a resource policy has seen is at hand.
 */
export class RecordedInputs {
    private readonly byUrn = new Map<string, Value>();

    record(urn: string, inputs: Value): void {
        this.byUrn.set(urn, inputs);
    }

    get(urn: string): Value | undefined {
        return this.byUrn.get(urn);
    }
}

/**
 * The properties without the proxy that Pulumi wraps around them. That proxy throws on reading an unknown, which ends
 * the policy with an advisory and lets the preview pass; a property descriptor shows the raw value below it.
 */
export function plainValue(props: Record<string, unknown>): Value {
    const plain: Record<string, unknown> = {};
    for (const key of Object.keys(props)) {
        plain[key] = Object.getOwnPropertyDescriptor(props, key)?.value;
    }
    return new Value(plain, "");
}
