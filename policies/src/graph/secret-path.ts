import type { Findings } from "../frame/findings";
import { UndecidedError } from "../frame/value";
import type { Value } from "../frame/value";
import { lastSegment } from "./arm-id";
import { allAwaited } from "./awaited";
import { ROLE, roleOf } from "./built-in-roles";
import { ClientNames } from "./client-names";
import { NetworkModel, subnetsOf } from "./network-model";
import { isAmong } from "./own-or-declared";
import { someOf } from "./related";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import { ASSIGNMENT, identitiesOf, isGivenTo, reachOf } from "./roles";

const GATEWAY = "network:ApplicationGateway";
const FIREWALL_POLICY = "network:FirewallPolicy";
const VAULT = "keyvault:Vault";

export const CERTIFICATE_TYPES = [GATEWAY, FIREWALL_POLICY];

/** Roles that let their holder read a certificate with its key. */
const READING: readonly string[] = [
    ROLE.keyVaultAdministrator,
    ROLE.keyVaultCertificateUser,
    ROLE.keyVaultSecretsOfficer,
    ROLE.keyVaultSecretsUser,
];

/** Where a certificate lies; of a vault of another stack the name alone is known, in lower case. */
interface Place {
    vaultName: string;
    vault?: GraphResource;
}

/** Proves that what takes its certificate from a vault finds the vault, may read it, and may do so before it is made. */
export class SecretPaths {
    private readonly names: ClientNames;

    /** @param trustedIdentities ARM ids of identities of other stacks, which let them read */
    constructor(
        private readonly graph: ResourceGraph,
        trustedServers: readonly string[],
        private readonly trustedIdentities: readonly string[],
    ) {
        this.names = new ClientNames(graph, trustedServers);
    }

    prove(findings: Findings): void {
        for (const reader of CERTIFICATE_TYPES.flatMap((type) => this.graph.ofType(type))) {
            const own = findings.on(reader.urn);
            own.attempt(() => {
                for (const [vaultName, { vault }] of this.placesOf(reader)) {
                    own.attempt(() => this.proveReads(reader, vaultName, vault, own));
                    if (vault) {
                        this.networksOf(reader).forEach((network) => this.names.prove(reader, vault, network, own));
                    }
                }
            });
        }
    }

    private placesOf(reader: GraphResource): Map<string, Place> {
        const secrets =
            reader.type === GATEWAY
                ? ["sslCertificates", "trustedRootCertificates"].flatMap((list) =>
                      reader.inputs
                          .at(list)
                          .items()
                          .map((certificate) => certificate.known().at("keyVaultSecretId")),
                  )
                : [reader.inputs.at("transportSecurity.certificateAuthority.keyVaultSecretId")];
        const places = secrets
            .filter((secret) => secret.present)
            .flatMap((secret) => this.placesOfSecret(reader, secret));
        return new Map(places.map((place) => [place.vaultName, place]));
    }

    private placesOfSecret(reader: GraphResource, secret: Value): Place[] {
        if (secret.unknown) {
            const sources = this.graph.sourcesOf(reader, secret);
            const vaults = sources.flatMap((source) =>
                source.type === VAULT ? source : this.graph.parents(source, "vaultName", VAULT),
            );
            const isOfStack = sources.some(({ type }) => type.startsWith("keyvault:"));
            if (!isOfStack || vaults.length === 0) {
                throw new UndecidedError(secret.path);
            }
            return vaults.map((vault) => ({ vaultName: this.nameOf(vault), vault }));
        }
        const vaultName = /^https:\/\/([^./]+)\.vault\./i.exec(secret.text() ?? "")?.[1]?.toLowerCase();
        if (vaultName === undefined) {
            return [];
        }
        const vault = this.graph.ofType(VAULT).find((each) => this.nameOf(each) === vaultName);
        return [{ vaultName, ...(vault && { vault }) }];
    }

