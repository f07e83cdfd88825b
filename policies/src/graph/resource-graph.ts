import type { Value } from "../frame/value";
import type { ArmId } from "./arm-id";
import { parseArmId } from "./arm-id";

/** A resource of the stack as the graph rules see it. */
export interface GraphResource {
    urn: string;
    /** Normalised type: `network:Subnet`. */
    type: string;
    /** Its name in the program. */
    name: string;
    /** What the program set. What it left out is absent here, never unknown. */
    inputs: Value;
    /** What the provider answered; in a preview mostly unknown. */
    outputs: Value;
    /** URNs of the resources it depends on, for whatever reason. */
    dependencies: string[];
    /** Top-level input -> URNs of the resources whose outputs went into it. */
    propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** What a property that holds another resource's id leads to. */
export type Reference =
    | { kind: "none" }
    /** One of these. More than one if the id is unknown and several resources went into the property. */
    | { kind: "resources"; resources: GraphResource[] }
    /** A known id that no resource of the stack has. */
    | { kind: "outside"; id: string }
    /** Not known, and no resource of a fitting type went into it. */
    | { kind: "unknown" };

/** The resources of the stack that a property may lead to. None: it leads elsewhere, or nobody knows where. */
export function resourcesOf(reference: Reference): readonly GraphResource[] {
    return reference.kind === "resources" ? reference.resources : [];
}

/** Types that others refer to by id: their ARM kind, and the inputs that hold their names from parent to child. */
const NAMED: Readonly<Record<string, { kind: string; names: string[] }>> = {
    "cognitiveservices:Account": { kind: "accounts", names: ["accountName"] },
    "containerregistry:Registry": { kind: "registries", names: ["registryName"] },
    "containerservice:ManagedCluster": { kind: "managedclusters", names: ["resourceName"] },
    "dnsresolver:DnsResolver": { kind: "dnsresolvers", names: ["dnsResolverName"] },
    "dnsresolver:InboundEndpoint": {
        kind: "dnsresolvers/inboundendpoints",
        names: ["dnsResolverName", "inboundEndpointName"],
    },
    "keyvault:Vault": { kind: "vaults", names: ["vaultName"] },
    "machinelearningservices:Workspace": { kind: "workspaces", names: ["workspaceName"] },
    "managedidentity:UserAssignedIdentity": { kind: "userassignedidentities", names: ["resourceName"] },
    "monitor:PrivateLinkScope": { kind: "privatelinkscopes", names: ["scopeName"] },
    "network:ApplicationGateway": { kind: "applicationgateways", names: ["applicationGatewayName"] },
    "network:AzureFirewall": { kind: "azurefirewalls", names: ["azureFirewallName"] },
    "network:FirewallPolicy": { kind: "firewallpolicies", names: ["firewallPolicyName"] },
    "network:IpGroup": { kind: "ipgroups", names: ["ipGroupsName"] },
    "network:LoadBalancer": { kind: "loadbalancers", names: ["loadBalancerName"] },
    "network:NetworkInterface": { kind: "networkinterfaces", names: ["networkInterfaceName"] },
    "network:NetworkSecurityGroup": { kind: "networksecuritygroups", names: ["networkSecurityGroupName"] },
    "network:PrivateEndpoint": { kind: "privateendpoints", names: ["privateEndpointName"] },
    "network:PublicIPAddress": { kind: "publicipaddresses", names: ["publicIpAddressName"] },
    "network:PublicIPPrefix": { kind: "publicipprefixes", names: ["publicIpPrefixName"] },
    "network:RouteTable": { kind: "routetables", names: ["routeTableName"] },
    "network:Subnet": { kind: "virtualnetworks/subnets", names: ["virtualNetworkName", "subnetName"] },
    "network:VirtualNetwork": { kind: "virtualnetworks", names: ["virtualNetworkName"] },
    "network:VirtualNetworkGateway": { kind: "virtualnetworkgateways", names: ["virtualNetworkGatewayName"] },
    "network:WebApplicationFirewallPolicy": {
        kind: "applicationgatewaywebapplicationfirewallpolicies",
        names: ["policyName"],
    },
    "privatedns:PrivateZone": { kind: "privatednszones", names: ["privateZoneName"] },
    "search:Service": { kind: "searchservices", names: ["searchServiceName"] },
    "storage:StorageAccount": { kind: "storageaccounts", names: ["accountName"] },
};

/** The resources of a stack and what they refer to. */
export class ResourceGraph {
    private readonly byUrn: ReadonlyMap<string, GraphResource>;
    private readonly byType = new Map<string, GraphResource[]>();

