import * as applicationinsights from "@pulumi/azure-native/applicationinsights";
import { expect } from "chai";
import { LogWorkspace } from "../../../../components/observability/log-workspace";
import { capture, only, type Registration } from "../../../support/capture";
import { placement } from "../fixtures";

describe("Log workspace", () => {
    let planned: Registration[];
    before(async () => {
        planned = await capture(
            () => {
                const logs = new LogWorkspace("hub", {
                    resourceGroupId: "/groups/g",
                    retentionInDays: 90,
                    ...placement,
                });
                new applicationinsights.Component("user", {
                    kind: "web",
                    applicationType: "web",
                    resourceGroupName: "rg-test",
                    workspaceResourceId: logs.workspaceId,
                });
            },
            { preview: true },
        );
    });

    it("takes data from Entra identities alone, and keeps it as long as asked", () => {
        expect(only(planned, "azure-native:operationalinsights:Workspace").inputs).to.deep.include({
            workspaceName: "log-hub",
            retentionInDays: 90,
            features: { disableLocalAuth: true },
            ...placement,
        });
    });

    it("has an id that a preview knows, and that must still be waited for", () => {
        const { inputs, dependencies } = only(planned, "azure-native:applicationinsights:Component");
        expect(inputs["workspaceResourceId"]).to.equal(
            "/groups/g/providers/Microsoft.OperationalInsights/workspaces/log-hub",
        );
        expect(dependencies).to.contain("azure-native:operationalinsights:Workspace::log-hub");
    });
});
