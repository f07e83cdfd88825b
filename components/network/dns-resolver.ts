import * as dnsresolver from "@pulumi/azure-native/dnsresolver";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";

export interface DnsResolverArgs extends Placement {
    /** Id of the network that it is in; private zones that are linked to it are what it knows. */
    networkId: pulumi.Input<string>;
    /** Subnets that are delegated to `Microsoft.Network/dnsResolvers`, one each. */
    inboundSubnetId: pulumi.Input<string>;
    outboundSubnetId: pulumi.Input<string>;
    /** Where it is asked, an address of the inbound subnet; known in a preview, because servers are set up with it. */
    address: string;
    /** DNS servers of other sites, by domain. */
    forwarding: Readonly<Record<string, readonly string[]>>;
}

/** Whom a resolver's subnets are delegated to. */
export const resolverDelegation = "Microsoft.Network/dnsResolvers";

/** A DNS Private Resolver: other sites ask it for private zones, and it asks their servers for their domains. */
export class DnsResolver extends pulumi.ComponentResource {
    public readonly address: string;

    constructor(name: string, args: DnsResolverArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:DnsResolver", name, { address: args.address }, opts);
        const placement = placementOf(args);
        const child = { parent: this };

        const resolver = new dnsresolver.DnsResolver(
            `dnspr-${name}`,
            { dnsResolverName: `dnspr-${name}`, virtualNetwork: { id: args.networkId }, ...placement },
            child,
        );
        const inbound = new dnsresolver.InboundEndpoint(
            `in-${name}`,
            {
                inboundEndpointName: `in-${name}`,
                dnsResolverName: resolver.name,
                ipConfigurations: [
                    {
                        privateIpAddress: args.address,
                        privateIpAllocationMethod: "Static",
                        subnet: { id: args.inboundSubnetId },
                    },
                ],
                ...placement,
            },
            child,
        );
        const outbound = new dnsresolver.OutboundEndpoint(
            `out-${name}`,
            {
                outboundEndpointName: `out-${name}`,
                dnsResolverName: resolver.name,
                subnet: { id: args.outboundSubnetId },
                ...placement,
            },
            // Azure refuses a second write to a resolver while one is under way.
            { ...child, dependsOn: inbound },
        );
        this.forward(name, outbound, args);

        this.address = args.address;
        this.registerOutputs({ address: this.address });
    }

    /** Linked to the resolver's own network alone: that is what makes queries to its inbound endpoint follow the rules. */
    private forward(name: string, outbound: dnsresolver.OutboundEndpoint, args: DnsResolverArgs): void {
        const child = { parent: this };
        const ruleset = new dnsresolver.DnsForwardingRuleset(
            `dnsfrs-${name}`,
            {
                dnsForwardingRulesetName: `dnsfrs-${name}`,
                dnsResolverOutboundEndpoints: [{ id: outbound.id }],
                ...placementOf(args),
            },
            child,
        );
        const inRuleset = { dnsForwardingRulesetName: ruleset.name, resourceGroupName: args.resourceGroupName };
        for (const [domain, servers] of Object.entries(args.forwarding)) {
            new dnsresolver.ForwardingRule(
                `${domain}-${name}`,
                {
                    // Azure takes letters, digits, hyphens and underscores.
                    forwardingRuleName: domain.replaceAll(".", "-"),
                    domainName: `${domain}.`,
                    forwardingRuleState: "Enabled",
                    targetDnsServers: servers.map((ipAddress) => ({ ipAddress, port: 53 })),
                    ...inRuleset,
                },
                child,
            );
        }
        new dnsresolver.PrivateResolverVirtualNetworkLink(
            `dnsfrs-${name}-hub`,
            { virtualNetworkLinkName: "hub", virtualNetwork: { id: args.networkId }, ...inRuleset },
            child,
        );
    }
}
