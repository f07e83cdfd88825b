import { absent, is, not, oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { isIpv6, isNetwork, parsePrefix, showAddress } from "../graph/address-set";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";
import { CLUSTER, isPrivate } from "./container-service-subject";
import { widest } from "./narrow-ranges";
import type { Widest } from "./narrow-ranges";

/** AKS accepts at most this many ranges (Azure documentation, "Secure access to the API server using authorized IP address ranges"). */
const MOST_RANGES = 200;
/** The same where the API server stands in the cluster's network. */
const MOST_RANGES_INTEGRATED = 2000;

export const aksPrivateCluster = resourceRule<{ requirePrivate: boolean }>({
    id: "SAM-AKS-001",
    name: "aks-private-cluster",
    title: "The Kubernetes API server must be private, or public for authorized IP ranges only.",
    severity: "critical",
    risk: "An API server that the whole Internet reaches is one leaked token or one unpatched flaw away from being taken over.",
    remediation: [
        "Set apiServerAccessProfile.enablePrivateCluster to true (a private endpoint, or API server VNet integration).",
        "Or, where operators have no private path, set apiServerAccessProfile.authorizedIPRanges to the networks they come from.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { cisAks: ["5.4.1", "5.4.2"] },
    scanners: {
        checkov: ["CKV_AZURE_115"],
        azurePolicy: ["040732e8-d947-40b8-95d6-854c95024bf8"],
    },
    config: {
        requirePrivate: {
            type: "boolean",
            default: false,
            description: "Refuse public clusters even with authorized ranges.",
        },
    },
    types: [CLUSTER],
    check({ inputs }, findings, { requirePrivate }) {
        if (isPrivate(inputs)) {
            return;
        }
        if (requirePrivate) {
            findings.require(inputs.at("apiServerAccessProfile.enablePrivateCluster"), is(true));
            return;
        }
        const ranges = inputs.at("apiServerAccessProfile.authorizedIPRanges");
        if (ranges.items().length === 0) {
            findings.fail(
                `The cluster is public and ${ranges.path} is ${ranges.shown()}. ` +
                    "Set apiServerAccessProfile.enablePrivateCluster to true, or list the ranges that operators come from.",
            );
        }
    },
});

export const aksAuthorizedRanges = resourceRule<Widest>({
    id: "SAM-AKS-002",
    name: "aks-authorized-ranges",
    title: "Authorized IP ranges of a public API server must be valid, few and narrow.",
    severity: "critical",
    risk: "A range such as 0.0.0.0/0 looks like a restriction and lets everyone in.",
    remediation: [
        "List network addresses in CIDR form (203.0.113.0/28), at most 200 of them (2,000 with API server VNet integration).",
        "Keep each as narrow as operators allow; the widest that is accepted is this rule's widestIpv4Prefix and widestIpv6Prefix.",
    ],
    control: { reference: "NS-2", mapping: "published" },
    frameworks: { nist: ["AC-4", "SC-7"], cisAks: ["5.4.1"] },
    scanners: {
        checkov: ["CKV_AZURE_6"],
        psrule: ["Azure.AKS.AuthorizedIPs"],
        azurePolicy: ["0e246bcf-5f6f-4f87-bc6f-775d4712c7ea"],
    },
    config: widest(24, 48),
    types: [CLUSTER],
    check({ inputs }, findings, options) {
        if (isPrivate(inputs)) {
            return;
        }
        const ranges = inputs.at("apiServerAccessProfile.authorizedIPRanges").items();
        const integrated = inputs.at("apiServerAccessProfile.enableVnetIntegration").isTrue();
        const most = integrated ? MOST_RANGES_INTEGRATED : MOST_RANGES;
        if (ranges.length > most) {
            findings.fail(
                `apiServerAccessProfile.authorizedIPRanges must hold at most ${most} ranges; found ${ranges.length}. Merge neighbouring ranges.`,
            );
        }
        // A range that isn't known yet is left to the rule below, which sees where it comes from.
        for (const range of ranges.filter(({ unknown }) => !unknown)) {
            findings.attempt(() => checkRange(range, findings, options));
        }
    },
});

/** Resources whose addresses are single ones, or few: narrow whatever they turn out to be. */
const PUBLIC_ADDRESSES: ReadonlySet<string> = new Set(["network:PublicIPAddress", "network:PublicIPPrefix"]);
/** Stands beside the ranges in the same property where the API server is in the network; its own ranges are private. */
const API_SERVER_SUBNET = "network:Subnet";

export const aksAuthorizedRangesOrigin = graphRule({
    id: "SAM-AKS-025",
    name: "aks-authorized-ranges-origin",
    title: "An authorized IP range that is known only later must be a public address of the stack itself.",
    severity: "critical",
    risk: "A range that nobody can see in the preview may turn out to be 0.0.0.0/0.",
    remediation: [
        "Write the networks of operators as constants, or take them from configuration.",
        "Take only the stack's own addresses, such as the firewall's, from other resources.",
    ],
    twin: { none: "In an `up` the range is known before the cluster is made, and `aks-authorized-ranges` judges it." },
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check(graph, findings) {
        for (const cluster of graph.ofType(CLUSTER)) {
            const own = findings.on(cluster.urn);
            own.attempt(() => checkOrigin(graph, cluster, own));
        }
    },
});

function checkOrigin(graph: ResourceGraph, cluster: GraphResource, findings: Findings): void {
    const ranges = cluster.inputs.at("apiServerAccessProfile.authorizedIPRanges");
    for (const range of ranges.items().filter(({ unknown }) => unknown)) {
        const sources = graph.sourcesOf(cluster, range);
        const others = sources.filter(({ type }) => !PUBLIC_ADDRESSES.has(type));
        if (others.length === sources.length || others.some(({ type }) => type !== API_SERVER_SUBNET)) {
            const names = sources.map(({ type, name }) => `${type} ${name}`).join(", ");
            findings.undecided(
                `${range.path} is not known in this preview and comes from ${names || "no resource of this stack"}. ` +
                    "Write it as a constant, or take it from a PublicIPAddress or PublicIPPrefix of the stack.",
            );
        }
    }
}

function checkRange(range: Value, findings: Findings, { widestIpv4Prefix, widestIpv6Prefix }: Widest): void {
    const prefix = parsePrefix(range.text() ?? "");
    if (prefix === undefined) {
        findings.fail(
            `${range.path} must be an IP address or a range in CIDR form; found ${range.shown()}. Write it as 203.0.113.0/28.`,
        );
        return;
    }
    if (!isNetwork(prefix)) {
        findings.fail(
            `${range.path} must be a network address; found ${range.shown()}. Write it as ${showAddress(prefix.first)}/${prefix.length}.`,
        );
    }
    const limit = isIpv6(prefix) ? widestIpv6Prefix : widestIpv4Prefix;
    if (prefix.length < limit) {
        findings.fail(`${range.path} must be no wider than /${limit}; found ${range.shown()}. List narrower ranges.`);
    }
}

export const aksNoRangesOnPrivate = resourceRule({
    id: "SAM-AKS-003",
    name: "aks-no-ranges-on-private",
    title: "A private API server must have no authorized IP ranges.",
    severity: "medium",
    risk: "Azure refuses ranges on a private cluster, so a deployment fails half-way and the ranges give a false sense of protection.",
    remediation: ["Remove apiServerAccessProfile.authorizedIPRanges, or make the cluster public on purpose."],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        if (isPrivate(inputs)) {
            findings.require(
                inputs.at("apiServerAccessProfile.authorizedIPRanges"),
                absent,
                "Remove it: Azure accepts ranges on public clusters only.",
            );
        }
    },
});

export const aksNoPublicFqdn = resourceRule({
    id: "SAM-AKS-004",
    name: "aks-no-public-fqdn",
    title: "A private cluster must not publish its address under a public DNS name.",
    severity: "medium",
    risk: "A public name tells everyone on the Internet which private address the API server has.",
    remediation: ["Set apiServerAccessProfile.enablePrivateClusterPublicFQDN to false; Azure's own default is true."],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    fixes: [{ path: "apiServerAccessProfile.enablePrivateClusterPublicFQDN", value: false }],
    check({ inputs }, findings) {
        const access = inputs.at("apiServerAccessProfile");
        const published = access.at("enablePrivateClusterPublicFQDN");
        // Without a private zone the public name is the only one that nodes can resolve. The zone's id, which is rarely
        // known in a preview, is read only where it decides.
        const complies =
            !isPrivate(inputs) || published.raw === false || access.at("privateDNSZone").folded() === "none";
        if (!complies) {
            findings.require(published, is(false));
        }
    },
});

export const aksNoRunCommand = resourceRule({
    id: "SAM-AKS-005",
    name: "aks-no-run-command",
    title: "Commands must not be run in the cluster through Azure Resource Manager.",
    severity: "high",
    risk: "`az aks command invoke` runs any workload as cluster administrator from anywhere on the Internet, past the private network.",
    remediation: [
        "Set apiServerAccessProfile.disableRunCommand to true.",
        "Reach a private API server through Bastion, a VPN or a runner in the network.",
    ],
    control: { reference: "PA-7", mapping: "own reading" },
    scanners: { azurePolicy: ["89f2d532-c53c-4f8f-9afa-4927b1114a0d"] },
    types: [CLUSTER],
    fixes: [{ path: "apiServerAccessProfile.disableRunCommand", value: true }],
    check({ inputs }, findings) {
        findings.require(inputs.at("apiServerAccessProfile.disableRunCommand"), is(true));
    },
});

export const aksEntra = resourceRule({
    id: "SAM-AKS-006",
    name: "aks-entra",
    title: "The cluster must authenticate people with Microsoft Entra ID.",
    severity: "high",
    risk: "Without Entra ID there is no multifactor sign-in, no conditional access and no single place to remove a person.",
    remediation: ["Set aadProfile.managed to true."],
    control: { reference: "IM-1", mapping: "published" },
    frameworks: { cisAks: ["5.5.1"] },
    scanners: { psrule: ["Azure.AKS.ManagedAAD"], azurePolicy: ["450d2877-ebea-41e8-b00c-e286317d21bf"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("aadProfile.managed"), is(true));
    },
});

export const aksAzureRbac = resourceRule({
    id: "SAM-AKS-007",
    name: "aks-azure-rbac",
    title: "Azure roles must decide who may do what in the cluster.",
    severity: "high",
    risk: "Permissions kept in each cluster drift apart, and nobody sees them in Azure's own access reviews.",
    remediation: [
        "Set aadProfile.enableAzureRBAC to true.",
        "Assign the Azure Kubernetes Service RBAC roles to groups.",
    ],
    control: { reference: "PA-7", mapping: "published" },
    frameworks: { cisAks: ["5.5.2"] },
    scanners: { psrule: ["Azure.AKS.AzureRBAC"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("aadProfile.enableAzureRBAC"), is(true));
    },
});

export const aksRbacOn = resourceRule({
    id: "SAM-AKS-008",
    name: "aks-rbac-on",
    title: "Kubernetes role-based access control must be on.",
    severity: "critical",
    waivable: false,
    risk: "Without it every authenticated caller is a cluster administrator.",
    remediation: ["Remove enableRBAC or set it to true; it can't be changed after the cluster exists."],
    control: { reference: "PA-7", mapping: "published" },
    frameworks: { nist: ["AC-3(7)"] },
    scanners: {
        checkov: ["CKV_AZURE_5"],
        psrule: ["Azure.AKS.UseRBAC"],
        azurePolicy: ["ac4a19c2-fa67-49b4-8ae5-0b2e78c49457"],
    },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("enableRBAC"), not(false), "Remove enableRBAC or set it to true.");
    },
});

