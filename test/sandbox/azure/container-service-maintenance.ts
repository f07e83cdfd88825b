import { isProperties, itemsAt, stringAt, stringsAt, UNKNOWN, valueAt, valuesAt } from "../provider/values";
import type { Value } from "../provider/values";
import { ArmError } from "./arm-error";
import { armType, idKey, lastSegment, parentId } from "./arm-id";
import { invalid } from "./container-service-error";
import type { Rule } from "./resource-type";

/** When AKS may change a cluster by itself, and which Azure services may reach into it. */

const WEEKLY_RELEASES = "default";
const SCHEDULED = ["aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"];

/** "Planned maintenance": a cluster's configurations have three names. */
const nameIsKnown: Rule = ({ id }) => {
    const known = [WEEKLY_RELEASES, ...SCHEDULED];
    if (id === "" || known.includes(lastSegment(id))) return undefined;
    return invalid(
        "configName",
        `'${lastSegment(id)}' is not a maintenance configuration. Allowed: ${known.join(", ")}.`,
    );
};

const kindFitsName: Rule = ({ id, inputs }) => {
    if (id === "") return undefined;
    const name = lastSegment(id);
    if (name === WEEKLY_RELEASES) {
        if (inputs["maintenanceWindow"] !== undefined)
            return invalid("maintenanceWindow", "Configuration 'default' takes timeInWeek, not a maintenanceWindow.");
        if (valuesAt(inputs, "timeInWeek").length + valuesAt(inputs, "notAllowedTime").length > 0) return undefined;
        return new ArmError("TimeInWeekIsNil", "Configuration 'default' needs timeInWeek.");
    }
    if (inputs["timeInWeek"] !== undefined || inputs["notAllowedTime"] !== undefined)
        return invalid("timeInWeek", `Configuration '${name}' takes a maintenanceWindow, not timeInWeek.`);
    if (inputs["maintenanceWindow"] !== undefined) return undefined;
    return invalid("maintenanceWindow", `Configuration '${name}' needs it.`);
};

const hoursAreHours: Rule = ({ inputs }) => {
    const wrong = valuesAt(inputs, "timeInWeek[].hourSlots[]").find(
        (hour) => typeof hour === "number" && !(Number.isInteger(hour) && hour >= 0 && hour <= 23),
    );
    if (wrong !== undefined)
        return new ArmError("InvalidHourSlot", `Hour slot ${String(wrong)} is not an hour of the day, 0 to 23.`);
    const backward = itemsAt(inputs, "notAllowedTime").find(({ start, end }) => {
        return typeof start === "string" && typeof end === "string" && Date.parse(end) <= Date.parse(start);
    });
    if (!backward) return undefined;
    const message = `notAllowedTime ends at ${String(backward["end"])}, before it starts.`;
    return new ArmError("InvalidStartEndTime", message);
};

const windowFits: Rule = ({ inputs }) => {
    const property = "maintenanceWindow";
    const window = inputs[property];
    if (!isProperties(window)) return undefined;
    const hours = window["durationHours"];
    if (typeof hours === "number" && !(hours >= 4 && hours <= 24))
        return invalid(`${property}.durationHours`, `It is ${hours}; allowed are 4 to 24.`);
    const start = stringAt(window, "startTime");
    if (start !== undefined && !/^([01]\d|2[0-3]):[0-5]\d$/.test(start))
        return invalid(`${property}.startTime`, `'${start}' is not a time from 00:00 to 23:59.`);
    const offset = stringAt(window, "utcOffset");
    if (offset !== undefined && !/^[+-](0\d|1[0-4]):[0-5]\d$/.test(offset))
        return invalid(`${property}.utcOffset`, `'${offset}' is not an offset of the form +05:30.`);
    const date = stringAt(window, "startDate");
    if (date === undefined || /^\d{4}-\d\d-\d\d$/.test(date)) return undefined;
    return invalid(`${property}.startDate`, `'${date}' is not a date of the form 2026-12-31.`);
};

/** Ranges of the REST reference. */
const INTERVALS: Readonly<Record<string, readonly [path: string, most: number][]>> = {
    daily: [["intervalDays", 7]],
    weekly: [["intervalWeeks", 4]],
    absoluteMonthly: [
        ["intervalMonths", 6],
        ["dayOfMonth", 31],
    ],
    relativeMonthly: [["intervalMonths", 6]],
};

const oneScheduleIsGiven: Rule = ({ inputs }) => {
    const property = "maintenanceWindow.schedule";
    const schedule = valueAt(inputs, property);
    if (!isProperties(schedule)) return undefined;
    const given = Object.keys(INTERVALS).filter((kind) => schedule[kind] !== undefined);
    if (given.length !== 1) {
        const message = `Exactly one of ${Object.keys(INTERVALS).join(", ")} is needed, but there are ${given.length}.`;
        return invalid(property, message);
    }
    const [kind = ""] = given;
    for (const [name, most] of INTERVALS[kind] ?? []) {
        const value = valueAt(schedule, `${kind}.${name}`);
        if (value === UNKNOWN || isBetween(value, most)) continue;
        return invalid(`${property}.${kind}.${name}`, `It is ${String(value)}; allowed are 1 to ${most}.`);
    }
    return undefined;
};

function isBetween(value: Value, most: number): boolean {
    return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most;
}

export const maintenanceRules: Rule[] = [nameIsKnown, kindFitsName, hoursAreHours, windowFits, oneScheduleIsGiven];

/** Roles that Azure services have declared, by the type of the source. */
const TRUSTED_ROLES: Readonly<Record<string, readonly string[]>> = {
    "microsoft.dataprotection/backupvaults": ["backup-operator"],
    "microsoft.machinelearningservices/workspaces": ["mlworkload", "inference-v1"],
};

const rolesExist: Rule = ({ inputs }) => {
    const source = stringAt(inputs, "sourceResourceId");
    if (source === undefined) return undefined;
    const type = armType(source).toLowerCase();
    for (const role of stringsAt(inputs, "roles[]")) {
        if (!role.toLowerCase().startsWith(`${type}/`))
            return invalid("roles", `Role ${role} does not belong to the source's type ${armType(source)}.`);
        const known = TRUSTED_ROLES[type];
        if (known && !known.includes(role.slice(type.length + 1)))
            return invalid("roles", `Role ${role} does not exist. ${armType(source)} has: ${known.join(", ")}.`);
    }
    return undefined;
};

const sourceIsBoundOnce: Rule = ({ id, inputs }, cloud) => {
    const source = stringAt(inputs, "sourceResourceId");
    const twin = cloud
        .children(parentId(id) ?? "", "containerservice:TrustedAccessRoleBinding")
        .find(
            (other) =>
                source !== undefined &&
                idKey(other.id) !== idKey(id) &&
                idKey(stringAt(other.inputs, "sourceResourceId") ?? "") === idKey(source),
        );
    if (!twin) return undefined;
    const message = `Source ${source} is bound already, by ${lastSegment(twin.id)}. Add the roles there.`;
    return new ArmError("Conflict", message, 409);
};

const bindingNameFits: Rule = ({ id }) => {
    const name = lastSegment(id);
    if (id === "" || /^[A-Za-z0-9-]{1,24}$/.test(name)) return undefined;
    return invalid("trustedAccessRoleBindingName", `'${name}' must be 1 to 24 letters, digits and hyphens.`);
};

/** "Trusted Access". */
export const trustedAccessRules: Rule[] = [bindingNameFits, rolesExist, sourceIsBoundOnce];
