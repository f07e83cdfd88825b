import { not, oneOf, textThat } from "../frame/expectation";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { changesThings, GIVING, isAboveGroups, ROLE, roleOf } from "../graph/built-in-roles";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";
import { aheadOf } from "./alone";

const ASSIGNMENT = ["authorization:RoleAssignment"];
const CREDENTIAL = ["managedidentity:FederatedIdentityCredential"];
const PEOPLE = oneOf("User", "Group");

export const noGivingRoles = resourceRule({
    id: "SAM-ID-001",
    name: "id-no-owner",
    title: "A workload's identity must not be able to give itself rights.",
    severity: "critical",
    risk: "Whoever runs code in the workload owns all that the role is given on.",
    remediation: [
        "Give the role that holds only what the workload does.",
        "Where it must give roles, take Role Based Access Control Administrator with a condition.",
    ],
    control: { reference: "PA-7", mapping: "own reading" },
    frameworks: { nist: ["AC-6"] },
    scanners: {},
    types: ASSIGNMENT,
    check({ inputs }, findings) {
        const role = roleOf(inputs);
        const isLimited = role === ROLE.rbacAdministrator && inputs.at("condition").present;
        if (GIVING.includes(role) && !isLimited && !PEOPLE.accepts(inputs.at("principalType").known().raw)) {
            findings.fail(
                `roleDefinitionId must be a role that gives no roles; found ${inputs.at("roleDefinitionId").shown()} ` +
                    "for a principal that is neither a user nor a group. Give a narrower role.",
            );
        }
    },
});

export const narrowScope = graphRule({
    id: "SAM-ID-002",
    name: "id-scope-narrow",
    title: "A role that changes things must be given on a resource or a resource group.",
    severity: "high",
    risk: "On a subscription it also covers what others put there, today and later.",
    remediation: ["Set scope to the id of the resource, or of the resource group, that the identity works on."],
    twin: { rules: ["id-scope-named"] },
    control: { reference: "PA-7", mapping: "own reading" },
    frameworks: { nist: ["AC-6"] },
    scanners: {},
    types: ASSIGNMENT,
    check(graph, findings) {
        for (const assignment of graph.ofType("authorization:RoleAssignment")) {
            const own = findings.on(assignment.urn);
            own.attempt(() => {
                const scope = assignment.inputs.at("scope");
                if (changesThings(roleOf(assignment.inputs)) && !isOfResource(graph, assignment, scope)) {
                    const isNarrow = textThat((id) => !isAboveGroups(id), "the id of a resource or resource group");
                    own.require(scope, isNarrow);
                }
            });
        }
    },
});

export const scopeNamedNarrow = aheadOf(narrowScope, {
    id: "SAM-ID-008",
    name: "id-scope-named",
    title: "A role that changes things must not be given on a subscription, a management group or everything.",
    risk: "The identity holds the role as soon as the assignment is made, and uses it before the update ends.",
    types: ASSIGNMENT,
});

/** Whether an unknown scope is the id of a resource of the stack, and so no subscription. */
function isOfResource(graph: ResourceGraph, assignment: GraphResource, scope: Value): boolean {
    const sources = scope.unknown ? graph.sourcesOf(assignment, scope) : [];
    return sources.length > 0 && !sources.some(({ type }) => /^(management|subscription):/.test(type));
}

export const principalKind = resourceRule({
    id: "SAM-ID-003",
    name: "id-principal-type",
    title: "A role assignment must say what kind of principal it is for.",
    severity: "low",
    risk: "Azure looks for the principal otherwise, and fails while a new identity isn't known everywhere.",
    remediation: ['Set principalType, for example to "ServicePrincipal" for a managed identity.'],
    control: { reference: "IM-1", mapping: "own reading" },
    scanners: {},
    types: ASSIGNMENT,
    check({ inputs }, findings) {
        findings.requirePresent(inputs.at("principalType"));
    },
});

