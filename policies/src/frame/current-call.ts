import { AsyncLocalStorage } from "node:async_hooks";

/** The call of the engine that the SDK is serving: which types it is about, after everything about it has been judged. */
export interface JudgedCall {
    kind: "resource" | "stack";
    /** Normalised types. */
    types: ReadonlySet<string>;
}

/** One call of the engine runs all policies one after the other, in one asynchronous context. */
const current = new AsyncLocalStorage<JudgedCall | undefined>();

/** Notes for what comes after this policy, in the same call, that the work of the others is done. */
export function noteJudged(call: JudgedCall): void {
    current.enterWith(call);
}

/** Begins a call in which nothing has been judged yet. */
export function noteNothingJudged(): void {
    current.enterWith(undefined);
}

/** What was noted in this call. */
export function judgedCall(kind?: JudgedCall["kind"]): JudgedCall | undefined {
    const call = current.getStore();
    return kind === undefined || call?.kind === kind ? call : undefined;
}
