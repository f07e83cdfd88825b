import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { publicAddress } from "../network/public-address";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";
import { wafPolicy } from "./waf-policy";

export interface ApplicationGatewayArgs extends Placement {
    /** Id of the resource group: the gateway's parts refer to each other by ids that must be known before it exists. */
    resourceGroupId: pulumi.Input<string>;
    /** Id of a subnet that holds application gateways alone. */
    subnetId: pulumi.Input<string>;
    /** Availability zones. Empty where the region has none. */
    zones: string[];
    /** Instances, 0 to 125: the gateway scales between the two. */
    capacity: { min: number; max: number };
    /** The name that clients ask for, for example `apps.contoso.com`. */
    hostName: string;
    certificate: {
        /** Id of the certificate's secret in Key Vault; without a version, so that renewals are picked up. */
        secretId: string;
        /** Id of that vault: the gateway's identity is given the right to read secrets there. */
        vaultId: pulumi.Input<string>;
    };
    backend: {
        /** Private address of the cluster's internal load balancer. */
        address: string;
        /** The host name that the backend's certificate is issued for. */
        hostName: string;
        /** A path that answers 200 to 399 while the backend is healthy. */
        probePath: string;
    };
    /** What must stand before the gateway reads its certificate: the vault's private zone and its link. */
    foundation: pulumi.Resource[];
}

/**
 * Application Gateway with a public frontend behind a web application firewall: HTTPS in, HTTPS to the backend,
 * plain HTTP only to be redirected.
 */
export class ApplicationGateway extends pulumi.ComponentResource {
    public readonly gatewayId: pulumi.Output<string>;
    public readonly publicAddress: pulumi.Output<string>;
    public readonly publicAddressId: pulumi.Output<string>;
    public readonly hostName: string;

    constructor(name: string, args: ApplicationGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:ApplicationGateway", name, args, opts);
        const placement = placementOf(args);
        const child = { parent: this };
        const gatewayName = `agw-${name}`;

        const identity = new managedidentity.UserAssignedIdentity(
            `id-${gatewayName}`,
            { resourceName: `id-${gatewayName}`, ...placement },
            child,
        );
        const secretsUser = assignRole(
            `${gatewayName}-reads-certificate`,
            {
                principalId: identity.principalId,
                principalType: "ServicePrincipal",
                role: BuiltInRole.KeyVaultSecretsUser,
                scope: args.certificate.vaultId,
            },
            child,
        );
        const address = publicAddress(`pip-${gatewayName}`, args.zones, args, child);
        const waf = wafPolicy(`waf-${name}`, placement, child);

        const gateway = new network.ApplicationGateway(
            gatewayName,
            {
                applicationGatewayName: gatewayName,
                sku: { name: "WAF_v2", tier: "WAF_v2" },
                autoscaleConfiguration: { minCapacity: args.capacity.min, maxCapacity: args.capacity.max },
                zones: args.zones,
                identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
                enableHttp2: true,
                firewallPolicy: { id: waf.id },
                sslPolicy: { policyType: "Predefined", policyName: "AppGwSslPolicy20220101S" },
                gatewayIPConfigurations: [{ name: "subnet", subnet: { id: args.subnetId } }],
                frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: address.id } }],
                frontendPorts: [
                    { name: "https", port: 443 },
                    { name: "http", port: 80 },
                ],
                sslCertificates: [{ name: "site", keyVaultSecretId: args.certificate.secretId }],
                ...routing(args, partsOf(args.resourceGroupId, gatewayName)),
                ...placement,
            },
            { ...child, dependsOn: [secretsUser, ...args.foundation] },
        );

        sendLogs(gatewayName, "applicationGateway", gateway.id, args.logWorkspaceId, child);
        this.gatewayId = gateway.id;
        this.publicAddress = address.ipAddress.apply((ip) => ip ?? "");
        this.publicAddressId = address.id;
        this.hostName = args.hostName;
        this.registerOutputs({ publicAddress: this.publicAddress, hostName: this.hostName });
    }
}

type PartReference = (collection: string, name: string) => { id: pulumi.Output<string> };

function partsOf(resourceGroupId: pulumi.Input<string>, gatewayName: string): PartReference {
    return (collection, name) => ({
        id: pulumi.interpolate`${resourceGroupId}/providers/Microsoft.Network/applicationGateways/${gatewayName}/${collection}/${name}`,
    });
}

/** One site: listeners, backend and the rules between them. */
function routing({ hostName, backend }: ApplicationGatewayArgs, part: PartReference) {
    const listener = {
        frontendIPConfiguration: part("frontendIPConfigurations", "public"),
        hostName,
    };
    return {
        httpListeners: [
            {
                name: "https",
                protocol: "Https",
                frontendPort: part("frontendPorts", "https"),
                sslCertificate: part("sslCertificates", "site"),
                requireServerNameIndication: true,
                ...listener,
            },
            { name: "http", protocol: "Http", frontendPort: part("frontendPorts", "http"), ...listener },
        ],
        backendAddressPools: [{ name: "cluster", backendAddresses: [{ ipAddress: backend.address }] }],
        probes: [
            {
                name: "cluster",
                protocol: "Https",
                path: backend.probePath,
                interval: 30,
                timeout: 30,
                unhealthyThreshold: 3,
                pickHostNameFromBackendHttpSettings: true,
            },
        ],
        backendHttpSettingsCollection: [
            {
                name: "cluster",
                protocol: "Https",
                port: 443,
                hostName: backend.hostName,
                cookieBasedAffinity: "Disabled",
                requestTimeout: 30,
                probe: part("probes", "cluster"),
            },
        ],
        redirectConfigurations: [
            {
                name: "to-https",
                redirectType: "Permanent",
                targetListener: part("httpListeners", "https"),
                includePath: true,
                includeQueryString: true,
            },
        ],
        requestRoutingRules: [
            {
                name: "site",
                ruleType: "Basic",
                priority: 100,
                httpListener: part("httpListeners", "https"),
                backendAddressPool: part("backendAddressPools", "cluster"),
                backendHttpSettings: part("backendHttpSettingsCollection", "cluster"),
            },
            {
                name: "redirect-to-https",
                ruleType: "Basic",
                priority: 200,
                httpListener: part("httpListeners", "http"),
                redirectConfiguration: part("redirectConfigurations", "to-https"),
            },
        ],
    };
}