export const rolesToGroups = resourceRule({
    id: "SAM-ID-004",
    name: "id-groups",
    title: "People must get roles through groups.",
    severity: "low",
    risk: "A role given to one person is forgotten when that person changes jobs.",
    remediation: ["Make an Entra group, give it the role, and put people in it."],
    control: { reference: "PA-1", mapping: "own reading" },
    frameworks: { nist: ["AC-2"] },
    scanners: {},
    types: ASSIGNMENT,
    check({ inputs }, findings) {
        findings.require(inputs.at("principalType"), { ...not("User"), text: '"Group" for people' });
    },
});

/** Actions by which somebody gets roles that nobody gave, in lower case. */
const GIVING_ACTIONS = [
    "microsoft.authorization/roleassignments/write",
    "microsoft.authorization/roledefinitions/write",
    "microsoft.authorization/elevateaccess/action",
];

/** Whether an action, in which a star stands for any text, allows something that gives roles. */
function givesRoles(action: string): boolean {
    const parts = action.split("*").map((part) => part.replace(/[^\w/]/g, "\\$&"));
    const pattern = new RegExp(`^${parts.join(".*")}$`, "i");
    return GIVING_ACTIONS.some((giving) => pattern.test(giving));
}

/** Whether an action is of any service. Reading them all is what readers do; data are another matter. */
function isOfAllServices(action: string, list: string): boolean {
    return /^[^/]*\*/.test(action) && !(list === "actions" && /^\*\/read$/i.test(action));
}

export const customRole = resourceRule({
    id: "SAM-ID-005",
    name: "id-custom-role",
    title: "A custom role must name what it allows.",
    severity: "high",
    risk: "A role with a wildcard is an owner by another name, which reviews of owners don't find.",
    remediation: ["Replace wildcards for all services, and rights to assign roles, by the actions that are needed."],
    control: { reference: "PA-7", mapping: "own reading" },
    frameworks: { nist: ["AC-6"] },
    scanners: {},
    types: ["authorization:RoleDefinition"],
    check({ inputs }, findings) {
        for (const permission of inputs.at("permissions").items()) {
            for (const list of ["actions", "dataActions"]) {
                for (const action of permission.at(list).items()) {
                    const isNarrow = (pattern: string) => !isOfAllServices(pattern, list) && !givesRoles(pattern);
                    findings.require(action, textThat(isNarrow, "an action of one service that gives no roles"));
                }
            }
        }
    },
});

const CLUSTERS = ["containerservice:ManagedCluster", "kubernetes:ConnectedCluster"];
/** Where AKS, and where Arc, tells a cluster's issuer. */
const ISSUERS = ["oidcIssuerProfile.issuerURL", "oidcIssuerProfile.issuerUrl"];

const trustedIssuers = {
    type: "array" as const,
    items: { type: "string" as const, pattern: "^https://" },
    uniqueItems: true,
    default: [],
    description: "Issuers that are no clusters of the stack, each in full: a build service, another cluster.",
};

function isTrusted(issuer: string, trusted: readonly unknown[]): boolean {
    return trusted.some((each) => withoutSlash(each) === withoutSlash(issuer));
}

function withoutSlash(issuer: unknown): unknown {
    return typeof issuer === "string" ? issuer.replace(/\/$/, "") : undefined;
}

export const credentialIssuer = graphRule<{ trustedIssuers: string[] }>({
    id: "SAM-ID-006",
    name: "id-fic-issuer",
    title: "A federated credential must trust a cluster of this stack, or an issuer that is named.",
    severity: "high",
    risk: "Whoever runs the issuer signs in as the identity, whenever they like.",
    remediation: [
        "Set issuer to the oidcIssuerProfile.issuerURL of a cluster of this stack.",
        "Or name the issuer in the option trustedIssuers.",
    ],
    twin: { rules: ["id-fic-cluster-issuer"], leaves: "which of Azure's clusters is the stack's" },
    control: { reference: "IM-3", mapping: "own reading" },
    scanners: {},
    config: { trustedIssuers },
    types: CREDENTIAL,
    check(graph, findings, { trustedIssuers: trusted }) {
        const clusters = CLUSTERS.flatMap((type) => graph.ofType(type));
        const own = clusters.flatMap(({ outputs }) => ISSUERS.map((path) => outputs.at(path).raw));
        const named = textThat(
            (issuer) => isTrusted(issuer, [...trusted, ...own]),
            "the issuer of a cluster of this stack, or of the option trustedIssuers",
        );
        for (const credential of graph.ofType("managedidentity:FederatedIdentityCredential")) {
            const issuer = credential.inputs.at("issuer");
            // An issuer that is known and depends on a cluster need not be that cluster's.
            const isOfCluster =
                issuer.unknown && graph.sourcesOf(credential, issuer).some(({ type }) => CLUSTERS.includes(type));
            if (!isOfCluster) {
                findings.on(credential.urn).require(issuer, named);
            }
        }
    },
});

