/** One rule of a network security group, in the words of Azure; priorities are given by {@link inbound} and {@link outbound}. */
export interface NsgRule {
    readonly name: string;
    readonly description: string;
    readonly direction: "Inbound" | "Outbound";
    readonly access: "Allow" | "Deny";
    readonly priority: number;
    readonly protocol: "Tcp" | "Udp" | "*";
    /** CIDRs, or one service tag, or `*`. */
    readonly sources: readonly string[];
    readonly destinations: readonly string[];
    /** Ports and ranges such as `30000-32767`, or `*`. */
    readonly ports: readonly string[];
}

/** A rule before it has its place among others. */
export type Flow = Omit<NsgRule, "direction" | "access" | "priority"> & { readonly access?: "Allow" | "Deny" };

const anything = ["*"] as const;
const virtualNetwork = ["VirtualNetwork"] as const;

export const loadBalancerProbes: Flow = {
    name: "AllowLoadBalancerProbes",
    description: "Health probes of Azure Load Balancer.",
    protocol: "*",
    sources: ["AzureLoadBalancer"],
    destinations: anything,
    ports: anything,
};

/** What the rules of a spoke's subnets speak of. */
export interface SpokeFlows {
    /** Subnets whose members are cluster nodes, those of tenants among them. */
    readonly nodes: readonly string[];
    readonly systemPool: string;
    /** Subnets of `nodes` that belong to one tenant each. */
    readonly tenants: readonly string[];
    /** The overlay range of the pods: overlay traffic is not encapsulated, so node subnets see it. */
    readonly pods?: string;
    readonly ingress: string;
    /** Whether what stands in the ingress subnet sends requests to pods, on their own ports. Default: to the load balancer. */
    readonly ingressReachesPods?: boolean;
    readonly loadBalancers: string;
    readonly apiServer: string;
    /** Subnet of operators' machines. Default: there are none. */
    readonly operators?: string;
    /** Subnet of Bastion in the hub: `az aks bastion` reaches the API server from there. Default: no Bastion. */
    readonly bastion?: string;
}

/**
 * The system pool. What every node and pod of the cluster needs runs there, tenants' nodes included.
 * Rules after "Azure CNI Overlay networking: network security groups" in the AKS documentation.
 */
export function systemPoolRules(flows: SpokeFlows): NsgRule[] {
    const members = flows.pods ? [...flows.nodes, flows.pods] : flows.nodes;
    return sharedPoolRules(flows, [allowNodes(members, members)]);
}

/** Pools that everybody shares. Tenants' nodes reach their pods, as every node must, and not their nodes. */
export function userPoolRules(flows: SpokeFlows): NsgRule[] {
    const { pods, tenants } = flows;
    const shared = flows.nodes.filter((subnet) => !tenants.includes(subnet));
    const members = pods ? [...shared, pods] : shared;
    return sharedPoolRules(flows, [
        allowNodes(members, members),
        ...(pods && tenants.length > 0 ? [allowServiceTraffic(tenants, pods)] : []),
    ]);
}

/**
 * The pool of one tenant: nodes of the pool itself and of the system pool, and nobody else's. What a pod sends to a node
 * bears its own node's address, so that other tenants' pods are kept from these nodes too. Pods among themselves are
 * not kept apart: overlay traffic isn't encapsulated and every pod's address is of one range, so that the rule that
 * lets a tenant's pods talk to each other, and to the cluster's DNS, lets others in. That takes network policies.
 */
export function tenantPoolRules(flows: SpokeFlows, own: string): NsgRule[] {
    const { pods, nodes, systemPool } = flows;
    const foreign = nodes.filter((subnet) => subnet !== own && subnet !== systemPool);
    return [
        ...inbound([
            {
                ...allowNodes([own, systemPool], [own]),
                description: "The tenant's own nodes and the system pool's, on any port.",
            },
            ...(pods ? [allowServiceTraffic([...nodes, pods], pods)] : []),
            loadBalancerProbes,
            allowIngress(flows, [own]),
            denyRest("Inbound"),
        ]),
        ...outbound([
            denyLateralLogin,
            {
                name: "DenyOtherPools",
                description: "A captured node reaches no other tenant's nodes, nor those that everybody shares.",
                access: "Deny",
                protocol: "*",
                sources: anything,
                destinations: foreign,
                ports: anything,
            },
        ]),
    ];
}