    private readonly models = new Map<unknown, unknown>();
    /** Type -> last part of the name in Azure -> resources. Those whose name is not known are under `undefined`. */
    private readonly byName = new Map<string, Map<string | undefined, GraphResource[]>>();

    constructor(readonly resources: readonly GraphResource[]) {
        this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
        for (const resource of resources) {
            const sameType = this.byType.get(resource.type);
            if (sameType) {
                sameType.push(resource);
            } else {
                this.byType.set(resource.type, [resource]);
            }
        }
    }

    /** The model of this kind, built by the first rule that asks and shared by all. It must not change once it is built. */
    model<Model>(Kind: new (graph: ResourceGraph) => Model): Model {
        let model = this.models.get(Kind) as Model | undefined;
        if (model === undefined) {
            model = new Kind(this);
            this.models.set(Kind, model);
        }
        return model;
    }

    withUrn(urn: string): GraphResource | undefined {
        return this.byUrn.get(urn);
    }

    ofType(type: string): readonly GraphResource[] {
        return this.byType.get(type) ?? [];
    }

    /** The resources whose outputs went into the top-level input that `value` is part of. */
    sourcesOf(from: GraphResource, value: Value): GraphResource[] {
        const property = value.path.split(/[.[]/, 1)[0] ?? "";
        const urns = from.propertyDependencies[property] ?? [];
        return urns.flatMap((urn) => this.byUrn.get(urn) ?? []);
    }

    /** Follows an ARM id to a resource of `type`. */
    follow(from: GraphResource, id: Value, type: string): Reference {
        if (!id.present) {
            return { kind: "none" };
        }
        if (id.unknown) {
            const resources = this.sourcesOf(from, id).filter((source) => source.type === type);
            return resources.length > 0 ? { kind: "resources", resources } : { kind: "unknown" };
        }
        const text = id.text() ?? "";
        const armId = parseArmId(text);
        const candidates = armId ? this.named(type, armId.names.at(-1)) : [];
        const resources = armId ? candidates.filter((resource) => this.hasId(resource, armId)) : [];
        return resources.length > 0 ? { kind: "resources", resources } : { kind: "outside", id: text };
    }

    /**
     * The resources of `type` that a child may belong to, by the parent's name in one of its inputs: all of them, if
     * nothing tells which.
     */
    parents(child: GraphResource, input: string, type: string): readonly GraphResource[] {
        const value = child.inputs.at(input);
        const sources = value.unknown ? this.sourcesOf(child, value).filter((source) => source.type === type) : [];
        if (sources.length > 0) {
            return sources;
        }
        const name = this.nameOf(child, input);
        if (name === undefined) {
            return this.ofType(type);
        }
        const group = this.nameOf(child, "resourceGroupName");
        return [...this.named(type, name), ...this.named(type, undefined)].filter(
            (parent) => group === undefined || this.inGroup(parent, group),
        );
    }

    private named(type: string, name: string | undefined): readonly GraphResource[] {
        let index = this.byName.get(type);
        if (index === undefined) {
            index = new Map();
            const input = NAMED[type]?.names.at(-1);
            for (const resource of input === undefined ? [] : this.ofType(type)) {
                const own = this.nameOf(resource, input ?? "");
                index.set(own, [...(index.get(own) ?? []), resource]);
            }
            this.byName.set(type, index);
        }
        return index.get(name) ?? [];
    }

    /** Whether a resource is the one that an ARM id names. A name that nobody knows yet matches nothing. */
    private hasId(resource: GraphResource, id: ArmId): boolean {
        const named = NAMED[resource.type];
        if (named?.kind !== id.kind || !this.inGroup(resource, id.resourceGroup)) {
            return false;
        }
        return named.names.every((input, index) => this.nameOf(resource, input) === id.names[index]);
    }

    /** Whether a resource is in that resource group, or may be because its group is not known. */
    inGroup(resource: GraphResource, resourceGroup: string): boolean {
        const own = this.nameOf(resource, "resourceGroupName");
        return own === undefined || own === resourceGroup;
    }

    /**
     * The name that an input holds, in lower case. A name taken from another resource's output (`vnet.name`) is unknown
     * in a preview of azure-native, but that resource's own inputs tell it.
     */
    nameOf(resource: GraphResource, input: string): string | undefined {
        const value = resource.inputs.at(input);
        if (value.present && !value.unknown) {
            return value.folded();
        }
        if (value.absent && input === "subnetName") {
            return this.nameOf(resource, "name");
        }
        const sources = this.sourcesOf(resource, value).filter((source) => source.inputs.at(input).present);
        const source = sources[0];
        return value.unknown && sources.length === 1 && source ? this.nameOf(source, input) : undefined;
    }
}