    private nameOf(vault: GraphResource): string {
        const name = this.graph.nameOf(vault, "vaultName");
        if (name === undefined) {
            throw new UndecidedError(`vaultName of ${vault.name}`);
        }
        return name;
    }

    private proveReads(
        reader: GraphResource,
        vaultName: string,
        vault: GraphResource | undefined,
        findings: Findings,
    ): void {
        const identities = identitiesOf(this.graph, reader);
        const own = identities.flatMap(({ reference }) => resourcesOf(reference));
        const isTrusted = identities.some(
            ({ reference }) => reference.kind === "outside" && isAmong(this.trustedIdentities, reference.id),
        );
        // Without any identity it is `agw-identity` that asks for one.
        if (isTrusted || identities.length === 0) {
            return;
        }
        const given: GraphResource[] = [];
        const awaited = allAwaited(reader, this.graph);
        const isReady = someOf(this.graph.ofType(ASSIGNMENT), (assignment) => {
            if (own.some((identity) => this.letsRead(assignment, identity, vaultName, vault))) {
                given.push(assignment);
            }
            return given.includes(assignment) && awaited.has(assignment.urn);
        });
        if (isReady) {
            return;
        }
        if (given.length === 0) {
            identities.filter(({ reference }) => reference.kind === "unknown").forEach(({ id }) => id.known());
        }
        const way = `${reader.name} -> identity -> vault ${vaultName}: `;
        findings.fail(
            given.length === 0
                ? `${way}no RoleAssignment of this stack lets it read secrets there. ` +
                      "Give the identity Key Vault Secrets User on the vault, or name it in this rule's trustedIdentities if another stack does."
                : `${way}it may read there by ${given[0]?.name}, and ${reader.name} does not wait for that. ` +
                      `Name ${given[0]?.name} in the dependsOn of ${reader.name}.`,
        );
    }

    private letsRead(
        assignment: GraphResource,
        identity: GraphResource,
        vaultName: string,
        vault: GraphResource | undefined,
    ): boolean {
        return (
            READING.includes(roleOf(assignment.inputs)) &&
            isGivenTo(this.graph, assignment, identity) &&
            this.covers(assignment, vaultName, vault)
        );
    }

    /** Whether a role holds in a vault, or in a part of it. */
    private covers(assignment: GraphResource, vaultName: string, vault: GraphResource | undefined): boolean {
        const scope = assignment.inputs.at("scope");
        if (scope.unknown) {
            const sources = this.graph.sourcesOf(assignment, scope);
            if (vault && sources.includes(vault)) {
                return true;
            }
            reachOf(this.graph, assignment);
            return false;
        }
        const text = scope.folded() ?? "";
        switch (reachOf(this.graph, assignment)) {
            case "above groups":
                return true;
            case "group":
                return vault === undefined || this.isInGroup(vault, lastSegment(text));
            case "resource":
                return `${text}/`.includes(`/providers/microsoft.keyvault/vaults/${vaultName}/`);
        }
    }

    private isInGroup(vault: GraphResource, group: string): boolean {
        const own = this.graph.nameOf(vault, "resourceGroupName");
        if (own === undefined) {
            throw new UndecidedError(`resourceGroupName of ${vault.name}`);
        }
        return own === group;
    }

    /** The networks that an Application Gateway stands in. A firewall's policy stands in none. */
    private networksOf(reader: GraphResource): Set<GraphResource> {
        const model = this.graph.model(NetworkModel);
        const parts = reader.type === GATEWAY ? reader.inputs.at("gatewayIPConfigurations").items() : [];
        const subnets = parts.flatMap((part) => {
            const id = part.known().at("subnet.id");
            const reference = model.follow(reader, id, () => true);
            if (reference.kind === "unknown") {
                id.known();
            }
            return subnetsOf(reference);
        });
        return new Set(subnets.flatMap(({ network }) => network ?? []));
    }
}
