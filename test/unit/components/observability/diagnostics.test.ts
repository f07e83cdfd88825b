import { expect } from "chai";
import { Bastion } from "../../../../components/network/bastion";
import { networkSecurityGroup } from "../../../../components/network/network-security-group";
import { diagnosticCategories } from "../../../../components/observability/diagnostic-categories";
import { ContainerRegistry } from "../../../../components/services/container-registry";
import { KeyVault } from "../../../../components/services/key-vault";
import { StorageAccount } from "../../../../components/services/storage-account";
import { capture, type Registration } from "../../../support/capture";
import { idOf, placement, privateAccess, tenantId } from "../fixtures";

const setting = "azure-native:monitor:DiagnosticSetting";

describe("Logs of resources", () => {
    const program = (logWorkspaceId?: string) => () => {
        const common = { ...placement, logWorkspaceId };
        const access = privateAccess();
        new ContainerRegistry("a", { registryName: "cra", zoneRedundant: true, access, ...common });
        new KeyVault("a", { vaultName: "kva", tenantId, access, ...common });
        new StorageAccount("a", {
            accountName: "sta",
            sku: "Standard_LRS",
            services: ["blob", "queue"],
            access,
            ...common,
        });
        new Bastion("a", {
            subnetId: "/subnets/bastion",
            zones: [],
            sku: "Standard",
            scaleUnits: 2,
            copyPaste: true,
            sessionRecording: false,
            ...common,
        });
        networkSecurityGroup("nsg-a", [], common, {});
    };

    it("go to the workspace, in the categories of their kind", async () => {
        const settings = targets(await capture(program("/workspaces/w")));
        expect(settings).to.deep.equal({
            [idOf("containerregistry:Registry", "cr-a")]: diagnosticCategories.containerRegistry,
            [idOf("keyvault:Vault", "kv-a")]: diagnosticCategories.keyVault,
            [`${idOf("storage:StorageAccount", "st-a")}/blobServices/default`]: diagnosticCategories.storageService,
            [`${idOf("storage:StorageAccount", "st-a")}/queueServices/default`]: diagnosticCategories.storageService,
            [idOf("network:PublicIPAddress", "pip-bas-a")]: diagnosticCategories.publicAddress,
            [idOf("network:BastionHost", "bas-a")]: diagnosticCategories.bastion,
            [idOf("network:NetworkSecurityGroup", "nsg-a")]: diagnosticCategories.networkSecurityGroup,
        });
    });

    it("are not kept where there is no workspace", async () => {
        expect(targets(await capture(program()))).to.deep.equal({});
    });
});

function targets(registered: readonly Registration[]): Record<string, string[]> {
    return Object.fromEntries(
        registered
            .filter(({ type }) => type === setting)
            .map(({ inputs }) => [
                inputs["resourceUri"],
                (inputs["logs"] as { category: string; enabled: boolean }[])
                    .filter(({ enabled }) => enabled)
                    .map(({ category }) => category),
            ]),
    );
}
