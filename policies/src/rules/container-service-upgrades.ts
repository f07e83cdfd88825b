import { oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";
import { aheadOf } from "./alone";
import type { WithExemptEnvironments } from "./container-service-subject";
import {
    CLUSTER,
    clustersOf,
    eachPool,
    exemptEnvironments,
    isExempt,
    isGateway,
    isSpot,
    minorOf,
    POOL,
    poolsOf,
} from "./container-service-subject";

export const aksAutoUpgrade = resourceRule({
    id: "SAM-AKS-047",
    name: "aks-auto-upgrade",
    title: "The cluster must upgrade Kubernetes by itself.",
    severity: "medium",
    risk: "A cluster that people must upgrade falls behind, until known flaws stay open and Azure supports it no longer.",
    remediation: ['Set autoUpgradeProfile.upgradeChannel to "stable", "patch" or "rapid".'],
    control: { reference: "PV-6", mapping: "own reading" },
    scanners: {
        checkov: ["CKV_AZURE_171"],
        psrule: ["Azure.AKS.AutoUpgrade"],
        azurePolicy: ["5c345cdf-2049-47e0-b8fe-b0e96bc2df35"],
    },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("autoUpgradeProfile.upgradeChannel"), oneOf("stable", "patch", "rapid"));
    },
});

export const aksNodeOsUpgrade = resourceRule({
    id: "SAM-AKS-048",
    name: "aks-node-os-upgrade",
    title: "Nodes must get security updates of their operating system by themselves.",
    severity: "medium",
    risk: "A flaw in the kernel that was mended months ago lets any container become root of the node.",
    remediation: ['Set autoUpgradeProfile.nodeOSUpgradeChannel to "NodeImage" or "SecurityPatch".'],
    control: { reference: "PV-6", mapping: "own reading" },
    scanners: { psrule: ["Azure.AKS.NodeAutoUpgrade"], azurePolicy: ["04408ca5-aa10-42ce-8536-98955cdddd4c"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("autoUpgradeProfile.nodeOSUpgradeChannel"), oneOf("NodeImage", "SecurityPatch"));
    },
});

const VERSION = { type: "string", pattern: "^1\\.\\d+$" } as const;

export const aksVersionFloor = resourceRule<{ lowest: string; lowestLongTerm: string }>({
    id: "SAM-AKS-049",
    name: "aks-version-floor",
    title: "The cluster's version of Kubernetes must be one that still gets fixes.",
    severity: "medium",
    risk: "Flaws of a version out of support stay open, and Azure helps only after an upgrade.",
    remediation: [
        "Set kubernetesVersion to a version of Azure's release calendar that is in support, or remove it: Azure then chooses.",
        "Keep this rule's lowest and lowestLongTerm in step with that calendar.",
    ],
    control: { reference: "PV-6", mapping: "own reading" },
    frameworks: { nist: ["SI-2"] },
    scanners: { psrule: ["Azure.AKS.Version"] },
    config: {
        lowest: { ...VERSION, default: "1.33", description: "Oldest minor version that is accepted." },
        lowestLongTerm: {
            ...VERSION,
            default: "1.31",
            description: "The same for clusters with long-term support (supportPlan, tier Premium).",
        },
    },
    types: [CLUSTER],
    check({ inputs }, findings, { lowest, lowestLongTerm }) {
        const version = inputs.at("kubernetesVersion");
        const minor = minorOf(version.text());
        // What is new enough without long-term support is new enough with it.
        if (!version.present || minor >= minorOf(lowest)) {
            return;
        }
        const floor = hasLongTermSupport(inputs) ? lowestLongTerm : lowest;
        // What is no version is not new enough.
        if (!(minor >= minorOf(floor))) {
            findings.fail(`${version.path} must be ${floor} or newer; found ${version.shown()}. Set a newer version.`);
        }
    },
});

function hasLongTermSupport(cluster: Value): boolean {
    return cluster.at("supportPlan").folded() === "akslongtermsupport" && cluster.at("sku.tier").folded() === "premium";
}

const PAID = oneOf("Standard", "Premium");

