import * as servicenetworking from "@pulumi/azure-native/servicenetworking";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, placeOf, type Placement } from "../placement";
import { LoadBalancerController } from "./load-balancer-controller";
import type { WafSettings } from "./waf-plan";
import { wafPolicy } from "./waf-policy";

export interface GatewayForContainersArgs extends Placement {
    /** Id of the resource group that the gateway is in. */
    resourceGroupId: pulumi.Input<string>;
    /** Id of a /24 of the cluster's network, delegated to `Microsoft.ServiceNetworking/trafficControllers`. */
    subnetId: pulumi.Input<string>;
    /** Names of the ways in; each gets a host name from Azure, which the names of sites are aliases (CNAME) of. */
    frontends: string[];
    /** Azure takes the default rule set in version 2.1 there, and no Core Rule Set. */
    firewall: WafSettings & { ruleSet: "DRS 2.1" };
    cluster: {
        /** Who signs the tokens of the cluster's service accounts. */
        oidcIssuerUrl: pulumi.Input<string>;
        /** Id of the resource group with the cluster's nodes. */
        nodeResourceGroupId: pulumi.Input<string>;
    };
}

/**
 * Application Gateway for Containers, brought by its owners (Azure's "bring your own" deployment): its routes are Gateway
 * API objects of the teams whose applications they lead to, and the controller in the cluster carries them out. A
 * `WebApplicationFirewallPolicy` object that names {@link firewallPolicyId} puts the firewall before a gateway or a route.
 */
export class GatewayForContainers extends pulumi.ComponentResource {
    public readonly gatewayId: pulumi.Output<string>;
    public readonly firewallPolicyId: pulumi.Output<string>;
    /** Host names by frontend. */
    public readonly frontendHosts: Readonly<Record<string, pulumi.Output<string>>>;
    /** Where the controller writes its configuration to. */
    public readonly configurationEndpoints: pulumi.Output<string[]>;
    public readonly controller: LoadBalancerController;

    constructor(name: string, args: GatewayForContainersArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:GatewayForContainers", name, args, opts);
        const child = { parent: this };
        const placement = placementOf(args);
        const gatewayName = `agc-${name}`;

        const gateway = new servicenetworking.TrafficControllerInterface(
            gatewayName,
            { trafficControllerName: gatewayName, ...placement },
            child,
        );
        const part = { trafficControllerName: gateway.name, ...placement };
        const frontends = args.frontends.map((frontend) => {
            const resource = new servicenetworking.FrontendsInterface(
                `${gatewayName}-${frontend}`,
                { frontendName: frontend, ...part },
                child,
            );
            return [frontend, resource.fqdn] as const;
        });
        new servicenetworking.AssociationsInterface(
            `${gatewayName}-subnet`,
            { associationName: "subnet", associationType: "subnets", subnet: { id: args.subnetId }, ...part },
            child,
        );
        this.firewallPolicyId = wafPolicy(
            `waf-${name}`,
            { resourceGroupId: args.resourceGroupId, settings: args.firewall, ...placeOf(args) },
            child,
        );
        new servicenetworking.SecurityPoliciesInterface(
            `${gatewayName}-waf`,
            { securityPolicyName: "waf", wafPolicy: { id: this.firewallPolicyId }, ...part },
            child,
        );
        sendLogs(gatewayName, "trafficController", gateway.id, args.logWorkspaceId, child);

        this.controller = new LoadBalancerController(
            name,
            {
                oidcIssuerUrl: args.cluster.oidcIssuerUrl,
                nodeResourceGroupId: args.cluster.nodeResourceGroupId,
                gatewayResourceGroupId: args.resourceGroupId,
                subnetId: args.subnetId,
                ...placement,
            },
            child,
        );
        this.gatewayId = gateway.id;
        this.frontendHosts = Object.fromEntries(frontends);
        this.configurationEndpoints = gateway.configurationEndpoints;
        this.registerOutputs({
            gatewayId: this.gatewayId,
            firewallPolicyId: this.firewallPolicyId,
            frontendHosts: this.frontendHosts,
        });
    }
}
