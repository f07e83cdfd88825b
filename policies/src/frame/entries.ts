import type { Value } from "./value";

/** The properties of an object by name; none if it is absent. */
export function entriesOf(value: Value): [string, Value][] {
    const { raw } = value.known();
    const isObject = typeof raw === "object" && raw !== null;
    return isObject ? Object.keys(raw).map((name) => [name, value.key(name)]) : [];
}
