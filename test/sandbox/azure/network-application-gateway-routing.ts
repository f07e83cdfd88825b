import { referencesIn } from "../cloud/references";
import { containsUnknown, itemsAt, stringAt, stringsAt, UNKNOWN, valueAt } from "../provider/values";
import type { Properties, Value } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, isWithin, lastSegment } from "./arm-id";
import type { Rule } from "./resource-type";

/** Application Gateway: how listeners, rules, path maps, redirections, backend settings and probes refer to each other. */

const GATEWAY_PART = /\/applicationGateways\/[^/]+\/([^/]+)\/[^/]+$/i;

/** The collection into which a property must point, where it isn't just the plural of the property's name. */
const COLLECTIONS: Readonly<Record<string, string>> = {
    targetListener: "httpListeners",
    backendHttpSettings: "backendHttpSettingsCollection",
    backendSettings: "backendSettingsCollection",
    loadDistributionPolicy: "loadDistributionPolicies",
};

function collectionOf(path: string): string {
    const property = (path.replace(/\.id$/, "").split(".").pop() ?? "").replace("[]", "");
    const bare = property.replace(/^default([A-Z])/, (_match, first: string) => first.toLowerCase());
    return COLLECTIONS[bare] ?? (bare.endsWith("s") ? bare : `${bare}s`);
}

export const partsAreOwnAndOfTheirKind: Rule = ({ id, inputs }) => {
    if (id === "") return undefined;
    for (const { id: part, path } of referencesIn(inputs)) {
        const collection = GATEWAY_PART.exec(part)?.[1];
        if (collection === undefined) continue;
        if (!isWithin(part, id)) {
            const message = `Resource ${part} referenced by ${id} (property ${path}) belongs to another application gateway.`;
            return new ArmError("InvalidResourceReference", message);
        }
        if (collection.toLowerCase() !== collectionOf(path).toLowerCase()) {
            const message = `Reference ${part} in property ${path} of ${id} is of a wrong type: expected are ${collectionOf(path)}.`;
            return new ArmError("InvalidJsonReferenceWrongType", message);
        }
    }
    return undefined;
};

function nameOf(part: Properties): string {
    return String(part["name"]);
}

function refers(part: Properties, property: string): string | undefined {
    const id = stringAt(part, `${property}.id`);
    return id === undefined ? undefined : idKey(id);
}

/** Two known texts that aren't the same. */
function differ(one: Value, other: Value): boolean {
    return typeof one === "string" && typeof other === "string" && one !== other;
}

/** The part that a reference names. */
function partOf(inputs: Properties, collection: string, reference: string | undefined): Properties | undefined {
    if (reference === undefined) return undefined;
    return itemsAt(inputs, collection).find((part) => nameOf(part).toLowerCase() === lastSegment(reference));
}

function hostNames(listener: Properties): string[] {
    const single = stringAt(listener, "hostName");
    const names = single === undefined || single === "" ? stringsAt(listener, "hostNames[]") : [single];
    return names.map((name) => name.toLowerCase());
}

export const portsDiffer: Rule = ({ id, inputs }) => {
    const seen = new Map<unknown, string>();
    for (const part of itemsAt(inputs, "frontendPorts")) {
        const other = seen.get(part["port"]);
        if (typeof part["port"] === "number" && other !== undefined) {
            const message = `Frontend ports ${other} and ${nameOf(part)} of ${lastSegment(id)} use the same port number ${part["port"]}.`;
            return new ArmError("ApplicationGatewayFrontendPortsUsingSamePortNumber", message);
        }
        seen.set(part["port"], nameOf(part));
    }
    return undefined;
};

