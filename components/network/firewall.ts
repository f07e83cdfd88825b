import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import { firewallPolicy, type FirewallPolicyArgs } from "./firewall-policy";
import { ruleCollections } from "./rule-collections";
import type { EgressPlan } from "./ip-groups-plan";
import { publicAddress } from "./public-address";

export interface FirewallArgs extends Placement, FirewallPolicyArgs {
    /** Id of the resource group: rules refer to IP groups by ids that a preview shows. */
    resourceGroupId: pulumi.Input<string>;
    /** Availability zones, for example `["1", "2", "3"]`. Empty where the region has none. */
    zones: string[];
    /**
     * Public addresses, 1 to 250. Each adds 2,496 SNAT ports; Microsoft advises 20 or more for busy AKS clusters.
     * None with `managementSubnetId`, where what leaves goes another way than straight to the Internet.
     */
    publicAddressCount: number;
    /** Id of the subnet called `AzureFirewallSubnet`. */
    subnetId: pulumi.Input<string>;
    /**
     * Id of the subnet called `AzureFirewallManagementSubnet`: Azure manages the firewall from there, with a public
     * address that serves nothing else, and the firewall's own default route may lead anywhere (forced tunnelling).
     * Can't be added to a firewall that stands. Default: none.
     */
    managementSubnetId?: pulumi.Input<string>;
    /** The private address that routes and DNS settings were planned with. A firewall that takes another one fails the update. */
    plannedAddress: string;
    /** Whom the DNS proxy asks. Default: Azure's own DNS. */
    dnsServers?: string[];
    /** Everything that may leave; what no rule names is dropped. */
    egress: EgressPlan;
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
        const child = { parent: this };

        const policy = firewallPolicy(`afwp-${name}`, args, child);
        const rules = ruleCollections(name, policy, args, child);
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
                ipConfigurations: dataPath(addresses, args.subnetId),
                managementIpConfiguration: this.management(name, args),
                ...placementOf(args),
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

    private management(name: string, args: FirewallArgs) {
        if (args.managementSubnetId === undefined) {
            return undefined;
        }
        const address = publicAddress(`pip-${name}-management`, args.zones, args, { parent: this });
        return { name: "management", publicIPAddress: { id: address.id }, subnet: { id: args.managementSubnetId } };
    }
}

/** The subnet is named once, by the first configuration; the others only add public addresses. */
function dataPath(addresses: readonly network.PublicIPAddress[], subnetId: pulumi.Input<string>) {
    if (addresses.length === 0) {
        return [{ name: "inside", subnet: { id: subnetId } }];
    }
    return addresses.map((address, index) => ({
        name: `address-${index + 1}`,
        publicIPAddress: { id: address.id },
        subnet: index === 0 ? { id: subnetId } : undefined,
    }));
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
