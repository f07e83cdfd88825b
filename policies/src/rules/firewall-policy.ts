import { falseOrAbsent, is, not, oneOf } from "../frame/expectation";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { UndecidedError } from "../frame/value";
import { isAnything } from "../graph/firewall-rules";
import type { Subnet } from "../graph/network-model";
import { NetworkModel, subnetsOf } from "../graph/network-model";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";
import { resourcesOf } from "../graph/resource-graph";
import { entriesWith, isTooWide } from "./firewall-rules";
import { leastZones, requireZones } from "./public-addresses";

const FIREWALL = "network:AzureFirewall";
const POLICY = "network:FirewallPolicy";

export const intrusionDetection = resourceRule({
    id: "SAM-AFW-010",
    name: "afw-idps",
    title: "A Premium firewall policy must block the intrusions that it detects.",
    severity: "medium",
    risk: "In Alert mode, known exploits are logged and let through.",
    remediation: ['Set intrusionDetection.mode to "Deny".'],
    control: { reference: "NS-4", mapping: "own reading" },
    frameworks: { nist: ["SI-4"] },
    scanners: { checkov: ["CKV_AZURE_220"] },
    types: [POLICY],
    check({ inputs }, findings) {
        if (inputs.at("sku.tier").folded() === "premium") {
            findings.require(inputs.at("intrusionDetection.mode"), is("Deny"));
        }
    },
});

export const intrusionNoBypass = resourceRule({
    id: "SAM-AFW-011",
    name: "afw-idps-no-bypass",
    title: "Intrusion detection must not be bypassed for whole networks or switched off by signature.",
    severity: "medium",
    risk: "Traffic in a bypass, or of a signature that is off, is not looked at, and nobody remembers why.",
    remediation: [
        "Name single addresses and ports in intrusionDetection.configuration.bypassTrafficSettings.",
        'Remove signatureOverrides with mode "Off".',
    ],
    control: { reference: "NS-4", mapping: "own reading" },
    frameworks: { nist: ["SI-4"] },
    scanners: {},
    types: [POLICY],
    check({ inputs }, findings) {
        const configuration = inputs.at("intrusionDetection.configuration");
        for (const bypass of configuration.at("bypassTrafficSettings").items()) {
            for (const side of ["sourceAddresses", "destinationAddresses"]) {
                const [wide] = entriesWith(isAnything, bypass.at(side).items());
                if (wide) {
                    findings.fail(`${wide.path} must not be everything; found ${wide.shown()}. Name the addresses.`);
                }
            }
        }
        for (const override of configuration.at("signatureOverrides").items()) {
            findings.require(override.at("mode"), oneOf("Alert", "Deny"));
        }
    },
});

export const firewallPremium = resourceRule({
    id: "SAM-AFW-012",
    name: "afw-premium",
    title: "Firewalls and their policies must be of the Premium tier.",
    severity: "low",
    level: "disabled",
    risk: "Only Premium detects intrusions and can look into TLS.",
    remediation: ['Set sku.tier of the firewall and of its policy to "Premium". This rule is off by default.'],
    control: { reference: "NS-4", mapping: "own reading" },
    scanners: { azurePolicy: ["8c19196d-7fd7-45b2-a9b4-7288f47c769a"] },
    types: [FIREWALL, POLICY],
    check({ inputs }, findings) {
        findings.require(inputs.at("sku.tier"), is("Premium"));
    },
});

export const firewallNotBasic = resourceRule({
    id: "SAM-AFW-013",
    name: "afw-not-basic",
    title: "Firewalls and their policies must be of the Standard or Premium tier.",
    severity: "medium",
    risk: "The Basic tier can't deny malicious addresses, answer DNS or decide network rules by name.",
    remediation: ['Set sku.tier of the firewall and of its policy to "Standard" or "Premium".'],
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: [FIREWALL, POLICY],
    check({ inputs }, findings) {
        findings.require(inputs.at("sku.tier"), not("Basic"), 'Set it to "Standard" or "Premium".');
    },
});

/** Tiers of firewalls that a policy of a tier may govern (Azure documentation, "Azure Firewall Manager policy overview"). */
const GOVERNS: Readonly<Record<string, readonly string[]>> = {
    basic: ["basic"],
    standard: ["standard", "premium"],
    premium: ["premium"],
};

const tierOf = (resource: GraphResource) => resource.inputs.at("sku.tier").folded() ?? "standard";