export const aksPaidTier = resourceRule<WithExemptEnvironments>({
    id: "SAM-AKS-050",
    name: "aks-paid-tier",
    title: "The cluster's tier must be one with an uptime agreement.",
    severity: "medium",
    risk: "A control plane of the free tier is throttled under load and may stand still for hours without anybody being answerable.",
    remediation: ['Set sku.tier to "Standard", or to "Premium" for long-term support.'],
    control: { reference: "AM-2", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_170"], psrule: ["Azure.AKS.UptimeSLA"] },
    config: { exemptEnvironments },
    types: [CLUSTER],
    check({ inputs }, findings, config) {
        const tier = inputs.at("sku.tier");
        if (!PAID.accepts(tier.known().raw) && !isExempt(inputs, config)) {
            findings.require(tier, PAID);
        }
    },
});

/** Versions that a pool may be behind its cluster (Azure documentation, "Upgrade a cluster control plane with multiple node pools"). */
const WIDEST_SKEW = 2;

export const poolVersionSkew = graphRule({
    id: "SAM-AKS-051",
    name: "pool-version-skew",
    title: "A pool's version of Kubernetes must not be newer than its cluster's, nor more than two minor versions older.",
    severity: "medium",
    risk: "Nodes far behind their API server lack security fixes, and Azure refuses the next upgrade of the cluster.",
    remediation: [
        "Set orchestratorVersion of the pool to kubernetesVersion of the cluster, or remove both: Azure then keeps them in step.",
    ],
    twin: {
        rules: ["pool-inline-version-skew"],
        leaves: "of which version the cluster is that a pool of its own belongs to",
    },
    control: { reference: "PV-6", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER, POOL],
    check(graph, findings) {
        for (const cluster of graph.ofType(CLUSTER)) {
            const own = findings.on(cluster.urn);
            own.attempt(() => {
                for (const pool of poolsOf(CLUSTER, cluster.inputs)) {
                    own.attempt(() => checkSkew(pool.known(), [cluster], own));
                }
            });
        }
        for (const pool of graph.ofType(POOL)) {
            const own = findings.on(pool.urn);
            own.attempt(() => checkSkew(pool.inputs, clustersOf(graph, pool), own));
        }
    },
});

function checkSkew(pool: Value, clusters: GraphResource[], findings: Findings): void {
    const version = pool.at("orchestratorVersion");
    const minor = minorOf(version.text());
    if (!version.present) {
        return;
    }
    if (clusters.length === 0) {
        findings.undecided(
            `${version.path} is ${version.shown()}, and the pool's cluster is not in this stack, or nobody knows yet which it is. ` +
                "Remove it, so that Azure takes the cluster's version.",
        );
    }
    for (const { inputs } of clusters) {
        const clusterVersion = inputs.at("kubernetesVersion");
        const behind = minorOf(clusterVersion.text()) - minor;
        // Not a number where either is missing or no version: that is no skew that anybody could accept.
        if (!(behind >= 0 && behind <= WIDEST_SKEW)) {
            findings.fail(
                `${version.path} must be at most ${WIDEST_SKEW} minor versions behind the cluster's and not ahead of it; ` +
                    `found ${version.shown()} and ${clusterVersion.shown()}. Set both to the same version, or remove both.`,
            );
        }
    }
}

export const inlineVersionSkew = aheadOf(poolVersionSkew, {
    id: "SAM-AKS-073",
    name: "pool-inline-version-skew",
    title: "Pools inside of a cluster must not be newer than it, nor more than two minor versions older.",
    risk: "Azure refuses such a cluster a quarter of an hour into the deployment, or its next upgrade.",
    types: [CLUSTER],
});

export const poolSurge = resourceRule({
    id: "SAM-AKS-052",
    name: "pool-surge",
    title: "Upgrades must bring up more than one new node at a time.",
    severity: "low",
    risk: "A pool that is upgraded node by node takes days, so security fixes are put off.",
    remediation: ['Set upgradeSettings.maxSurge of every pool, for example to "33%".'],
    control: { reference: "PV-6", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER, POOL],
    check(subject, findings) {
        eachPool(subject, findings, (pool) => {
            const surge = pool.at("upgradeSettings.maxSurge");
            const text = surge.text() ?? "";
            const enough = Number.parseInt(text) > (text.endsWith("%") ? 0 : 1);
            // Azure refuses a surge for spot nodes, and gateway nodes must not come and go.
            if (!enough && !isSpot(pool) && !isGateway(pool)) {
                findings.fail(
                    `${surge.path} must be a percentage or more than 1; found ${surge.shown()}. Set it to "33%".`,
                );
            }
        });
    },
});

/** The schedule that each channel keeps to, and channels that keep to none. Azure's own default is none for versions alone. */
const SCHEDULES = [
    { channel: "upgradeChannel", schedule: "aksManagedAutoUpgradeSchedule", without: ["", "none"] },
    { channel: "nodeOSUpgradeChannel", schedule: "aksManagedNodeOSUpgradeSchedule", without: ["none", "unmanaged"] },
];

export const maintenanceWindow = graphRule<WithExemptEnvironments>({
    id: "SAM-AKS-053",
    alsoDecides: ["SAM-GR-025"],
    name: "maint-window",
    title: "Upgrades that happen by themselves must have a time.",
    severity: "low",
    risk: "Azure otherwise upgrades at any hour, so teams switch upgrades off instead.",
    remediation: [
        "Add a MaintenanceConfiguration named aksManagedAutoUpgradeSchedule for versions of Kubernetes.",
        "Add one named aksManagedNodeOSUpgradeSchedule for images of nodes.",
    ],
    control: { reference: "PV-6", mapping: "own reading" },
    scanners: { psrule: ["Azure.AKS.MaintenanceWindow"] },
    config: { exemptEnvironments },
    types: [CLUSTER],
    check(graph, findings, config) {
        for (const cluster of graph.ofType(CLUSTER)) {
            const own = findings.on(cluster.urn);
            own.attempt(() => {
                if (!isExempt(cluster.inputs, config)) {
                    checkSchedules(graph, cluster, own);
                }
            });
        }
    },
});

function checkSchedules(graph: ResourceGraph, cluster: GraphResource, findings: Findings): void {
    const configurations = graph
        .ofType("containerservice:MaintenanceConfiguration")
        .filter((configuration) => clustersOf(graph, configuration).includes(cluster));
    for (const { channel, schedule, without } of SCHEDULES) {
        const value = cluster.inputs.at(`autoUpgradeProfile.${channel}`);
        const isScheduled = configurations.some(({ inputs }) => inputs.at("configName").raw === schedule);
        if (!isScheduled && !without.includes(value.folded() ?? "")) {
            configurations.forEach(({ inputs }) => inputs.at("configName").known());
            findings.fail(
                `${value.path} is ${value.shown()}, and no MaintenanceConfiguration of this stack is named ${schedule}. Add one.`,
            );
        }
    }
}

export const containerServiceUpgradeRules = [
    aksAutoUpgrade,
    aksNodeOsUpgrade,
    aksVersionFloor,
    aksPaidTier,
    poolVersionSkew,
    inlineVersionSkew,
    poolSurge,
    maintenanceWindow,
];