const denyLateralLogin: Flow = {
    name: "DenyLateralLogin",
    description: "A captured node can't log in to its neighbours.",
    access: "Deny",
    protocol: "Tcp",
    sources: anything,
    destinations: virtualNetwork,
    ports: ["22", "3389"],
};

function sharedPoolRules(flows: SpokeFlows, members: readonly Flow[]): NsgRule[] {
    return [
        ...inbound([...members, loadBalancerProbes, allowIngress(flows, flows.nodes), denyRest("Inbound")]),
        ...outbound([denyLateralLogin]),
    ];
}

function allowNodes(sources: readonly string[], destinations: readonly string[]): Flow {
    return {
        name: "AllowNodes",
        description: "Nodes and the pods of other pools' nodes talk to each other on any port.",
        protocol: "*",
        sources,
        destinations,
        ports: anything,
    };
}

function allowServiceTraffic(sources: readonly string[], pods: string): Flow {
    return {
        name: "AllowPods",
        description: "A service's traffic reaches any node first, which passes it on to the pod.",
        protocol: "*",
        sources,
        destinations: [pods],
        ports: anything,
    };
}

function allowIngress(
    { ingress, ingressReachesPods, loadBalancers, pods }: SpokeFlows,
    nodes: readonly string[],
): Flow {
    const common = { name: "AllowIngress", protocol: "Tcp", sources: [ingress] } as const;
    return ingressReachesPods
        ? {
              ...common,
              description: "Application Gateway for Containers to pods, on whatever ports they listen.",
              destinations: pods ? [...nodes, pods] : nodes,
              ports: anything,
          }
        : {
              ...common,
              description: "The application gateway to services behind the internal load balancer, over TLS alone.",
              destinations: [loadBalancers, ...nodes],
              ports: ["443"],
          };
}

export function loadBalancerRules(flows: SpokeFlows): NsgRule[] {
    return inbound([
        {
            name: "AllowIngressAndSpoke",
            description: "The application gateway and the spoke's own workloads, over TLS alone.",
            protocol: "Tcp",
            sources: [flows.ingress, ...flows.nodes],
            destinations: [flows.loadBalancers],
            ports: ["443"],
        },
        loadBalancerProbes,
        denyRest("Inbound"),
    ]);
}

export function privateEndpointRules(flows: SpokeFlows): NsgRule[] {
    return inbound([
        {
            name: "AllowHttps",
            description: "Clients in this network and in those that are peered with it.",
            protocol: "Tcp",
            sources: virtualNetwork,
            destinations: anything,
            ports: ["443"],
        },
        {
            name: "AllowFileShares",
            description: "Nodes mount file shares over SMB.",
            protocol: "Tcp",
            sources: flows.nodes,
            destinations: anything,
            ports: ["445"],
        },
        denyRest("Inbound"),
    ]);
}

/** Private endpoints in the hub: what all spokes share, reached over TLS alone. */
export function sharedEndpointRules(): NsgRule[] {
    return inbound([
        {
            name: "AllowHttps",
            description: "Clients in this network and in those that are peered with it.",
            protocol: "Tcp",
            sources: virtualNetwork,
            destinations: anything,
            ports: ["443"],
        },
        denyRest("Inbound"),
    ]);
}

/** Rules after "API Server VNet Integration: network security groups" in the AKS documentation. */
export function apiServerRules(flows: SpokeFlows): NsgRule[] {
    return inbound([
        {
            name: "AllowNodes",
            description: "Nodes to the API server and its tunnel.",
            protocol: "Tcp",
            sources: flows.nodes,
            destinations: [flows.apiServer],
            ports: ["443", "4443"],
        },
        ...(flows.bastion === undefined ? [] : [bastionTunnel(flows.bastion, flows.apiServer)]),
        ...(flows.operators === undefined ? [] : [operatorsTools(flows.operators, flows.apiServer)]),
        {
            name: "AllowLoadBalancerProbes",
            description: "Health probes of the API server's load balancer.",
            protocol: "Tcp",
            sources: ["AzureLoadBalancer"],
            destinations: [flows.apiServer],
            ports: ["9988"],
        },
        denyRest("Inbound"),
    ]);
}

function operatorsTools(operators: string, apiServer: string): Flow {
    return {
        name: "AllowOperators",
        description: "Operators on the jump host.",
        protocol: "Tcp",
        sources: [operators],
        destinations: [apiServer],
        ports: ["443"],
    };
}

