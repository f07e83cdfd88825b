import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { publicAddress } from "../network/public-address";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, placeOf, type Placement } from "../placement";
import { mapValues } from "../record";
import { assignRole, BuiltInRole } from "../role-assignment";
import { frontendName, planGateway, vaultsOf, type GatewayBackend, type GatewaySite } from "./gateway-plan";
import type { WafSettings } from "./waf-plan";
import { wafPolicy } from "./waf-policy";

/** Where clients find the gateway. */
export type GatewayFrontend =
    | {
          /** A static public address, which the gateway brings with it. */
          mode: "public";
      }
    | {
          /**
           * A private address alone. Takes the subscription feature
           * `Microsoft.Network/EnableApplicationGatewayNetworkIsolation`, and a subnet that is delegated to
           * `Microsoft.Network/applicationGateways`. Azure gives a gateway its kind of frontend when it makes it.
           */
          mode: "private";
          /** An address of the gateway's subnet. */
          address: string;
      };

export interface ApplicationGatewayArgs extends Placement {
    /** Id of the resource group: the gateway's parts refer to each other by ids that must be known before it exists. */
    resourceGroupId: pulumi.Input<string>;
    /** Id of a subnet that holds application gateways alone. */
    subnetId: pulumi.Input<string>;
    frontend: GatewayFrontend;
    /** Availability zones. Empty where the region has none. */
    zones: string[];
    /** Instances, 0 to 125: the gateway scales between the two. */
    capacity: { min: number; max: number };
    /** By name; their host names differ. */
    sites: Record<string, GatewaySite>;
    /** What sites may send requests to besides the cluster, by name. Default: nothing. */
    backends?: Record<string, GatewayBackend>;
    /** Private address of the cluster's internal load balancer. */
    clusterAddress: string;
    firewall: WafSettings;
    /** By site: firewalls that replace the gateway's own. Default: none do. */
    siteFirewalls?: Record<string, WafSettings>;
    /** What must stand before the gateway reads its certificates: the vaults' private zone, its link, the way out. */
    foundation: pulumi.Resource[];
}

/**
 * Application Gateway behind a web application firewall: HTTPS in, HTTPS to the backends, plain HTTP only to be
 * redirected.
 */
export class ApplicationGateway extends pulumi.ComponentResource {
    public readonly gatewayId: pulumi.Output<string>;
    /** Absent where the gateway is private. */
    public readonly publicAddressId?: pulumi.Output<string>;
    /** Address that the sites' names must resolve to. */
    public readonly address: pulumi.Output<string>;
    /** By site. */
    public readonly hostNames: Readonly<Record<string, readonly string[]>>;

    constructor(name: string, args: ApplicationGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        const { frontend, sites, backends = {}, siteFirewalls = {} } = args;
        super("secure-aks-ml:index:ApplicationGateway", name, { frontend, sites, backends }, opts);
        const placement = placeOf(args);
        const child = { parent: this };
        const gatewayName = `agw-${name}`;

        const identity = new managedidentity.UserAssignedIdentity(
            `id-${gatewayName}`,
            { resourceName: `id-${gatewayName}`, ...placementOf(args) },
            child,
        );
        const grants = Object.entries(vaultsOf({ sites, backends })).map(([vault, scope]) =>
            assignRole(
                `${gatewayName}-reads-${vault}`,
                {
                    principalId: identity.principalId,
                    principalType: "ServicePrincipal",
                    role: BuiltInRole.KeyVaultSecretsUser,
                    scope,
                },
                child,
            ),
        );
        const publicIp =
            frontend.mode === "public" ? publicAddress(`pip-${gatewayName}`, args.zones, args, child) : undefined;
        const policy = (policyName: string, settings: WafSettings) => ({
            id: wafPolicy(policyName, { resourceGroupId: args.resourceGroupId, settings, ...placement }, child),
        });
        const siteWafs = mapValues(siteFirewalls, (settings, site) => policy(`waf-${name}-${site}`, settings));

        const gateway = new network.ApplicationGateway(
            gatewayName,
            {
                applicationGatewayName: gatewayName,
                sku: { name: "WAF_v2", tier: "WAF_v2" },
                autoscaleConfiguration: { minCapacity: args.capacity.min, maxCapacity: args.capacity.max },
                zones: args.zones,
                identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
                enableHttp2: true,
                firewallPolicy: policy(`waf-${name}`, args.firewall),
                sslPolicy: { policyType: "Predefined", policyName: "AppGwSslPolicy20220101S" },
                gatewayIPConfigurations: [{ name: "subnet", subnet: { id: args.subnetId } }],
                frontendIPConfigurations: [
                    {
                        name: frontendName,
                        ...(frontend.mode === "public"
                            ? { publicIPAddress: { id: publicIp?.id } }
                            : {
                                  privateIPAddress: frontend.address,
                                  privateIPAllocationMethod: "Static",
                                  subnet: { id: args.subnetId },
                              }),
                    },
                ],
                ...planGateway(
                    { sites, backends, clusterAddress: args.clusterAddress, firewallPolicies: siteWafs },
                    partsOf(args.resourceGroupId, gatewayName),
                ),
                ...placementOf(args),
            },
            { ...child, dependsOn: [...grants, ...args.foundation] },
        );
        sendLogs(gatewayName, "applicationGateway", gateway.id, args.logWorkspaceId, child);

        this.gatewayId = gateway.id;
        this.publicAddressId = publicIp?.id;
        this.address =
            frontend.mode === "private"
                ? pulumi.output(frontend.address)
                : pulumi.output(publicIp?.ipAddress).apply((ip) => ip ?? "");
        this.hostNames = mapValues(sites, ({ hostNames }) => hostNames);
        this.registerOutputs({ address: this.address, hostNames: this.hostNames });
    }
}

/** Ids of a gateway's own parts, from its name alone: they are known before it exists. */
function partsOf(resourceGroupId: pulumi.Input<string>, gatewayName: string) {
    return (collection: string, name: string) => ({
        id: pulumi.interpolate`${resourceGroupId}/providers/Microsoft.Network/applicationGateways/${gatewayName}/${collection}/${name}`,
    });
}