/** Firewalls of a stack with the policies of the stack that may govern them. */
function governed(graph: ResourceGraph): { firewall: GraphResource; policy: GraphResource }[] {
    return graph.ofType(FIREWALL).flatMap((firewall) => {
        const reference = graph.follow(firewall, firewall.inputs.at("firewallPolicy.id"), POLICY);
        return resourcesOf(reference).map((policy) => ({ firewall, policy }));
    });
}

export const firewallTierMatch = graphRule({
    id: "SAM-AFW-014",
    name: "afw-tier-match",
    title: "A firewall's tier must be one that its policy may govern.",
    severity: "high",
    risk: "Azure refuses the pair, and the firewall stays as it was, or is not made.",
    remediation: [
        "Give the firewall and its policy the same sku.tier; a Standard policy may also govern a Premium firewall.",
    ],
    twin: { none: "The two tiers stand in two resources; Azure itself refuses the firewall." },
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: [FIREWALL, POLICY],
    check(graph, findings) {
        for (const firewall of graph.ofType(FIREWALL)) {
            const id = firewall.inputs.at("firewallPolicy.id");
            if (graph.follow(firewall, id, POLICY).kind === "unknown") {
                findings
                    .on(firewall.urn)
                    .undecided(
                        `${id.path} of ${firewall.name} is not known in this preview, and no policy of this stack went into it. ` +
                            "Pass the id of a FirewallPolicy of this stack.",
                    );
            }
        }
        for (const { firewall, policy } of governed(graph)) {
            const own = findings.on(firewall.urn);
            own.attempt(() => {
                const [tier, policyTier] = [tierOf(firewall), tierOf(policy)];
                if (!GOVERNS[policyTier]?.includes(tier)) {
                    own.fail(
                        `${firewall.name} is of the tier ${tier}, which ${policy.name}, a policy of the tier ${policyTier}, can't govern. ` +
                            "Give both the same sku.tier.",
                    );
                }
            });
        }
    },
});

export const firewallZones = resourceRule<{ leastZones: number }>({
    id: "SAM-AFW-015",
    name: "afw-zones",
    title: "A firewall must be in several availability zones.",
    severity: "medium",
    risk: "If its one data centre fails, everything behind the firewall is cut off.",
    remediation: ['Set zones to ["1", "2", "3"].', "In a region without zones, set this rule's leastZones to 0."],
    control: { reference: "BR-1", mapping: "own reading" },
    frameworks: { nist: ["CP-6", "SC-5"] },
    scanners: { psrule: ["Azure.Firewall.AvailabilityZone"], azurePolicy: ["3e1f521a-d037-4709-bdd6-1f532f271a75"] },
    config: leastZones,
    types: [FIREWALL],
    check({ inputs }, findings, options) {
        // A firewall in a virtual hub has the hub's zones.
        if (!inputs.at("virtualHub").present) {
            requireZones(inputs.at("zones"), options.leastZones, findings);
        }
    },
});

export const firewallInsights = resourceRule({
    id: "SAM-AFW-016",
    name: "afw-insights",
    title: "A firewall policy must send its analytics to a workspace.",
    severity: "low",
    level: "disabled",
    risk: "Nobody sees which rules are used, and which only leave a gap.",
    remediation: [
        "Set insights.isEnabled to true, and insights.logAnalyticsResources.defaultWorkspaceId.id.",
        "This rule is off by default, because analytics cost as much as they log.",
    ],
    control: { reference: "LT-3", mapping: "own reading" },
    frameworks: { nist: ["AU-12"] },
    scanners: { azurePolicy: ["dfb5ac92-ce74-4dbc-81fa-87243e62d5d3"] },
    types: [POLICY],
    check({ inputs }, findings) {
        findings.require(inputs.at("insights.isEnabled"), is(true));
        findings.attempt(() =>
            findings.requirePresent(inputs.at("insights.logAnalyticsResources.defaultWorkspaceId").known().at("id")),
        );
    },
});

