import type { Findings } from "../frame/findings";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { parseRange } from "../graph/address-set";
import { isPrivate } from "../graph/internet";
import { allowRules, coversName, describeRule, isAnything, natRules, RULE_GROUPS } from "../graph/firewall-rules";
import type { PortRange } from "../graph/port-range";
import { ALL_PORTS, coverPorts, holdsPorts, port, portRangeOf, sharesPorts } from "../graph/port-range";

/** The ports of a text; one that is no range counts as every port. */
const rangeOf = (text: string) => portRangeOf(text) ?? ALL_PORTS;
const rangesOf = (list: Value) => list.texts().map(rangeOf);

/** Entries whose text is such; one that is no text is not. */
export function entriesWith(such: (text: string) => boolean, entries: readonly Value[]): Value[] {
    return entries.filter((entry) => {
        const text = entry.text();
        return text !== undefined && such(text);
    });
}

const LISTS_OF_DESTINATIONS = ["destinationAddresses", "targetFqdns", "targetUrls", "destinationFqdns"];

export const noAnyAllow = resourceRule({
    id: "SAM-AFW-030",
    name: "afw-no-any-allow",
    title: "A firewall must let nothing out to everywhere.",
    severity: "critical",
    risk: "One such rule makes every other one moot: whatever an intruder finds leaves the platform.",
    remediation: [
        "Name the hosts, the service tags or the addresses that must be reached.",
        'Name protocols and ports too: never "Any" with "*".',
    ],
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7(5)"] },
    scanners: {},
    types: RULE_GROUPS,
    check({ inputs }, findings) {
        for (const rule of allowRules(inputs)) {
            findings.attempt(() => {
                const places = LISTS_OF_DESTINATIONS.flatMap((list) => rule.at(list).items());
                for (const place of entriesWith(isTooWide, places)) {
                    findings.fail(
                        `${describeRule(rule)}: ${place.path} must not be everything; found ${place.shown()}. Name the destinations.`,
                    );
                }
                const protocols = rule.at("ipProtocols").texts();
                const everyPort = coverPorts(rangesOf(rule.at("destinationPorts")), { first: 1, last: 65535 });
                if (protocols.some((protocol) => protocol.toLowerCase() === "any") && everyPort) {
                    findings.fail(
                        `${describeRule(rule)} allows every protocol on every port. Name protocols and ports.`,
                    );
                }
            });
        }
    },
});

/** `*`, a prefix that holds much of the Internet, or all names of a top-level domain. */
export function isTooWide(text: string): boolean {
    return isAnything(text) || /^\*\.?[a-z0-9-]*(\/.*)?$/i.test(text);
}

export const noWholeCloud = resourceRule({
    id: "SAM-AFW-031",
    name: "afw-no-azurecloud",
    title: "A firewall must not let HTTPS out to all of Azure.",
    severity: "medium",
    risk: "The tag AzureCloud holds the machines and storage accounts of every customer, an attacker's among them.",
    remediation: ["Replace the tag by application rules with host names, or by the tag of the service that is meant."],
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: RULE_GROUPS,
    check({ inputs }, findings) {
        for (const rule of allowRules(inputs)) {
            findings.attempt(() => {
                const [tag] = entriesWith(isCloud, rule.at("destinationAddresses").items());
                if (tag && rangesOf(rule.at("destinationPorts")).some((range) => sharesPorts(range, port(443)))) {
                    findings.fail(
                        `${describeRule(rule)}: ${tag.path} is ${tag.shown()} on port 443. Name the hosts or the service.`,
                    );
                }
            });
        }
    },
});

/** `AzureCloud` or its part in a region. */
function isCloud(text: string): boolean {
    return text.toLowerCase().startsWith("azurecloud");
}

