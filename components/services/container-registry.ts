import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { createPrivateEndpoint, type PrivateAccess } from "../network/private-endpoint";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";

export interface ContainerRegistryArgs extends Placement {
    /** 5 to 50 letters and digits, unique in all of Azure. */
    registryName: string;
    access: PrivateAccess;
    /** Whether the region has availability zones. */
    zoneRedundant: boolean;
}

/** A container registry without a public endpoint, an admin account or anonymous pulls. */
export class ContainerRegistry extends pulumi.ComponentResource {
    public readonly registryId: pulumi.Output<string>;
    public readonly loginServer: pulumi.Output<string>;

    constructor(name: string, args: ContainerRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:ContainerRegistry", name, args, opts);
        const { registryName, access, zoneRedundant } = args;
        const placement = placementOf(args);

        const registry = new containerregistry.Registry(
            `cr-${name}`,
            {
                registryName,
                // Private endpoints are a Premium feature.
                sku: { name: "Premium" },
                publicNetworkAccess: "Disabled",
                // Azure Machine Learning and AKS reach a closed registry as trusted services.
                networkRuleBypassOptions: "AzureServices",
                adminUserEnabled: false,
                anonymousPullEnabled: false,
                dataEndpointEnabled: true,
                zoneRedundancy: zoneRedundant ? "Enabled" : "Disabled",
                policies: { exportPolicy: { status: "disabled" } },
                ...placement,
            },
            { parent: this },
        );
        createPrivateEndpoint(
            `cr-${name}`,
            { targetId: registry.id, group: "registry", access, ...placement },
            { parent: this },
        );

        sendLogs(`cr-${name}`, "containerRegistry", registry.id, args.logWorkspaceId, { parent: this });
        this.registryId = registry.id;
        this.loginServer = registry.loginServer;
        this.registerOutputs({ registryId: this.registryId, loginServer: this.loginServer });
    }
}