/** Listeners that share a frontend and a port must differ in their host names; only one of them may have none. */
export const listenersDiffer: Rule = ({ id, inputs }) => {
    const listeners = itemsAt(inputs, "httpListeners");
    for (const [index, listener] of listeners.entries()) {
        for (const other of listeners.slice(0, index).filter((earlier) => shareSocket(earlier, listener))) {
            const clash = clashOf(other, listener);
            if (clash === undefined) continue;
            const message =
                `Two Http Listeners of Application Gateway ${id} are using the same Frontend Port ` +
                `${refers(listener, "frontendPort")}: ${nameOf(other)} and ${nameOf(listener)} ${clash}.`;
            return new ArmError("ApplicationGatewayHttpListenersUsingSameFrontendPort", message);
        }
    }
    return undefined;
};

function shareSocket(one: Properties, other: Properties): boolean {
    return ["frontendIPConfiguration", "frontendPort"].every(
        (property) => refers(one, property) !== undefined && refers(one, property) === refers(other, property),
    );
}

function clashOf(one: Properties, other: Properties): string | undefined {
    if (differ(one["protocol"], other["protocol"])) return "differ in their protocol";
    if ([one, other].some(containsUnknown)) return undefined;
    const [names, others] = [hostNames(one), hostNames(other)];
    if (names.length === 0 && others.length === 0) return "have no host name";
    const shared = names.find((name) => others.includes(name));
    return shared === undefined ? undefined : `both answer to ${shared}`;
}

export const listenerNamesHostsOnce: Rule = ({ id, inputs }) => {
    const listener = itemsAt(inputs, "httpListeners").find(
        (candidate) => stringAt(candidate, "hostName") && stringsAt(candidate, "hostNames[]").length > 0,
    );
    if (!listener) return undefined;
    const message = `Listener ${nameOf(listener)} of ${lastSegment(id)} has both hostName and hostNames; give one of them.`;
    return new ArmError("ApplicationGatewayHttpListenerHostNameAndHostNamesBothSpecified", message);
};

export const rulesOfV2HavePriorities: Rule = ({ id, inputs }) => {
    if (!stringAt(inputs, "sku.tier")?.endsWith("_v2")) return undefined;
    for (const rule of itemsAt(inputs, "requestRoutingRules")) {
        const priority = rule["priority"];
        if (priority === undefined) {
            const message = `Request routing rule ${nameOf(rule)} of ${lastSegment(id)} needs a priority (1 to 20000) on SKU v2.`;
            return new ArmError("ApplicationGatewayRequestRoutingRulePriorityCannotBeEmpty", message);
        }
        if (typeof priority === "number" && (priority < 1 || priority > 20000)) {
            const message = `Request routing rule ${nameOf(rule)} of ${lastSegment(id)} has priority ${priority}; allowed are 1 to 20000.`;
            return new ArmError("ApplicationGatewayRequestRoutingRulePriorityOutOfRange", message);
        }
    }
    return undefined;
};

export const prioritiesDiffer: Rule = ({ id, inputs }) => {
    const seen = new Set<number>();
    for (const { name, priority } of itemsAt(inputs, "requestRoutingRules")) {
        if (typeof priority !== "number") continue;
        if (seen.has(priority)) {
            const message = `Request routing rule ${String(name)} of ${lastSegment(id)} shares priority ${priority} with another rule.`;
            return new ArmError("ApplicationGatewayRequestRoutingRulePriorityShouldBeUnique", message);
        }
        seen.add(priority);
    }
    return undefined;
};

export const listenerHasOneRule: Rule = ({ id, inputs }) => {
    const seen = new Map<string, string>();
    for (const rule of itemsAt(inputs, "requestRoutingRules")) {
        const listener = refers(rule, "httpListener");
        if (listener === undefined) continue;
        const other = seen.get(listener);
        if (other !== undefined) {
            const message = `Request routing rules ${other} and ${nameOf(rule)} of ${lastSegment(id)} use the same listener ${listener}.`;
            return new ArmError("ApplicationGatewayRequestRoutingRulesUsingSameHttpListener", message);
        }
        seen.set(listener, nameOf(rule));
    }
    return undefined;
};

