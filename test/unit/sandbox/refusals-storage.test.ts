import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, GROUP } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Created, Simulation } from "./provider-client";

const location = "westeurope";
const accountName = "stdata";
const account = `${GROUP}/providers/Microsoft.Storage/storageAccounts/${accountName}`;

describe("the simulated storage account", () => {
    let simulation: Simulation;
    let build: Builder;
    let created: Created;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        created = await store();
    });
    afterEach(() => simulation.stop());

    const store = (more: Properties = {}) =>
        build.make("storage:StorageAccount", {
            ...{ location, accountName, kind: "StorageV2", sku: { name: "Standard_LRS" } },
            ...more,
        });
    const blobs = (more: Properties = {}) =>
        build.make("storage:BlobServiceProperties", { accountName, blobServicesName: "default", ...more });
    const share = (shareName: string, more: Properties = {}) =>
        build.make("storage:FileShare", { accountName, shareName, ...more });
    const lifecycle = (rules: Properties[], managementPolicyName = "default") =>
        build.make("storage:ManagementPolicy", { accountName, managementPolicyName, policy: { rules } });
    const rule = (name: string, condition: string): Properties => ({
        ...{ name, type: "Lifecycle", enabled: true },
        definition: {
            filters: { blobTypes: ["blockBlob"] },
            actions: { baseBlob: { tierToCool: { [condition]: 30 } } },
        },
    });

    it("has blob settings that a program sets, keeps through updates, and gives back", async () => {
        const deleteRetentionPolicy = { enabled: true, days: 14 };
        const { id } = await blobs({ deleteRetentionPolicy });
        expect(id).to.equal(`${account}/blobServices/default`);
        const type = "azure-native:storage:StorageAccount";
        await simulation.azure.update(type, "it", created, { ...created.inputs, tags: { team: "data" } });
        expect(simulation.cloud.get(id)?.inputs).to.deep.include({ deleteRetentionPolicy });
        await simulation.azure.delete("azure-native:storage:BlobServiceProperties", id);
        expect(simulation.cloud.get(id)?.inputs).to.deep.equal({});
        await simulation.azure.delete(type, account);
        expect(simulation.cloud.get(id)).to.equal(undefined);
    });

    it("refuses settings of another name, and retentions outside of 1 to 365 days", async () => {
        await refuses(blobs({ blobServicesName: "mine" }), "InvalidResourceName", "default");
        await refuses(blobs({ deleteRetentionPolicy: { enabled: true, days: 366 } }), "InvalidXmlNodeValue", "365");
        await refuses(blobs({ containerDeleteRetentionPolicy: { enabled: true } }), "InvalidXmlNodeValue");
        await blobs({ containerDeleteRetentionPolicy: { enabled: true, days: 7 } });
    });

    it("refuses point-in-time restore without what it rests on", async () => {
        const restorePolicy = { enabled: true, days: 6 };
        const base = { isVersioningEnabled: true, changeFeed: { enabled: true } };
        const kept = (days: number) => ({ deleteRetentionPolicy: { enabled: true, days } });
        await refuses(blobs({ restorePolicy }), "ConflictFeatureEnabled", "isVersioningEnabled");
        await refuses(blobs({ restorePolicy, ...base, ...kept(6) }), "ConflictFeatureEnabled", "more days");
        await blobs({ restorePolicy, ...base, ...kept(7) });
    });

    it("has shares: SMB anywhere, NFS in premium file storage", async () => {
        expect((await share("models")).outputs).to.include({ shareQuota: 5120, enabledProtocols: "SMB" });
        await refuses(share("My_Share"), "InvalidResourceName");
        await refuses(share("big", { shareQuota: 102_401 }), "InvalidHeaderValue", "102400");
        await refuses(share("squash", { rootSquash: "RootSquash" }), "InvalidHeaderValue", "NFS");
        const nfs = { enabledProtocols: "NFS", rootSquash: "RootSquash" };
        await refuses(share("nfs", nfs), "FeatureNotSupportedForAccount", "FileStorage");
        await store({ accountName: "stnfs", kind: "FileStorage", sku: { name: "Premium_LRS" } });
        await share("nfs", { ...nfs, accountName: "stnfs" });
    });

    it("has one management policy, whose rules have names of their own and go by times that are known", async () => {
        const modified = rule("cool", "daysAfterModificationGreaterThan");
        const accessed = rule("cool", "daysAfterLastAccessTimeGreaterThan");
        await refuses(lifecycle([modified], "mine"), "InvalidResourceName", "default");
        await refuses(lifecycle([modified, modified]), "InvalidManagementPolicy", "cool");
        await refuses(lifecycle([accessed]), "LastAccessTimeTrackingNotEnabled");
        await blobs({ lastAccessTimeTrackingPolicy: { enable: true } });
        expect((await lifecycle([accessed])).id).to.equal(`${account}/managementPolicies/default`);
    });
});
