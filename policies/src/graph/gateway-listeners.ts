import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import { UndecidedError } from "../frame/value";
import { mayName } from "./arm-id";

/**
 * Reports listeners of an Application Gateway that take plain HTTP and do anything else with it than redirecting to HTTPS.
 * Parts of a gateway refer to each other by ids that end in the part's name. Where such an id is not known yet, every
 * part that it may mean must comply.
 */
export function requireHttpsListeners(gateway: Value, findings: Findings): void {
    for (const listener of gateway.at("httpListeners").items()) {
        findings.attempt(() => {
            if (listener.at("protocol").folded() !== "https") {
                requireRedirect(gateway, listener, findings);
            }
        });
    }
}

function requireRedirect(gateway: Value, listener: Value, findings: Findings): void {
    const where = `${listener.path} (${listener.at("name").shown()}) has protocol ${listener.at("protocol").shown()}`;
    const rules = knownItems(gateway.at("requestRoutingRules"));
    const mayServe = rules.filter((rule) => mayName(rule.at("httpListener.id"), listener));
    for (const rule of mayServe) {
        const redirect = rule.at("redirectConfiguration").known().at("id");
        if (redirect.present && leadsToHttps(gateway, listener, redirect)) {
            continue;
        }
        const problem = `${where}, and ${rule.path} does not redirect it to an HTTPS listener.`;
        const remedy =
            'Set protocol to "Https", or give the rule a redirectConfiguration whose target is an HTTPS listener.';
        if (rule.at("httpListener.id").unknown && rules.length > 1) {
            findings.undecided(
                `${problem} Whether that rule serves this listener is not known in this preview. ${remedy}`,
            );
        } else {
            findings.fail(`${problem} ${remedy}`);
        }
    }
    if (mayServe.length === 0) {
        findings.fail(`${where}, and no routing rule redirects it. Set protocol to "Https", or remove the listener.`);
    }
}

/** Whether every redirect that `id` may mean ends at HTTPS. */
function leadsToHttps(gateway: Value, source: Value, id: Value): boolean {
    const candidates = knownItems(gateway.at("redirectConfigurations")).filter((redirect) => mayName(id, redirect));
    return candidates.length > 0 && candidates.every((redirect) => targetIsHttps(gateway, source, redirect));
}

function targetIsHttps(gateway: Value, source: Value, redirect: Value): boolean {
    const url = redirect.at("targetUrl");
    if (url.present) {
        return url.text()?.toLowerCase().startsWith("https://") ?? false;
    }
    const target = redirect.at("targetListener.id");
    if (!target.present) {
        return false;
    }
    // A redirect to its own listener goes round in circles and serves nothing, so only the others matter.
    const others = knownItems(gateway.at("httpListeners")).filter(
        (listener) => listener.path !== source.path && mayName(target, listener),
    );
    const allHttps = others.length > 0 && others.every((listener) => listener.at("protocol").folded() === "https");
    if (!allHttps && target.unknown) {
        throw new UndecidedError(target.path);
    }
    return allHttps;
}

/** The elements of a list that decides. One that is unknown may be anything. */
function knownItems(list: Value): Value[] {
    return list.items().map((item) => item.known());
}
