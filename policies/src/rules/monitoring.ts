import { atLeast, falseOrAbsent, is, not } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import { leadsTo, someOf } from "../graph/related";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";

const LOGS = "operationalinsights:Workspace";
const INSIGHTS = "applicationinsights:Component";
const ENDPOINTS = "monitor:DataCollectionEndpoint";
const SCOPE = "monitor:PrivateLinkScope";

/** Option of the rules about what Azure Monitor shows to the Internet. */
interface Everywhere {
    withoutScope: boolean;
}

const everywhere = {
    withoutScope: {
        type: "boolean",
        default: false,
        description: "Ask for it also where the stack has no private link scope of Azure Monitor.",
    },
} as const;

/** What the rule judges: all of a type, if there is a private way that can take the public one's place. */
function closable(graph: ResourceGraph, type: string, { withoutScope }: Everywhere): readonly GraphResource[] {
    return withoutScope || graph.ofType(SCOPE).length > 0 ? graph.ofType(type) : [];
}

function requireClosed(resources: readonly GraphResource[], findings: Findings, properties: string[]): void {
    for (const { urn, inputs } of resources) {
        for (const property of properties) {
            findings.on(urn).require(inputs.at(property), is("Disabled"));
        }
    }
}

const BOTH_WAYS = ["publicNetworkAccessForIngestion", "publicNetworkAccessForQuery"];

export const logsNoPublicAccess = graphRule<Everywhere>({
    id: "SAM-MON-001",
    name: "la-no-public",
    title: "A Log Analytics workspace must be closed to the Internet where there is a private link scope.",
    severity: "medium",
    risk: "A leaked token reads the logs of the whole platform, or fills them with lies, from anywhere.",
    remediation: [`Set ${BOTH_WAYS.join(" and ")} to "Disabled".`],
    twin: { none: "A workspace alone does not show whether a private link scope will take the public way's place." },
    control: { reference: "NS-2", mapping: "published" },
    scanners: {},
    config: everywhere,
    types: [LOGS],
    check: (graph, findings, options) => requireClosed(closable(graph, LOGS, options), findings, BOTH_WAYS),
});

export const insightsNoPublicAccess = graphRule<Everywhere>({
    id: "SAM-MON-002",
    name: "ai-no-public",
    title: "Application Insights must be closed to the Internet where there is a private link scope.",
    severity: "medium",
    risk: "Traces hold requests, addresses and names, and can be read or forged from anywhere.",
    remediation: [`Set ${BOTH_WAYS.join(" and ")} to "Disabled".`],
    twin: { none: "A component alone does not show whether a private link scope will take the public way's place." },
    control: { reference: "NS-2", mapping: "published" },
    scanners: {},
    config: everywhere,
    types: [INSIGHTS],
    check: (graph, findings, options) => requireClosed(closable(graph, INSIGHTS, options), findings, BOTH_WAYS),
});

export const endpointsNoPublicAccess = graphRule<Everywhere>({
    id: "SAM-MON-003",
    name: "dce-no-public",
    title: "A data collection endpoint must be closed to the Internet where there is a private link scope.",
    severity: "medium",
    risk: "Agents go on through the public endpoint, and so can whoever forges what they send.",
    remediation: ['Set networkAcls.publicNetworkAccess to "Disabled".'],
    twin: { none: "An endpoint alone does not show whether a private link scope will take the public way's place." },
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    config: everywhere,
    types: [ENDPOINTS],
    check: (graph, findings, options) =>
        requireClosed(closable(graph, ENDPOINTS, options), findings, ["networkAcls.publicNetworkAccess"]),
});

export const scopePrivateOnly = resourceRule({
    id: "SAM-MON-004",
    name: "ampls-private-only",
    title: "A private link scope of Azure Monitor must lead to its own members only.",
    severity: "medium",
    risk: "In open mode networks also reach everybody else's workspaces, which is a way out for data.",
    remediation: [
        'Set accessModeSettings.ingestionAccessMode and queryAccessMode to "PrivateOnly".',
        "Do the same in accessModeSettings.exclusions.",
    ],
    control: { reference: "NS-2", mapping: "published" },
    scanners: { azurePolicy: ["a499fed8-bcc8-4195-b154-641f14743757"] },
    types: [SCOPE],
    check({ inputs }, findings) {
        const settings = inputs.at("accessModeSettings");
        for (const mode of ["ingestionAccessMode", "queryAccessMode"]) {
            findings.require(settings.at(mode), is("PrivateOnly"));
            for (const exclusion of settings.at("exclusions").items()) {
                findings.require(exclusion.at(mode), not("Open"));
            }
        }
    },
});

