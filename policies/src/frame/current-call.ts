import { AsyncLocalStorage } from "node:async_hooks";

/** The call of the engine that the SDK is serving: which types it is about, after everything about it has been judged. */
export interface JudgedCall {
    kind: "resource" | "stack";
    /** Normalised types. */
    types: ReadonlySet<string>;
}

/** One call of the engine runs all policies one after the other, in one asynchronous context. */
const current = new AsyncLocalStorage<JudgedCall>();

/** Notes for the policies after this one, in the same call, that their work is done. */
export function noteJudged(call: JudgedCall): void {
    current.enterWith(call);
}

/** What was noted in this call. */
export function judgedCall(kind: JudgedCall["kind"]): JudgedCall | undefined {
    const call = current.getStore();
    return call?.kind === kind ? call : undefined;
}