/** Hosts of the issuers that Azure runs, one for each AKS or Arc-enabled cluster. */
const CLUSTER_ISSUER = /^https:\/\/[a-z0-9-]+\.oic\.prod-(aks|arc)\.azure\.(com|us|cn)\//i;

export const issuerKind = resourceRule<{ trustedIssuers: string[] }>({
    id: "SAM-ID-009",
    name: "id-fic-cluster-issuer",
    title: "A federated credential must trust an issuer of Azure's clusters, or one that is named.",
    severity: "high",
    risk: "Whoever runs the issuer signs in as the identity from the moment the credential is made.",
    remediation: [
        "Set issuer to the oidcIssuerProfile.issuerURL of a cluster.",
        "Or name the issuer in the option trustedIssuers, of this rule and of id-fic-issuer.",
    ],
    control: { reference: "IM-3", mapping: "own reading" },
    scanners: {},
    config: { trustedIssuers },
    types: CREDENTIAL,
    defersTo: "id-fic-issuer",
    check({ inputs }, findings, { trustedIssuers: trusted }) {
        const issuer = inputs.at("issuer");
        if (!issuer.unknown) {
            const named = textThat(
                (text) => isTrusted(text, trusted) || CLUSTER_ISSUER.test(text),
                "the issuer of an AKS or Arc-enabled cluster, or of the option trustedIssuers",
            );
            findings.require(issuer, named);
        }
    },
});

/** No account of Kubernetes, or one beside `default`, which every pod of a namespace may use. */
const NARROW_SUBJECT = /^(?!system:serviceaccount:)[^*?]+$|^system:serviceaccount:[^:*?]+:(?!default$)[^:*?]+$/;

/** What Entra expects, in the public cloud, in that of the US government and in that of China. */
const AUDIENCE = "api://AzureADTokenExchange";
const AUDIENCES = oneOf(AUDIENCE, `${AUDIENCE}USGov`, `${AUDIENCE}China`);

export const credentialSubject = resourceRule({
    id: "SAM-ID-007",
    name: "id-fic-subject",
    title: "A federated credential must be for one service account, and for Entra alone.",
    severity: "high",
    risk: "A subject that many share lets any of them sign in as the identity.",
    remediation: [
        'Set subject to "system:serviceaccount:<namespace>:<name>", with an account made for the workload.',
        `Set audiences to ["${AUDIENCE}"].`,
    ],
    control: { reference: "IM-3", mapping: "own reading" },
    scanners: {},
    types: CREDENTIAL,
    check({ inputs }, findings) {
        const isNarrow = textThat(
            (subject) => NARROW_SUBJECT.test(subject),
            "one account of its own, without a wildcard",
        );
        findings.require(inputs.at("subject"), isNarrow);
        const audiences = inputs.at("audiences");
        if (audiences.items().length !== 1) {
            findings.fail(`audiences must be ["${AUDIENCE}"]; found ${audiences.shown()}. Set it so.`);
        }
        for (const audience of audiences.items()) {
            findings.require(audience, AUDIENCES);
        }
    },
});

export const identityRules = [
    noGivingRoles,
    narrowScope,
    scopeNamedNarrow,
    principalKind,
    rolesToGroups,
    customRole,
    credentialIssuer,
    issuerKind,
    credentialSubject,
];