export const sourceScoped = resourceRule({
    id: "SAM-AFW-032",
    name: "afw-source-scoped",
    title: "Every rule of a firewall must say whose traffic it lets through.",
    severity: "high",
    risk: "A rule for one workload opens its destinations to every network that is ever connected.",
    remediation: ["Set sourceAddresses to the subnets that need the rule, or sourceIpGroups."],
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "AC-6"] },
    scanners: {},
    types: RULE_GROUPS,
    check({ inputs }, findings) {
        for (const rule of allowRules(inputs)) {
            findings.attempt(() => {
                const sources = rule.at("sourceAddresses").items();
                for (const source of entriesWith(isAnything, sources)) {
                    findings.fail(
                        `${describeRule(rule)}: ${source.path} must not be everything; found ${source.shown()}. Name the subnets.`,
                    );
                }
                if (sources.length === 0 && rule.at("sourceIpGroups").items().length === 0) {
                    findings.fail(
                        `${describeRule(rule)} names no source. Set sourceAddresses to the subnets that need it.`,
                    );
                }
            });
        }
    },
});

export const natScoped = resourceRule<{ openPorts: string[]; closedPorts: string[] }>({
    id: "SAM-AFW-033",
    name: "afw-dnat-scoped",
    title: "A firewall must lead nobody in but named sources, and nobody to login ports or API servers.",
    severity: "critical",
    risk: "A translation is a hole through the firewall to a machine inside, for everyone whom its source names.",
    remediation: [
        "Set sourceAddresses of the rule to the prefixes that need it.",
        "Reach SSH, RDP and API servers through Bastion or a VPN.",
        "Where a port serves the public, name it in this rule's openPorts.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-17", "SC-7"] },
    scanners: {},
    config: {
        openPorts: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Destination ports that anyone may reach.",
        },
        closedPorts: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: ["22", "3389", "5985-5986", "6443"],
            description: "Translated ports that nobody may reach.",
        },
    },
    types: RULE_GROUPS,
    check({ inputs }, findings, { openPorts, closedPorts }) {
        const closed = closedPorts.map(rangeOf);
        const opens = (own: PortRange) =>
            openPorts.map(portRangeOf).some((range) => range !== undefined && holdsPorts(range, own));
        for (const rule of natRules(inputs)) {
            findings.attempt(() => {
                const target = rule.at("translatedPort");
                const range = rangeOf(String(target.known().raw));
                if (closed.some((own) => sharesPorts(own, range))) {
                    findings.fail(
                        `${describeRule(rule)}: ${target.path} must be none of ${closedPorts.join(", ")}; found ${target.shown()}. Remove the rule.`,
                    );
                }
                const reached = rangesOf(rule.at("destinationPorts"));
                if (!reached.every(opens)) {
                    refuseAnyone(rule, findings);
                }
            });
        }
    },
});

function refuseAnyone(rule: Value, findings: Findings): void {
    const sources = rule.at("sourceAddresses").items();
    const [anyone] = entriesWith(isAnything, sources);
    if (anyone || (sources.length === 0 && rule.at("sourceIpGroups").items().length === 0)) {
        findings.fail(
            `${describeRule(rule)}: ${rule.path}.sourceAddresses must name who comes in; found ${anyone?.shown() ?? "nothing"}. ` +
                "Name the prefixes, or the port in this rule's openPorts.",
        );
    }
}

/** The option of rules that ask where data may go. */
export const sharedDomains = {
    type: "array" as const,
    items: { type: "string" as const },
    uniqueItems: true,
    default: [
        "amazonaws.com",
        "azureedge.net",
        "azurefd.net",
        "azurewebsites.net",
        "blob.core.windows.net",
        "cloudapp.azure.com",
        "cloudfront.net",
        "file.core.windows.net",
        "github.io",
        "githubusercontent.com",
        "googleapis.com",
        "herokuapp.com",
        "web.core.windows.net",
    ],
    description: "Domains under which everyone can get a name.",
};

