import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import type { EgressRule, SourcedRule } from "./egress-rules";
import { publicAddress } from "./public-address";

export interface FirewallArgs extends Placement {
    /** `Premium` adds intrusion detection in Deny mode. Azure can't turn a Premium firewall into a Standard one in place. */
    tier: "Standard" | "Premium";
    /** Availability zones, for example `["1", "2", "3"]`. Empty where the region has none. */
    zones: string[];
    /** Public addresses, 1 to 250. Each adds 2,496 SNAT ports; Microsoft advises 20 or more for busy AKS clusters. */
    publicAddressCount: number;
    /** Id of the subnet called `AzureFirewallSubnet`. */
    subnetId: pulumi.Input<string>;
    /** The private address that routes and DNS settings were planned with. A firewall that takes another one fails the update. */
    plannedAddress: string;
    /** Everything that may leave; what no rule names is dropped. */
    egress: readonly SourcedRule[];
}

/** Azure Firewall with a policy: DNS proxy on, threat intelligence in Deny mode, an allow-list and nothing else. */
export class Firewall extends pulumi.ComponentResource {
    /** Known in a preview already. */
    public readonly privateAddress: string;
    /** What the Internet sees as the platform's source addresses. */
    public readonly publicAddresses: pulumi.Output<string>[];
    public readonly publicAddressIds: pulumi.Output<string>[];
    public readonly firewallId: pulumi.Output<string>;
    public readonly policyId: pulumi.Output<string>;

    constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:Firewall", name, args, opts);
        const placement = placementOf(args);
        const child = { parent: this };

        const policy = new network.FirewallPolicy(
            `afwp-${name}`,
            {
                firewallPolicyName: `afwp-${name}`,
                sku: { tier: args.tier },
                threatIntelMode: "Deny",
                dnsSettings: { enableProxy: true },
                intrusionDetection: args.tier === "Premium" ? { mode: "Deny" } : undefined,
                ...placement,
            },
            child,
        );
        const rules = ruleCollectionGroup(`rcg-${name}`, policy, args, child);

        const addresses = Array.from({ length: args.publicAddressCount }, (_, index) =>
            publicAddress(`pip-${name}-${index + 1}`, args.zones, args, child),
        );

        const firewall = new network.AzureFirewall(
            `afw-${name}`,
            {
                azureFirewallName: `afw-${name}`,
                sku: { name: "AZFW_VNet", tier: args.tier },
                zones: args.zones,
                firewallPolicy: { id: policy.id },
                ipConfigurations: addresses.map((address, index) => ({
                    name: `address-${index + 1}`,
                    publicIPAddress: { id: address.id },
                    // The subnet is named once, by the first configuration; the others only add public addresses.
                    subnet: index === 0 ? { id: args.subnetId } : undefined,
                })),
                ...placement,
            },
            // Azure refuses a rule collection group while a firewall is taking up its policy.
            { ...child, dependsOn: rules },
        );
        sendLogs(`afw-${name}`, "azureFirewall", firewall.id, args.logWorkspaceId, child);

        this.firewallId = firewall.id.apply((id) => confirmAddress(firewall, args.plannedAddress).apply(() => id));
        this.policyId = policy.id;
        this.privateAddress = args.plannedAddress;
        this.publicAddressIds = addresses.map(({ id }) => id);
        this.publicAddresses = addresses.map((address) => address.ipAddress.apply((ip) => ip ?? ""));
        this.registerOutputs({
            firewallId: this.firewallId,
            policyId: this.policyId,
            privateAddress: this.privateAddress,
            publicAddresses: this.publicAddresses,
        });
    }
}

function ruleCollectionGroup(
    name: string,
    policy: network.FirewallPolicy,
    { egress, resourceGroupName }: FirewallArgs,
    opts: pulumi.CustomResourceOptions,
): network.FirewallPolicyRuleCollectionGroup {
    const collections = [
        { name: "network", priority: 100, kind: "network" },
        { name: "application", priority: 200, kind: "application" },
    ] as const;
    return new network.FirewallPolicyRuleCollectionGroup(
        name,
        {
            ruleCollectionGroupName: name,
            firewallPolicyName: policy.name,
            resourceGroupName,
            priority: 1000,
            ruleCollections: collections
                .map(({ name: collection, priority, kind }) => ({
                    name: collection,
                    priority,
                    ruleCollectionType: "FirewallPolicyFilterRuleCollection" as const,
                    action: { type: "Allow" },
                    rules: egress.filter(({ rule }) => rule.kind === kind).map(toFirewallRule),
                }))
                .filter(({ rules }) => rules.length > 0),
        },
        opts,
    );
}

function toFirewallRule({ rule, sources }: SourcedRule) {
    const common = {
        name: rule.name,
        description: `${rule.why} Source: ${rule.source}.`,
        sourceAddresses: [...sources],
    };
    return { ...common, ...matchOf(rule) };
}

function matchOf(rule: EgressRule) {
    if (rule.kind === "network") {
        return {
            ruleType: "NetworkRule" as const,
            ipProtocols: [rule.protocol],
            destinationAddresses: [...rule.destinations],
            destinationPorts: [...rule.ports],
        };
    }
    return {
        ruleType: "ApplicationRule" as const,
        protocols: [...rule.protocols],
        targetFqdns: rule.fqdns && [...rule.fqdns],
        fqdnTags: rule.fqdnTags && [...rule.fqdnTags],
    };
}

function confirmAddress(firewall: network.AzureFirewall, planned: string): pulumi.Output<void> {
    return firewall.ipConfigurations.apply((configurations) => {
        const actual = configurations?.find(({ privateIPAddress }) => privateIPAddress)?.privateIPAddress;
        if (actual !== undefined && actual !== planned) {
            throw new pulumi.ResourceError(
                `The firewall took ${actual}, but routes and DNS settings point to ${planned}. ` +
                    "Free that address in AzureFirewallSubnet and create the firewall again.",
                firewall,
                true,
            );
        }
    });
}
