import { ArmError } from "./arm-error";
import { idKey, lastSegment } from "./arm-id";
import type { Rule } from "./resource-type";

/** Names that become host names are unique in all of Azure. */
export function nameIsGloballyUnique(type: string, code: string): Rule {
    return ({ id }, cloud) => {
        const name = lastSegment(id).toLowerCase();
        const twin = cloud
            .ofType(type)
            .find((other) => idKey(other.id) !== idKey(id) && lastSegment(other.id).toLowerCase() === name);
        if (!twin || name === "") return undefined;
        return new ArmError(
            code,
            `The name '${lastSegment(id)}' is already in use, by ${twin.id}. Names of this type are global: choose another.`,
            409,
        );
    };
}

/** "Naming rules and restrictions for Azure resources". */
export function nameMatches(pattern: RegExp, allowed: string, code: string): Rule {
    return ({ id }) => {
        const name = lastSegment(id);
        if (id === "" || pattern.test(name)) return undefined;
        return new ArmError(code, `'${name}' is not a valid name. It must be ${allowed}.`);
    };
}
