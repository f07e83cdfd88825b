import { absent, falseOrAbsent, is, oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { parseArmId } from "../graph/arm-id";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";
import { aheadOf } from "./alone";
import { CLUSTER, isPrivate } from "./container-service-subject";

const ZONE = "apiServerAccessProfile.privateDNSZone";

export const aksPrivateDnsByo = graphRule({
    id: "SAM-AKS-011",
    name: "aks-private-dns-byo",
    title: "The name of a private API server must be in a private DNS zone that its owner made.",
    severity: "medium",
    risk: "A zone that Azure makes is linked to the cluster's network alone, so neither the hub nor operators can resolve the name.",
    remediation: [
        "Make a private DNS zone privatelink.<region>.azmk8s.io and link it to the network whose resolver clients ask.",
        "Set apiServerAccessProfile.privateDNSZone to its id, and give the cluster's identity Private DNS Zone Contributor on it.",
    ],
    twin: { rules: ["aks-private-dns-named"] },
    control: { reference: "NS-10", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check(graph, findings) {
        for (const cluster of graph.ofType(CLUSTER)) {
            const own = findings.on(cluster.urn);
            own.attempt(() => {
                if (isPrivate(cluster.inputs)) {
                    checkZone(graph, cluster, own);
                }
            });
        }
    },
});

/** An id that is not known is fine if a zone of the stack went into it: whatever it is, it is no zone of Azure's making. */
function checkZone(graph: ResourceGraph, cluster: GraphResource, findings: Findings): void {
    const zone = cluster.inputs.at(ZONE);
    if (zone.unknown && graph.sourcesOf(cluster, zone).some(({ type }) => type === "privatedns:PrivateZone")) {
        return;
    }
    if (parseArmId(zone.text() ?? "")?.kind !== "privatednszones") {
        findings.fail(
            `${zone.path} must be the id of a private DNS zone; found ${zone.shown()}. Set it to the id of a zone of your own.`,
        );
    }
}

export const aksPrivateDnsNamed = aheadOf(aksPrivateDnsByo, {
    id: "SAM-AKS-072",
    name: "aks-private-dns-named",
    title: "A private cluster must not leave its DNS zone to Azure.",
    risk: "A zone that Azure makes can't be changed for another one: the cluster must be made again.",
    types: [CLUSTER],
});

export const aksUserAssigned = resourceRule({
    id: "SAM-AKS-012",
    name: "aks-user-assigned",
    title: "A cluster in networks or zones of its owner must have a user-assigned identity.",
    severity: "medium",
    risk: "A system-assigned identity exists only after the cluster, so it can't have the rights that the cluster needs to be made.",
    remediation: [
        'Set identity.type to "UserAssigned" and list an identity in identity.userAssignedIdentities.',
        "Give it its rights on subnets and zones before the cluster is made.",
    ],
    control: { reference: "IM-3", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        const type = inputs.at("identity.type");
        if (type.folded() !== "userassigned" && needsRightsBefore(inputs)) {
            findings.require(type, is("UserAssigned"));
        }
    },
});

function needsRightsBefore(cluster: Value): boolean {
    const ownZone = cluster.at(ZONE).folded()?.startsWith("/subscriptions/") === true;
    const ownSubnets = cluster
        .at("agentPoolProfiles")
        .items()
        .some((pool) => pool.at("vnetSubnetID").present);
    const ownRoutes = cluster.at("networkProfile.outboundType").folded() === "userdefinedrouting";
    return ownZone || (ownSubnets && ownRoutes);
}

export const aksEntraAdmins = resourceRule({
    id: "SAM-AKS-013",
    name: "aks-entra-admins",
    title: "A cluster without Azure roles must name the Entra groups that administer it.",
    severity: "high",
    risk: "With Entra sign-in, no groups and no Azure roles nobody but local accounts gets in, so those stay on for good.",
    remediation: ["Set aadProfile.enableAzureRBAC to true.", "Or list groups in aadProfile.adminGroupObjectIDs."],
    control: { reference: "PA-1", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        const profile = inputs.at("aadProfile").known();
        if (!profile.present || profile.at("enableAzureRBAC").isTrue()) {
            return;
        }
        const groups = profile.at("adminGroupObjectIDs");
        if (groups.items().length === 0) {
            findings.fail(
                `${groups.path} must name a group; found ${groups.shown()}. List the groups of administrators.`,
            );
        }
    },
});

export const aksNoLegacyEntraApp = resourceRule({
    id: "SAM-AKS-014",
    name: "aks-no-legacy-entra-app",
    title: "Sign-in must not depend on an application registration of its own.",
    severity: "medium",
    risk: "The old way of signing in keeps an application's secret in the cluster and in the state, and Azure no longer supports it.",
    remediation: [
        "Remove aadProfile.serverAppID, serverAppSecret and clientAppID; aadProfile.managed needs none of them.",
    ],
    control: { reference: "IM-8", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        for (const property of ["serverAppID", "serverAppSecret", "clientAppID"]) {
            findings.require(inputs.at(`aadProfile.${property}`), absent, "Remove it.");
        }
    },
});

export const aksNoPodIdentity = resourceRule({
    id: "SAM-AKS-015",
    name: "aks-no-pod-identity",
    title: "Pods must not get their identity from the retired pod-managed identity add-on.",
    severity: "medium",
    risk: "The add-on intercepts requests to the metadata service on the node, is no longer patched, and on kubenet lets pods spoof each other.",
    remediation: [
        "Remove podIdentityProfile, or set its enabled to false.",
        "Use workload identity: oidcIssuerProfile and securityProfile.workloadIdentity.",
    ],
    control: { reference: "IM-3", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("podIdentityProfile.enabled"), falseOrAbsent);
    },
});

export const aksWorkloadIdentity = resourceRule({
    id: "SAM-AKS-016",
    name: "aks-oidc-wi",
    title: "Workload identity and the OIDC issuer must be on.",
    severity: "medium",
    risk: "Without it applications use secrets, or the node's identity, which every pod of the node can use.",
    remediation: ["Set oidcIssuerProfile.enabled and securityProfile.workloadIdentity.enabled to true."],
    control: { reference: "IM-3", mapping: "own reading" },
    scanners: { azurePolicy: ["2cc2e023-0dac-4046-875b-178f683929d5"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("oidcIssuerProfile.enabled"), is(true));
        findings.require(inputs.at("securityProfile.workloadIdentity.enabled"), is(true));
    },
});

export const aksTrustedAccessRoles = resourceRule<{ allowedRoles: string[] }>({
    id: "SAM-AKS-017",
    name: "aks-trusted-access-roles",
    title: "Trusted access must give Azure services only the roles that are agreed.",
    severity: "high",
    risk: "Trusted access passes the private network, so a service bound with a wide role is an administrator from outside.",
    remediation: [
        "List in roles only the role that the service needs.",
        "If it needs another, name that in this rule's allowedRoles.",
    ],
    control: { reference: "PA-7", mapping: "own reading" },
    scanners: {},
    config: {
        allowedRoles: {
            type: "array",
            items: { type: "string", pattern: "^[^/]+/[^/]+/[^/]+$" },
            uniqueItems: true,
            default: [
                "Microsoft.DataProtection/backupVaults/backup-operator",
                "Microsoft.MachineLearningServices/workspaces/inference-v1",
                "Microsoft.MachineLearningServices/workspaces/mlworkload",
            ],
            description: "Roles that services may have.",
        },
    },
    types: ["containerservice:TrustedAccessRoleBinding"],
    check({ inputs }, findings, { allowedRoles }) {
        for (const role of inputs.at("roles").items()) {
            findings.require(role, oneOf(...allowedRoles), "Remove it, or allow it.");
        }
    },
});

export const containerServiceIdentityRules = [
    aksPrivateDnsByo,
    aksPrivateDnsNamed,
    aksUserAssigned,
    aksEntraAdmins,
    aksNoLegacyEntraApp,
    aksNoPodIdentity,
    aksWorkloadIdentity,
    aksTrustedAccessRoles,
];
