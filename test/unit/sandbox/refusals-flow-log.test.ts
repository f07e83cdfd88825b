import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, network } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

const location = "westeurope";

describe("the simulated network watcher", () => {
    let simulation: Simulation;
    let build: Builder;
    let storageId: string;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.subnet("vnet", "snet", "10.0.0.0/24");
        storageId = await account("stflow");
    });
    afterEach(() => simulation.stop());

    const account = async (accountName: string, more: Properties = {}) => {
        const plain = { location, accountName, kind: "StorageV2", sku: { name: "Standard_LRS" } };
        return (await build.make("storage:StorageAccount", { ...plain, ...more })).id;
    };
    const flowLog = (more: Properties = {}) =>
        build.make("network:FlowLog", {
            ...{ resourceGroupName: "NetworkWatcherRG", networkWatcherName: "NetworkWatcher_westeurope", location },
            ...{ flowLogName: "flow", storageId, targetResourceId: network("virtualNetworks/vnet") },
            ...more,
        });
    const analytics = (more: Properties) => ({
        flowAnalyticsConfiguration: { networkWatcherFlowAnalyticsConfiguration: { enabled: true, ...more } },
    });

    it("logs a network, a subnet and an interface, each once", async () => {
        const { outputs } = await flowLog();
        expect(outputs).to.deep.include({ enabled: false, format: { type: "JSON", version: 2 } });
        expect(outputs["targetResourceGuid"]).to.match(/^[0-9a-f-]{36}$/);
        await refuses(flowLog({ flowLogName: "again" }), "FlowLogAlreadyExistsForTargetResource", "flow");
        await flowLog({ flowLogName: "subnet", targetResourceId: network("virtualNetworks/vnet/subnets/snet") });
    });

    it("refuses to log security groups and what has no flows", async () => {
        const nsg = await build.make("network:NetworkSecurityGroup", { location, networkSecurityGroupName: "nsg" });
        await refuses(flowLog({ targetResourceId: nsg.id }), "NsgFlowLogCreationBlocked", "virtual network");
        const table = await build.routeTable("rt");
        await refuses(flowLog({ targetResourceId: table.id }), "InvalidTargetResourceId", "routeTables/rt");
    });

    it("refuses a target, storage account or log of another region", async () => {
        await build.virtualNetwork("far", "10.1.0.0/16", { location: "northeurope" });
        const code = "FlowLogRegionMismatch";
        await refuses(flowLog({ targetResourceId: network("virtualNetworks/far") }), code, "Its target");
        const far = await account("stfar", { location: "northeurope" });
        await refuses(flowLog({ storageId: far }), code, "Its storage account");
        await refuses(flowLog({ location: "North Europe" }), code, "The flow log");
        await flowLog({ location: "West Europe" });
    });

    it("refuses premium storage and a retention of more than a year", async () => {
        const premium = await account("stpremium", { kind: "BlockBlobStorage", sku: { name: "Premium_LRS" } });
        await refuses(flowLog({ storageId: premium }), "FlowLogStorageAccountNotSupported", "Premium_LRS");
        const retentionPolicy = { days: 366, enabled: true };
        await refuses(flowLog({ retentionPolicy }), "InvalidRetentionPolicyDays", "365");
    });

    it("refuses traffic analytics at odd intervals or with a wrong region of the workspace", async () => {
        const log = await build.make("operationalinsights:Workspace", { location, workspaceName: "log" });
        const workspace = { workspaceResourceId: log.id, workspaceRegion: location };
        await refuses(
            flowLog(analytics({ ...workspace, trafficAnalyticsInterval: 30 })),
            "InvalidTrafficAnalyticsInterval",
        );
        await refuses(
            flowLog(analytics({ ...workspace, workspaceRegion: "northeurope" })),
            "InvalidTAWorkspaceRegion",
            "northeurope",
        );
        await flowLog(analytics({ ...workspace, trafficAnalyticsInterval: 10 }));
    });

    it("exists once per region", async () => {
        const watcher = (networkWatcherName: string, region: string) =>
            build.make("network:NetworkWatcher", { networkWatcherName, location: region });
        await watcher("nw", "westeurope");
        await refuses(watcher("nw2", "westeurope"), "NetworkWatcherCountLimitReached", "nw");
        await watcher("nw2", "northeurope");
        await flowLog({ resourceGroupName: "rg", networkWatcherName: "nw" });
    });
});
