import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";

/** Where the Helm chart of the controller (ALB Controller) puts it, unless told otherwise. */
const serviceAccount = { namespace: "azure-alb-system", name: "alb-controller-sa" };

export interface LoadBalancerControllerArgs extends Placement {
    /** Who signs the tokens of the cluster's service accounts. */
    oidcIssuerUrl: pulumi.Input<string>;
    nodeResourceGroupId: pulumi.Input<string>;
    /** Id of the resource group that the gateway is in. */
    gatewayResourceGroupId: pulumi.Input<string>;
    /** Id of the subnet that the gateway is associated with. */
    subnetId: pulumi.Input<string>;
}

/**
 * The identity of the controller that carries Gateway API objects over to Application Gateway for Containers. The
 * controller itself is installed in the cluster, with this identity's client id.
 * Rights after "Quickstart: Create Application Gateway for Containers - bring your own deployment".
 */
export class LoadBalancerController extends pulumi.ComponentResource {
    public readonly clientId: pulumi.Output<string>;
    /** `namespace/name` of the service account that may take the identity on. */
    public readonly serviceAccount: string;

    constructor(name: string, args: LoadBalancerControllerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:LoadBalancerController", name, args, opts);
        const child = { parent: this };
        const identityName = `id-alb-${name}`;

        const identity = new managedidentity.UserAssignedIdentity(
            identityName,
            { resourceName: identityName, ...placementOf(args) },
            child,
        );
        new managedidentity.FederatedIdentityCredential(
            `fc-alb-${name}`,
            {
                federatedIdentityCredentialResourceName: "alb-controller",
                resourceName: identity.name,
                resourceGroupName: args.resourceGroupName,
                issuer: args.oidcIssuerUrl,
                subject: `system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`,
                audiences: ["api://AzureADTokenExchange"],
            },
            child,
        );
        const grants = {
            "configures-gateway": [BuiltInRole.AppGwForContainersConfigurationManager, args.gatewayResourceGroupId],
            "joins-subnet": [BuiltInRole.NetworkContributor, args.subnetId],
            "reads-nodes": [BuiltInRole.Reader, args.nodeResourceGroupId],
        } as const;
        for (const [what, [role, scope]] of Object.entries(grants)) {
            assignRole(
                `alb-${name}-${what}`,
                { principalId: identity.principalId, principalType: "ServicePrincipal", role, scope },
                child,
            );
        }

        this.clientId = identity.clientId;
        this.serviceAccount = `${serviceAccount.namespace}/${serviceAccount.name}`;
        this.registerOutputs({ clientId: this.clientId, serviceAccount: this.serviceAccount });
    }
}