export const aksNoLocalAccounts = resourceRule({
    id: "SAM-AKS-009",
    name: "aks-no-local-accounts",
    title: "The cluster must have no local accounts.",
    severity: "high",
    risk: "The certificates of local accounts are administrators that no sign-in policy covers and no one can revoke singly.",
    remediation: [
        "Set disableLocalAccounts to true.",
        "For Azure Machine Learning, bind the workspace with a TrustedAccessRoleBinding instead.",
    ],
    control: { reference: "IM-1", mapping: "published" },
    scanners: {
        checkov: ["CKV_AZURE_141"],
        psrule: ["Azure.AKS.LocalAccounts"],
        azurePolicy: ["993c2fcd-2b29-49d2-9eb0-df2c3a730c32"],
    },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("disableLocalAccounts"), is(true));
    },
});

export const aksManagedIdentity = resourceRule({
    id: "SAM-AKS-010",
    name: "aks-managed-identity",
    title: "The cluster must act under a managed identity.",
    severity: "high",
    risk: "A service principal has a secret that leaks, expires and ends up in the state.",
    remediation: ['Set identity.type to "UserAssigned" (or "SystemAssigned").', "Remove servicePrincipalProfile."],
    control: { reference: "IM-1", mapping: "published" },
    scanners: { psrule: ["Azure.AKS.ManagedIdentity"], azurePolicy: ["da6e2401-19da-4532-9141-fb8fbde08431"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("identity.type"), oneOf("UserAssigned", "SystemAssigned"));
        // "msi" is what Azure itself answers for a cluster with a managed identity.
        const clientId = inputs.at("servicePrincipalProfile.clientId");
        if (clientId.present && clientId.folded() !== "msi") {
            findings.require(inputs.at("servicePrincipalProfile"), absent, "Remove servicePrincipalProfile.");
        }
    },
});

export const containerServiceAccessRules = [
    aksPrivateCluster,
    aksAuthorizedRanges,
    aksAuthorizedRangesOrigin,
    aksNoRangesOnPrivate,
    aksNoPublicFqdn,
    aksNoRunCommand,
    aksEntra,
    aksAzureRbac,
    aksRbacOn,
    aksNoLocalAccounts,
    aksManagedIdentity,
];
