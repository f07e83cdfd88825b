import { expect } from "chai";
import { FlowLogs, type FlowLogsArgs } from "../../../../components/observability/flow-logs";
import { capture, only, type Registration } from "../../../support/capture";
import { grants, idOf, placement, privateEndpoints } from "../fixtures";

describe("Flow logs", () => {
    const registerFlowLogs = (more: Partial<FlowLogsArgs> = {}): Promise<Registration[]> =>
        capture(
            () =>
                void new FlowLogs("hub", {
                    networkId: "/networks/hub",
                    watcher: { name: "NetworkWatcher_westeurope", resourceGroupName: "NetworkWatcherRG" },
                    storageAccountName: "stflowhub",
                    storageSku: "Standard_ZRS",
                    retentionInDays: 30,
                    ...placement,
                    ...more,
                }),
        );
    const flowLog = (registered: readonly Registration[]) => only(registered, "azure-native:network:FlowLog").inputs;

    it("are the network's, under the watcher of its region, and kept as long as asked", async () => {
        expect(flowLog(await registerFlowLogs())).to.deep.include({
            networkWatcherName: "NetworkWatcher_westeurope",
            resourceGroupName: "NetworkWatcherRG",
            targetResourceId: "/networks/hub",
            enabled: true,
            retentionPolicy: { enabled: true, days: 30 },
        });
    });

    it("are written by identity to an account that has no keys and no way in from a network", async () => {
        const registered = await registerFlowLogs();
        expect(only(registered, "azure-native:storage:StorageAccount").inputs).to.deep.include({
            allowSharedKeyAccess: false,
            publicNetworkAccess: "Disabled",
        });
        expect(privateEndpoints(registered)).to.deep.equal({});
        const { identity, storageId } = flowLog(registered);
        expect(identity).to.deep.equal({
            type: "UserAssigned",
            userAssignedIdentities: [idOf("managedidentity:UserAssignedIdentity", "id-flows-hub")],
        });
        expect(grants(registered)["flows-hub-writes"]).to.include({
            role: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
            scope: storageId,
        });
    });

    it("wait until that identity may write", async () => {
        const { dependencies } = only(await registerFlowLogs(), "azure-native:network:FlowLog");
        expect(dependencies).to.contain("azure-native:authorization:RoleAssignment::flows-hub-writes");
    });

    it("are summed up in a workspace where one is named, and else nowhere", async () => {
        expect(flowLog(await registerFlowLogs())).not.to.have.property("flowAnalyticsConfiguration");
        const analytics = { workspaceId: "/workspaces/w", workspaceLocation: "westeurope" };
        expect(flowLog(await registerFlowLogs({ analytics }))["flowAnalyticsConfiguration"]).to.deep.equal({
            networkWatcherFlowAnalyticsConfiguration: {
                enabled: true,
                workspaceResourceId: "/workspaces/w",
                workspaceRegion: "westeurope",
                trafficAnalyticsInterval: 10,
            },
        });
    });
});
