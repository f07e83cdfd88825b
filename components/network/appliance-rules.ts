import { denyRest, inbound, loadBalancerProbes, type NsgRule } from "./nsg-rules";

export interface ApplianceFlows {
    /** CIDR of the subnet of the interfaces that face the platform. */
    readonly inside: string;
    /** Subnet of Bastion: administrators come from there. Default: no Bastion. */
    readonly bastion?: string;
}

/** The appliances' side of the platform: they pass on what comes from it, and talk to nobody but each other themselves. */
export function applianceInsideRules({ inside, bastion }: ApplianceFlows): NsgRule[] {
    return inbound([
        loadBalancerProbes,
        {
            name: "AllowPair",
            description: "The appliances of a pair share their sessions.",
            protocol: "*",
            sources: [inside],
            destinations: [inside],
            ports: ["*"],
        },
        ...(bastion === undefined
            ? []
            : [
                  {
                      name: "AllowAdministration",
                      description: "Administrators who come through Bastion.",
                      protocol: "Tcp" as const,
                      sources: [bastion],
                      destinations: [inside],
                      ports: ["22", "443"],
                  },
              ]),
        {
            name: "DenyAppliances",
            description: "Workloads send through the appliances, not to them.",
            access: "Deny",
            protocol: "*",
            sources: ["*"],
            destinations: [inside],
            ports: ["*"],
        },
        {
            name: "AllowTransit",
            description: "What leaves the platform, for the appliances to judge.",
            protocol: "*",
            sources: ["VirtualNetwork"],
            destinations: ["*"],
            ports: ["*"],
        },
        denyRest("Inbound"),
    ]);
}

/** The appliances' side of the Internet: nobody comes in; answers to what they sent belong to connections that stand. */
export function applianceOutsideRules(): NsgRule[] {
    return inbound([denyRest("Inbound")]);
}