export const scopeComplete = graphRule({
    id: "SAM-MON-005",
    name: "ampls-linked",
    title: "Everything that collects logs must be in the stack's private link scope of Azure Monitor.",
    severity: "medium",
    risk: "Azure Monitor's names lead into the scope for the whole network: what is not in it can't be reached any more.",
    remediation: ["Add a PrivateLinkScopedResource with its id as linkedResourceId."],
    twin: { none: "Members are linked after the scope and they are made." },
    control: { reference: "NS-2", mapping: "published" },
    scanners: {},
    types: [SCOPE],
    check(graph, findings) {
        if (graph.ofType(SCOPE).length === 0) {
            return;
        }
        const links = graph.ofType("monitor:PrivateLinkScopedResource");
        for (const member of [LOGS, INSIGHTS, ENDPOINTS].flatMap((type) => graph.ofType(type))) {
            const own = findings.on(member.urn);
            own.attempt(() => {
                const isLinked = someOf(links, (link) =>
                    leadsTo(graph, link, link.inputs.at("linkedResourceId"), member),
                );
                if (!isLinked) {
                    own.fail(`${member.name} is in no private link scope. Add a PrivateLinkScopedResource.`);
                }
            });
        }
    },
});

export const logsNoKeys = resourceRule({
    id: "SAM-MON-006",
    name: "la-no-local-auth",
    title: "A Log Analytics workspace must refuse its own keys.",
    severity: "medium",
    risk: "Whoever has a key, which never expires, writes what they like into the platform's logs.",
    remediation: ["Set features.disableLocalAuth to true.", "Let agents send by data collection rules."],
    control: { reference: "IM-1", mapping: "own reading" },
    scanners: { azurePolicy: ["e15effd4-2278-4c65-a0da-4d6f6d1890e2"] },
    types: [LOGS],
    fixes: [{ path: "features.disableLocalAuth", value: true }],
    check({ inputs }, findings) {
        findings.require(inputs.at("features.disableLocalAuth"), is(true));
    },
});

export const logsRetention = resourceRule<{ minimumDays: number }>({
    id: "SAM-MON-007",
    name: "la-retention",
    title: "A Log Analytics workspace must keep logs for long enough.",
    severity: "low",
    profiles: { regulated: "mandatory", dev: "disabled" },
    risk: "Attackers are often noticed after months; what they did can then be read nowhere.",
    remediation: ["Set retentionInDays to the option's number of days or more."],
    control: { reference: "LT-6", mapping: "own reading" },
    frameworks: { nist: ["AU-11"] },
    scanners: {},
    config: {
        minimumDays: {
            type: "integer",
            minimum: 30,
            maximum: 730,
            default: 90,
            description: "Days for which logs must stay.",
        },
    },
    types: [LOGS],
    check({ inputs }, findings, { minimumDays }) {
        findings.require(inputs.at("retentionInDays"), atLeast(minimumDays));
    },
});

export const logsNoEarlyPurge = resourceRule({
    id: "SAM-MON-008",
    name: "la-no-early-purge",
    title: "Logs must not be purged before their retention ends.",
    severity: "medium",
    risk: "Records then go on the thirtieth day, whatever the retention promises.",
    remediation: ["Remove immediatePurgeDataOn30Days or set it to false."],
    control: { reference: "LT-6", mapping: "own reading" },
    frameworks: { nist: ["AU-11"] },
    scanners: {},
    types: [LOGS, INSIGHTS],
    check({ type, inputs }, findings) {
        const parent = type === LOGS ? inputs.at("features") : inputs;
        findings.require(parent.at("immediatePurgeDataOn30Days"), falseOrAbsent);
    },
});

export const insightsNoKeys = resourceRule({
    id: "SAM-MON-009",
    name: "ai-local-auth",
    title: "Application Insights must take data from Entra identities only.",
    severity: "medium",
    risk: "Whoever reads an instrumentation key in an app writes what they like into its traces.",
    remediation: ["Set disableLocalAuth to true.", "Give senders the Monitoring Metrics Publisher role."],
    control: { reference: "IM-1", mapping: "own reading" },
    scanners: {
        psrule: ["Azure.AppInsights.LocalAuth"],
        azurePolicy: ["199d5677-e4d9-4264-9465-efe1839c06bd"],
    },
    types: [INSIGHTS],
    fixes: [{ path: "disableLocalAuth", value: true }],
    check({ inputs }, findings) {
        findings.require(inputs.at("disableLocalAuth"), is(true));
    },
});

export const insightsWorkspace = resourceRule({
    id: "SAM-MON-010",
    name: "ai-workspace",
    title: "Application Insights must keep its data in a Log Analytics workspace.",
    severity: "low",
    risk: "The classic store is retired, and knows neither private links nor the workspace's roles.",
    remediation: ["Set workspaceResourceId."],
    control: { reference: "LT-5", mapping: "own reading" },
    scanners: {
        psrule: ["Azure.AppInsights.Workspace"],
        azurePolicy: ["d550e854-df1a-4de9-bf44-cd894b39a95e"],
    },
    types: [INSIGHTS],
    check({ inputs }, findings) {
        findings.requirePresent(inputs.at("workspaceResourceId"));
    },
});

export const monitoringRules = [
    logsNoPublicAccess,
    insightsNoPublicAccess,
    endpointsNoPublicAccess,
    scopePrivateOnly,
    scopeComplete,
    logsNoKeys,
    logsRetention,
    logsNoEarlyPurge,
    insightsNoKeys,
    insightsWorkspace,
];