export const firewallManaged = graphRule({
    id: "SAM-AFW-017",
    name: "afw-mgmt-forced",
    title: "A Basic firewall, and one whose own way out is redirected, must have a management address.",
    severity: "medium",
    risk: "Without it the firewall's control traffic goes where the redirected route leads, and the firewall stops.",
    remediation: [
        "Set managementIpConfiguration, with a subnet called AzureFirewallManagementSubnet and a public address.",
        'Or let the table of AzureFirewallSubnet lead 0.0.0.0/0 to "Internet".',
    ],
    twin: { rules: ["afw-not-basic"], leaves: "the routes of AzureFirewallSubnet" },
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: [FIREWALL, "network:RouteTable"],
    check(graph, findings) {
        const model = graph.model(NetworkModel);
        for (const firewall of graph.ofType(FIREWALL)) {
            const own = findings.on(firewall.urn);
            own.attempt(() => {
                const management = firewall.inputs.at("managementIpConfiguration");
                if (!management.present && (tierOf(firewall) === "basic" || isForced(model, firewall))) {
                    own.fail(
                        `${management.path} of ${firewall.name} must be set, because it is of the Basic tier or its own default route is redirected. ` +
                            "Give it AzureFirewallManagementSubnet and a public address.",
                    );
                }
            });
        }
    },
});

/** Whether the table of a firewall's own subnet leads everything anywhere but to the Internet. */
function isForced(model: NetworkModel, firewall: GraphResource): boolean {
    const configurations = firewall.inputs.at("ipConfigurations").items();
    const tables = configurations
        .flatMap((configuration) => placesOf(model, firewall, configuration.at("subnet.id")))
        .flatMap((subnet) => tablesOf(model, subnet));
    return tables
        .flatMap((table) => model.routesOf(table))
        .some(
            ({ properties }) =>
                properties.at("addressPrefix").text() === "0.0.0.0/0" &&
                properties.at("nextHopType").folded() !== "internet",
        );
}

function placesOf(model: NetworkModel, firewall: GraphResource, id: Value): readonly Subnet[] {
    const reference = model.follow(firewall, id, ({ name }) => name === "azurefirewallsubnet");
    if (reference.kind === "unknown") {
        throw new UndecidedError(id.path);
    }
    return subnetsOf(reference);
}

function tablesOf(model: NetworkModel, subnet: Subnet): readonly GraphResource[] {
    const id = subnet.properties.at("routeTable.id");
    const reference = model.graph.follow(subnet.owner, id, "network:RouteTable");
    if (reference.kind === "unknown") {
        throw new UndecidedError(id.path);
    }
    const tables = resourcesOf(reference);
    tables.forEach((table) => table.inputs.at("routes").known());
    return tables;
}

export const threatAllowList = resourceRule({
    id: "SAM-AFW-018",
    name: "afw-threat-exceptions",
    title: "Threat intelligence must not be excepted for whole networks or all names.",
    severity: "medium",
    risk: "What is on the exception list is let through although it is known to be malicious.",
    remediation: ["Name single addresses and names in threatIntelWhitelist, or remove it."],
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: [POLICY],
    check({ inputs }, findings) {
        const exceptions = inputs.at("threatIntelWhitelist");
        const places = [...exceptions.at("ipAddresses").items(), ...exceptions.at("fqdns").items()];
        for (const place of entriesWith(isTooWide, places)) {
            findings.fail(`${place.path} must not be everything; found ${place.shown()}. Name what is meant.`);
        }
    },
});

export const noExplicitProxy = resourceRule({
    id: "SAM-AFW-019",
    name: "afw-no-explicit-proxy",
    title: "A firewall must be no explicit proxy.",
    severity: "medium",
    risk: "Who may use the proxy reaches the Internet without a route to the firewall, so subnets that are meant to be closed are not.",
    remediation: ["Remove explicitProxy; let routes lead to the firewall."],
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: [POLICY],
    check({ inputs }, findings) {
        findings.require(inputs.at("explicitProxy.enableExplicitProxy"), falseOrAbsent, "Remove explicitProxy.");
    },
});

export const noPublicAsPrivate = resourceRule({
    id: "SAM-AFW-020",
    name: "afw-snat-ranges",
    title: "A firewall must hide private source addresses from the whole Internet.",
    severity: "medium",
    risk: "Where the Internet counts as private, packets leave with private source addresses and nothing answers them, or the way back goes past the firewall.",
    remediation: [
        "Remove wide public prefixes from snat.privateRanges; name the public ranges of your own sites alone.",
    ],
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: [POLICY],
    check({ inputs }, findings) {
        for (const range of entriesWith(isAnything, inputs.at("snat.privateRanges").items())) {
            findings.fail(`${range.path} must not be the Internet; found ${range.shown()}. Name your own ranges.`);
        }
    },
});

export const firewallPolicyRules = [
    intrusionDetection,
    intrusionNoBypass,
    firewallPremium,
    firewallNotBasic,
    firewallTierMatch,
    firewallZones,
    firewallInsights,
    firewallManaged,
    threatAllowList,
    noExplicitProxy,
    noPublicAsPrivate,
];