/** Properties by which traffic is sent on. A path map's own ones are its defaults. */
interface Ways {
    readonly pool: string;
    readonly settings: string;
    readonly redirect: string;
}
const WAYS: Ways = {
    pool: "backendAddressPool",
    settings: "backendHttpSettings",
    redirect: "redirectConfiguration",
};
const DEFAULT_WAYS: Ways = {
    pool: "defaultBackendAddressPool",
    settings: "defaultBackendHttpSettings",
    redirect: "defaultRedirectConfiguration",
};

/** Either a pool with settings, or a redirection. */
function wayProblem(part: Properties, { pool, settings, redirect }: Ways): string | undefined {
    const has = (property: string) => valueAt(part, property) !== undefined;
    if (has(redirect)) return has(pool) || has(settings) ? `has both ${redirect} and a backend` : undefined;
    const missing = [pool, settings].filter((property) => !has(property));
    return missing.length === 0 ? undefined : `has neither ${redirect} nor ${missing.join(" and ")}`;
}

export const rulesLeadSomewhere: Rule = ({ id, inputs }) => {
    for (const rule of itemsAt(inputs, "requestRoutingRules")) {
        const problem = rule["ruleType"] === UNKNOWN ? undefined : ruleProblem(rule);
        if (problem === undefined) continue;
        const message = `Request routing rule ${nameOf(rule)} of ${lastSegment(id)} ${problem}.`;
        return new ArmError("ApplicationGatewayRequestRoutingRuleInvalid", message);
    }
    return undefined;
};

function ruleProblem(rule: Properties): string | undefined {
    const hasMap = valueAt(rule, "urlPathMap") !== undefined;
    if (rule["ruleType"] === "PathBasedRouting")
        return hasMap ? undefined : "is of type PathBasedRouting and has no urlPathMap";
    return hasMap ? "is of type Basic and has a urlPathMap" : wayProblem(rule, WAYS);
}

export const pathMapsLeadSomewhere: Rule = ({ id, inputs }) => {
    for (const map of itemsAt(inputs, "urlPathMaps")) {
        const problem = pathMapProblem(map);
        if (problem === undefined) continue;
        const message = `URL path map ${nameOf(map)} of ${lastSegment(id)} ${problem}.`;
        return new ArmError("ApplicationGatewayUrlPathMapInvalid", message);
    }
    return undefined;
};

function pathMapProblem(map: Properties): string | undefined {
    const pathRules = itemsAt(map, "pathRules");
    if (pathRules.length === 0) return "has no path rules";
    for (const rule of pathRules) {
        const way = wayProblem(rule, WAYS);
        if (way !== undefined) return `has the path rule ${nameOf(rule)}, which ${way}`;
        const wrong = stringsAt(rule, "paths[]").find((path) => !/^\/[^*]*\*?$/.test(path));
        if (wrong !== undefined) return `has the path '${wrong}'; it must begin with / and may have one * at its end`;
    }
    return wayProblem(map, DEFAULT_WAYS);
}

export const redirectionsEnd: Rule = ({ id, inputs }) => {
    for (const redirect of itemsAt(inputs, "redirectConfigurations")) {
        const hasListener = valueAt(redirect, "targetListener") !== undefined;
        if (hasListener === (valueAt(redirect, "targetUrl") !== undefined)) {
            const message = `Redirection ${nameOf(redirect)} of ${lastSegment(id)} needs exactly one of targetListener and targetUrl.`;
            return new ArmError("ApplicationGatewayRedirectConfigurationInvalidTarget", message);
        }
    }
    const loop = itemsAt(inputs, "requestRoutingRules").find((rule) => {
        const redirect = partOf(inputs, "redirectConfigurations", refers(rule, "redirectConfiguration"));
        const target = redirect && refers(redirect, "targetListener");
        return target !== undefined && target === refers(rule, "httpListener");
    });
    if (!loop) return undefined;
    const message = `Request routing rule ${nameOf(loop)} of ${lastSegment(id)} redirects its listener to itself.`;
    return new ArmError("ApplicationGatewayRedirectConfigurationTargetListenerIsSource", message);
};

