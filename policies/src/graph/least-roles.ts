import type { Findings } from "../frame/findings";
import { UndecidedError } from "../frame/value";
import { lastSegment } from "./arm-id";
import { changesThings, isAboveGroups, isGroup, manages, ROLE, roleOf } from "./built-in-roles";
import { COMPUTE } from "./machine-learning";
import { isAmong, requireOwnOrDeclared } from "./own-or-declared";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import { ASSIGNMENT, GROUP, IDENTITY, identitiesOf, isGivenTo } from "./roles";

const CLUSTER = "containerservice:ManagedCluster";
const REGISTRY = "containerregistry:Registry";

const PULLING: readonly string[] = [ROLE.acrPull, ROLE.acrRepositoryReader];

/** Proves that identities of the stack have roles on single resources, and those that clusters and jobs need. */
export class LeastRoles {
    private readonly clusters: readonly GraphResource[];

    /**
     * @param groupRoles ids of roles that may be given on a resource group
     * @param registries ARM ids of registries of other stacks
     * @param principals object ids of identities of others, who answer for what these need
     */
    constructor(
        private readonly graph: ResourceGraph,
        private readonly groupRoles: readonly string[],
        private readonly registries: readonly string[],
        private readonly principals: readonly string[],
    ) {
        this.clusters = graph.ofType(CLUSTER);
    }

    prove(findings: Findings): void {
        for (const assignment of this.graph.ofType(ASSIGNMENT)) {
            const own = findings.on(assignment.urn);
            own.attempt(() => {
                const isForPeople = ["user", "group"].includes(assignment.inputs.at("principalType").folded() ?? "");
                if (isForPeople) {
                    return;
                }
                if (this.isOfStack(assignment)) {
                    this.proveScope(assignment, own);
                    this.provePulling(assignment, own);
                    this.proveJobs(assignment, own);
                } else {
                    this.proveStranger(assignment, own);
                }
            });
        }
    }

    private isOfStack(assignment: GraphResource): boolean {
        const principal = assignment.inputs.at("principalId");
        if (principal.unknown && this.graph.sourcesOf(assignment, principal).length > 0) {
            return true;
        }
        principal.known();
        return this.graph.resources.some((resource) => isGivenTo(this.graph, assignment, resource));
    }

    private proveScope(assignment: GraphResource, findings: Findings): void {
        const scope = assignment.inputs.at("scope");
        const role = roleOf(assignment.inputs);
        if (scope.unknown) {
            this.proveUnknownScope(assignment, role);
            return;
        }
        const text = scope.text() ?? "";
        // Roles that change things are refused above groups by `id-scope-narrow` already.
        const isTooWide = isAboveGroups(text) ? !changesThings(role) : this.isSharedGroup(text, role);
        if (isTooWide) {
            findings.fail(
                `${assignment.name} -> ${scope.path} must be the id of a resource; found ${scope.shown()}. ` +
                    "Set it to the resource that the identity works on, or name the role in this rule's groupRoles.",
            );
        }
    }

    /**
     * What nobody here knows may be an identity of another stack, or one that was deleted. On a subscription `id-scope-narrow`
     * refuses its role, and `id-no-owner` refuses roles that give roles.
     */
    private proveStranger(assignment: GraphResource, findings: Findings): void {
        const [principal, scope] = [assignment.inputs.at("principalId"), assignment.inputs.at("scope")];
        const role = roleOf(assignment.inputs);
        const isLimited = role === ROLE.rbacAdministrator && assignment.inputs.at("condition").present;
        if (isAmong(this.principals, principal.text() ?? "") || !(role === ROLE.contributor || isLimited)) {
            return;
        }
        if (scope.unknown) {
            this.proveUnknownScope(assignment, role);
        } else if (this.isSharedGroup(scope.text() ?? "", role)) {
            findings.undecided(
                `${assignment.name} -> ${principal.path} ${principal.shown()} is no identity of this stack, so nobody can say here what it needs, and its role holds on a whole resource group. ` +
                    "Set scope to a resource, or name the principal in this rule's trustedPrincipals.",
            );
        }
    }

