import * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import { createPrivateEndpoint, type PrivateAccess } from "../network/private-endpoint";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";

export interface KeyVaultArgs extends Placement {
    /** 3 to 24 letters, digits and hyphens, unique in all of Azure. */
    vaultName: string;
    /** The Entra tenant whose principals the vault knows. */
    tenantId: string;
    access: PrivateAccess;
}

/** A key vault without a public endpoint, governed by Azure roles, whose deleted contents can't be purged for 90 days. */
export class KeyVault extends pulumi.ComponentResource {
    public readonly vaultId: pulumi.Output<string>;
    public readonly vaultName: pulumi.Output<string>;
    public readonly vaultUri: pulumi.Output<string>;

    constructor(name: string, args: KeyVaultArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:KeyVault", name, args, opts);
        const { vaultName, tenantId, access } = args;
        const placement = placementOf(args);

        const vault = new keyvault.Vault(
            `kv-${name}`,
            {
                vaultName,
                properties: {
                    tenantId,
                    sku: { family: "A", name: "standard" },
                    enableRbacAuthorization: true,
                    enableSoftDelete: true,
                    softDeleteRetentionInDays: 90,
                    enablePurgeProtection: true,
                    publicNetworkAccess: "Disabled",
                    // Trusted services: Azure Machine Learning reads its secrets through the closed firewall.
                    networkAcls: { defaultAction: "Deny", bypass: "AzureServices" },
                },
                ...placement,
            },
            { parent: this },
        );
        createPrivateEndpoint(
            `kv-${name}`,
            { targetId: vault.id, group: "vault", access, ...placement },
            { parent: this },
        );

        sendLogs(`kv-${name}`, "keyVault", vault.id, args.logWorkspaceId, { parent: this });
        this.vaultId = vault.id;
        this.vaultName = vault.name;
        this.vaultUri = vault.properties.apply((properties) => properties?.vaultUri ?? "");
        this.registerOutputs({ vaultId: this.vaultId, vaultUri: this.vaultUri });
    }
}