const PROBE_RANGES: Readonly<Record<string, readonly [number, number]>> = {
    interval: [1, 86400],
    timeout: [1, 86400],
    unhealthyThreshold: [1, 20],
};

export const probesAreValid: Rule = ({ id, inputs }) => {
    for (const probe of itemsAt(inputs, "probes")) {
        const problem = probeProblem(probe);
        if (problem === undefined) continue;
        return new ArmError(
            "ApplicationGatewayProbeInvalid",
            `Probe ${nameOf(probe)} of ${lastSegment(id)} ${problem}.`,
        );
    }
    return undefined;
};

function probeProblem(probe: Properties): string | undefined {
    for (const [property, [low, high]] of Object.entries(PROBE_RANGES)) {
        const value = probe[property];
        if (typeof value === "number" && (value < low || value > high))
            return `has ${property} ${value}; allowed are ${low} to ${high}`;
    }
    if (!["Http", "Https"].includes(String(probe["protocol"]))) return undefined;
    const path = stringAt(probe, "path");
    if (path !== undefined && !path.startsWith("/")) return `has the path '${path}', which must begin with /`;
    const picks = probe["pickHostNameFromBackendHttpSettings"] === true;
    const named = valueAt(probe, "host") !== undefined && probe["host"] !== "";
    if (picks === named) return "needs exactly one of host and pickHostNameFromBackendHttpSettings";
    return undefined;
}

/** A probe goes with backend settings of its protocol, and takes a host name from them only where they have one. */
export const probesFitTheirSettings: Rule = ({ id, inputs }) => {
    for (const settings of itemsAt(inputs, "backendHttpSettingsCollection")) {
        const probe = partOf(inputs, "probes", refers(settings, "probe"));
        if (!probe) continue;
        if (differ(probe["protocol"], settings["protocol"])) {
            const message = `Protocol of probe ${nameOf(probe)} of ${lastSegment(id)} must match with that of backend settings ${nameOf(settings)}.`;
            return new ArmError("ApplicationGatewayProbeProtocolMustMatchBackendHttpSettingsProtocol", message);
        }
        const hasHost =
            valueAt(settings, "hostName") !== undefined || settings["pickHostNameFromBackendAddress"] === true;
        if (probe["pickHostNameFromBackendHttpSettings"] === true && !hasHost) {
            const message = `Probe ${nameOf(probe)} of ${lastSegment(id)} picks its host name from backend settings ${nameOf(settings)}, which have none.`;
            return new ArmError("ApplicationGatewayBackendHttpSettingsHostNameMissing", message);
        }
    }
    return undefined;
};

export const backendSettingsAreValid: Rule = ({ id, inputs }) => {
    for (const settings of itemsAt(inputs, "backendHttpSettingsCollection")) {
        const problem = settingsProblem(settings);
        if (problem === undefined) continue;
        const message = `Backend settings ${nameOf(settings)} of ${lastSegment(id)} ${problem}.`;
        return new ArmError("ApplicationGatewayBackendHttpSettingsInvalid", message);
    }
    return undefined;
};

function settingsProblem(settings: Properties): string | undefined {
    const cookie = stringAt(settings, "affinityCookieName");
    if (cookie !== undefined && !/^[\w!#$%&'*+.^`|~-]+$/.test(cookie))
        return `have the affinity cookie name '${cookie}', which is no cookie name`;
    if (stringAt(settings, "hostName") && settings["pickHostNameFromBackendAddress"] === true)
        return "have both hostName and pickHostNameFromBackendAddress";
    if (settings["protocol"] === "Http" && itemsAt(settings, "trustedRootCertificates").length > 0)
        return "have trusted root certificates but speak Http";
    const timeout = settings["requestTimeout"];
    if (typeof timeout === "number" && (timeout < 1 || timeout > 86400))
        return `have requestTimeout ${timeout}; allowed are 1 to 86400`;
    return undefined;
}