export const noSharedWildcard = resourceRule<{ sharedDomains: string[] }>({
    id: "SAM-AFW-034",
    name: "afw-no-shared-wildcards",
    title: "A firewall must not let traffic out to all names of a domain that everyone can use.",
    severity: "medium",
    risk: "Anyone gets an account under such a domain, so the wildcard is a way out for data.",
    remediation: [
        "Name the accounts that must be reached, as in mystore.blob.core.windows.net, or use private endpoints.",
    ],
    control: { reference: "DP-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7(10)"] },
    scanners: {},
    config: { sharedDomains },
    types: RULE_GROUPS,
    check({ inputs }, findings, { sharedDomains }) {
        for (const rule of allowRules(inputs)) {
            findings.attempt(() => {
                const places = ["targetFqdns", "destinationFqdns", "targetUrls"].flatMap((list) =>
                    rule.at(list).items(),
                );
                for (const place of places) {
                    const pattern = (place.text() ?? "").split("/")[0] ?? "";
                    const shared = sharedDomains.find((domain) => coversName(pattern, `*.${domain}`));
                    // A bare star is no list of a domain's names: afw-no-any-allow refuses it.
                    if (pattern !== "*" && shared !== undefined) {
                        findings.fail(
                            `${describeRule(rule)}: ${place.path} is ${place.shown()}, and everyone can get a name in ${shared}. Name the accounts.`,
                        );
                    }
                }
            });
        }
    },
});

export const apiServerNotInspected = resourceRule({
    id: "SAM-AFW-035",
    name: "afw-tls-bypass-api",
    title: "A firewall must not open the TLS of API servers.",
    severity: "medium",
    risk: "Nodes and API servers agree on their tunnel inside of TLS; if it is opened, the cluster loses its nodes.",
    remediation: [
        "Put a rule without terminateTLS for *.hcp.<region>.azmk8s.io before the one that opens TLS, and take the name out of that one.",
    ],
    control: { reference: "IM-4", mapping: "own reading" },
    scanners: {},
    types: RULE_GROUPS,
    check({ inputs }, findings) {
        for (const rule of allowRules(inputs)) {
            findings.attempt(() => {
                if (!rule.at("terminateTLS").isTrue()) {
                    return;
                }
                const names = rule.at("targetFqdns").items();
                for (const name of entriesWith(reachesApiServer, names)) {
                    findings.fail(
                        `${describeRule(rule)}: ${name.path} is ${name.shown()}, and terminateTLS is true. Give the API servers a rule without it.`,
                    );
                }
            });
        }
    },
});

function reachesApiServer(pattern: string): boolean {
    return pattern.toLowerCase().endsWith(".azmk8s.io") || coversName(pattern, "*.hcp.region.azmk8s.io");
}

export const noLoginOut = resourceRule({
    id: "SAM-AFW-037",
    name: "afw-no-login-out",
    title: "A firewall must not let SSH, RDP or file shares out to public addresses.",
    severity: "high",
    risk: "These ports carry tunnels and stolen credentials to the outside, and nothing a cluster needs.",
    remediation: ["Remove ports 22, 3389, 445 and 5985-5986 from the rule, or name private destinations."],
    control: { reference: "NS-8", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: RULE_GROUPS,
    check({ inputs }, findings) {
        const login = [port(22), port(445), port(3389), { first: 5985, last: 5986 }];
        for (const rule of allowRules(inputs)) {
            findings.attempt(() => {
                const opened = rangesOf(rule.at("destinationPorts")).some((range) =>
                    login.some((own) => sharesPorts(range, own)),
                );
                const places = [...rule.at("destinationAddresses").items(), ...rule.at("destinationFqdns").items()];
                const [outside] = entriesWith((text) => !isInside(text), places);
                if (opened && outside) {
                    findings.fail(
                        `${describeRule(rule)} lets SSH, RDP or file shares out to ${outside.path}, ${outside.shown()}. Remove the port.`,
                    );
                }
            });
        }
    },
});

function isInside(text: string): boolean {
    const range = parseRange(text);
    return range !== undefined && isPrivate(range);
}

export const firewallRuleGroupRules = [
    noAnyAllow,
    noWholeCloud,
    sourceScoped,
    natScoped,
    noSharedWildcard,
    apiServerNotInspected,
    noLoginOut,
];