function bastionTunnel(bastion: string, apiServer: string): Flow {
    return {
        name: "AllowBastion",
        description: "Operators who come through Bastion's tunnel.",
        protocol: "Tcp",
        sources: [bastion],
        destinations: [apiServer],
        ports: ["443"],
    };
}

/** A subnet that nothing may enter. */
export function closedRules(): NsgRule[] {
    return inbound([denyRest("Inbound")]);
}

/** Operators' machines: Bastion's sessions come in, and nothing else. */
export function jumpHostRules(bastion: string, subnet: string): NsgRule[] {
    return inbound([
        {
            name: "AllowBastion",
            description: "Sessions that operators open through Bastion.",
            protocol: "Tcp",
            sources: [bastion],
            destinations: [subnet],
            ports: ["22"],
        },
        denyRest("Inbound"),
    ]);
}

/** Where a DNS Private Resolver is asked. */
export function resolverInboundRules(subnet: string): NsgRule[] {
    return inbound([
        {
            name: "AllowQueries",
            description: "DNS servers and clients of this network, of its peers and of other sites.",
            protocol: "*",
            sources: virtualNetwork,
            destinations: [subnet],
            ports: ["53"],
        },
        denyRest("Inbound"),
    ]);
}

/**
 * Azure Bastion refuses a group that lacks one of these. Rules after "Working with NSG access and Azure Bastion".
 * @param clients CIDRs that operators come from. Empty: the Internet.
 */
export function bastionRules(clients: readonly string[] = []): NsgRule[] {
    const dataPlane = {
        protocol: "*",
        sources: virtualNetwork,
        destinations: virtualNetwork,
        ports: ["8080", "5701"],
    } as const;
    return [
        ...inbound([
            {
                name: "AllowClients",
                description: "Operators' browsers and native clients.",
                protocol: "Tcp",
                sources: clients.length > 0 ? clients : ["Internet"],
                destinations: anything,
                ports: ["443"],
            },
            {
                name: "AllowGatewayManager",
                description: "Bastion's control plane.",
                protocol: "Tcp",
                sources: ["GatewayManager"],
                destinations: anything,
                ports: ["443"],
            },
            {
                name: "AllowLoadBalancerProbes",
                description: "Health probes of Azure Load Balancer.",
                protocol: "Tcp",
                sources: ["AzureLoadBalancer"],
                destinations: anything,
                ports: ["443"],
            },
            { name: "AllowDataPlaneInbound", description: "Bastion's hosts among themselves.", ...dataPlane },
            denyRest("Inbound"),
        ]),
        ...outbound([
            {
                name: "AllowSessions",
                description: "SSH and RDP to machines, and TLS to private API servers.",
                protocol: "Tcp",
                sources: anything,
                destinations: virtualNetwork,
                ports: ["22", "3389", "443"],
            },
            { name: "AllowDataPlaneOutbound", description: "Bastion's hosts among themselves.", ...dataPlane },
            {
                name: "AllowAzure",
                description: "Diagnostics and session data to Azure.",
                protocol: "Tcp",
                sources: anything,
                destinations: ["AzureCloud"],
                ports: ["443"],
            },
            {
                name: "AllowSessionInformation",
                description: "Certificate checks.",
                protocol: "*",
                sources: anything,
                destinations: ["Internet"],
                ports: ["80"],
            },
            denyRest("Outbound"),
        ]),
    ];
}

export function denyRest(direction: NsgRule["direction"]): Flow {
    return {
        name: `DenyAll${direction}`,
        description: "Whatever no rule above allows.",
        access: "Deny",
        protocol: "*",
        sources: anything,
        destinations: anything,
        ports: anything,
    };
}

export function inbound(flows: readonly Flow[]): NsgRule[] {
    return flows.map((flow, index) => toRule(flow, "Inbound", index));
}

function outbound(flows: readonly Flow[]): NsgRule[] {
    return flows.map((flow, index) => toRule(flow, "Outbound", index));
}

function toRule(flow: Flow, direction: NsgRule["direction"], index: number): NsgRule {
    const isRest = flow.name === `DenyAll${direction}`;
    // 4096 is the last priority there is: rules that others add later always stand before the final deny.
    return { access: "Allow", ...flow, direction, priority: isRest ? 4096 : 100 + index * 10 };
}
