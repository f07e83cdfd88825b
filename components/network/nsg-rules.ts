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

type Flow = Omit<NsgRule, "direction" | "access" | "priority"> & { readonly access?: "Allow" | "Deny" };

const anything = ["*"] as const;
const virtualNetwork = ["VirtualNetwork"] as const;

const loadBalancerProbes: Flow = {
    name: "AllowLoadBalancerProbes",
    description: "Health probes of Azure Load Balancer.",
    protocol: "*",
    sources: ["AzureLoadBalancer"],
    destinations: anything,
    ports: anything,
};

/** What the rules of a spoke's subnets speak of. */
export interface SpokeFlows {
    /** Subnets whose members are cluster nodes. */
    readonly nodes: readonly string[];
    /** The overlay range of the pods: overlay traffic is not encapsulated, so node subnets see it. */
    readonly pods?: string;
    readonly ingress: string;
    readonly loadBalancers: string;
    readonly apiServer: string;
    /** Subnet of Bastion in the hub: `az aks bastion` reaches the API server from there. Default: no Bastion. */
    readonly bastion?: string;
}

/** Node pools. Rules after "Azure CNI Overlay networking: network security groups" in the AKS documentation. */
export function nodePoolRules(flows: SpokeFlows): NsgRule[] {
    const members = flows.pods ? [...flows.nodes, flows.pods] : flows.nodes;
    return [
        ...inbound([
            {
                name: "AllowNodes",
                description: "Nodes and the pods of other pools' nodes talk to each other on any port.",
                protocol: "*",
                sources: members,
                destinations: members,
                ports: anything,
            },
            loadBalancerProbes,
            {
                name: "AllowIngress",
                description: "The application gateway to services behind the internal load balancer, over TLS alone.",
                protocol: "Tcp",
                sources: [flows.ingress],
                destinations: [flows.loadBalancers, ...flows.nodes],
                ports: ["443"],
            },
            denyRest("Inbound"),
        ]),
        ...outbound([
            {
                name: "DenyLateralLogin",
                description: "A captured node can't log in to its neighbours.",
                access: "Deny",
                protocol: "Tcp",
                sources: anything,
                destinations: virtualNetwork,
                ports: ["22", "3389"],
            },
        ]),
    ];
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

/** Application Gateway v2 with a public frontend. Rules after "Application Gateway infrastructure configuration". */
export function publicGatewayRules(subnet: string): NsgRule[] {
    return inbound([
        {
            name: "AllowClients",
            description: "HTTPS, and HTTP that is redirected to it.",
            protocol: "Tcp",
            sources: ["Internet"],
            destinations: [subnet],
            ports: ["443", "80"],
        },
        {
            name: "AllowGatewayManager",
            description: "Azure's control of the gateway's instances.",
            protocol: "Tcp",
            sources: ["GatewayManager"],
            destinations: anything,
            ports: ["65200-65535"],
        },
        loadBalancerProbes,
        denyRest("Inbound"),
    ]);
}

/** A subnet that nothing may enter. */
export function closedRules(): NsgRule[] {
    return inbound([denyRest("Inbound")]);
}

/** Azure Bastion refuses a group that lacks one of these. Rules after "Working with NSG access and Azure Bastion". */
export function bastionRules(): NsgRule[] {
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
                sources: ["Internet"],
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

function denyRest(direction: NsgRule["direction"]): Flow {
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

function inbound(flows: readonly Flow[]): NsgRule[] {
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