    /** Whether a scope is a resource group with something in it, and the role none of those that are meant for groups. */
    private isSharedGroup(scope: string, role: string): boolean {
        return (
            isGroup(scope) && !this.groupRoles.includes(role) && !this.isEmpty(lastSegment(scope.replace(/\/$/, "")))
        );
    }

    /** Of a group's id anything can be made; the id of another resource is no group's. */
    private proveUnknownScope(assignment: GraphResource, role: string): void {
        const scope = assignment.inputs.at("scope");
        const sources = this.graph.sourcesOf(assignment, scope);
        const groups = sources.filter(({ type }) => type === GROUP);
        const isOfGroups = groups.length === sources.length;
        const isAllowed =
            groups.length > 0 && (this.groupRoles.includes(role) || groups.every((group) => this.isEmptyGroup(group)));
        if (isOfGroups && !isAllowed) {
            scope.known();
        }
    }

    private isEmptyGroup(group: GraphResource): boolean {
        const name = this.graph.nameOf(group, "resourceGroupName");
        if (name === undefined) {
            throw new UndecidedError(`resourceGroupName of ${group.name}`);
        }
        return this.isEmpty(name);
    }

    /** Whether the stack makes a group and puts nothing into it: what comes there is then the identity's own. */
    private isEmpty(group: string): boolean {
        const inGroup = this.graph.resources.filter(({ inputs }) => inputs.at("resourceGroupName").present);
        const isOwn = inGroup.some(
            (resource) => resource.type === GROUP && this.graph.nameOf(resource, "resourceGroupName") === group,
        );
        return isOwn && !inGroup.some((resource) => resource.type !== GROUP && this.graph.inGroup(resource, group));
    }

    private provePulling(assignment: GraphResource, findings: Findings): void {
        const scope = assignment.inputs.at("scope");
        const sources = scope.unknown ? this.graph.sourcesOf(assignment, scope) : [];
        const isOnRegistry =
            sources.some(({ type }) => type === REGISTRY) ||
            (!scope.unknown && /\/registries\/[^/]+/i.test(scope.text() ?? ""));
        if (!isOnRegistry || !this.clusters.some((cluster) => isGivenTo(this.graph, assignment, cluster))) {
            return;
        }
        if (!PULLING.includes(roleOf(assignment.inputs))) {
            findings.fail(
                `${assignment.name}: a cluster only pulls images; found the role ${assignment.inputs.at("roleDefinitionId").shown()} on a registry. Give it AcrPull.`,
            );
        }
        requireOwnOrDeclared(
            this.graph,
            { from: assignment, id: scope, kind: "registry" },
            this.graph.ofType(REGISTRY),
            { option: "trustedRegistries", ids: this.registries },
            findings,
        );
    }

    private proveJobs(assignment: GraphResource, findings: Findings): void {
        if (!manages(roleOf(assignment.inputs))) {
            return;
        }
        for (const compute of this.graph.ofType(COMPUTE)) {
            const named = identitiesOf(this.graph, compute);
            const nameless = this.graph
                .ofType(IDENTITY)
                .find((identity) => this.graph.nameOf(identity, "resourceName") === undefined);
            if (nameless && named.some(({ reference }) => reference.kind === "outside")) {
                throw new UndecidedError(`resourceName of ${nameless.name}`);
            }
            const identities = named.flatMap(({ reference }) => resourcesOf(reference));
            if ([compute, ...identities].some((identity) => isGivenTo(this.graph, assignment, identity))) {
                findings.fail(
                    `${compute.name} -> identity -> ${assignment.name}: jobs run whatever code people submit, and the role ${assignment.inputs.at("roleDefinitionId").shown()} manages resources. ` +
                        "Give a role that only uses data.",
                );
            }
        }
    }
}
