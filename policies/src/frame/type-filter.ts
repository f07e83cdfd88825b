import { AsyncLocalStorage } from "node:async_hooks";
import { normalizeType } from "./azure-type";

/** Token of the resource that is being analysed. One call of the engine runs all policies, in one asynchronous context. */
const analysed = new AsyncLocalStorage<string>();

/** Notes the type of the resource that the policies after this one, in the same call, are about. */
export function noteType(token: string): void {
    analysed.enterWith(token);
}

/**
 * Lets the SDK skip a validator before it reads the resource's properties, which is most of what a policy costs.
 * The SDK does so where a validator's `__pulumiType` is another token than the resource's, but a rule is for every
 * spelling of its types: so the property answers with the resource's own spelling, or with one that no resource has.
 * Where no type was noted there is no answer, and the validator runs and decides for itself.
 */
export function skipOtherTypes(validate: object, types: ReadonlySet<string>): void {
    const otherToken = [...types].join(", ");
    Object.defineProperty(validate, "__pulumiType", {
        get: () => {
            const token = analysed.getStore();
            if (token === undefined || types.has("*") || types.has(normalizeType(token))) {
                return token;
            }
            return otherToken;
        },
    });
}
