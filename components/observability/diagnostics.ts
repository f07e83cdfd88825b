import * as monitor from "@pulumi/azure-native/monitor";
import type * as pulumi from "@pulumi/pulumi";
import { diagnosticCategories, type MonitoredKind } from "./diagnostic-categories";

/** Sends the logs of a resource to `logWorkspaceId`, in tables of their own kind; does nothing without a workspace. */
export function sendLogs(
    name: string,
    kind: MonitoredKind,
    resourceId: pulumi.Input<string>,
    logWorkspaceId: pulumi.Input<string> | undefined,
    opts: pulumi.CustomResourceOptions,
): void {
    if (logWorkspaceId === undefined) {
        return;
    }
    new monitor.DiagnosticSetting(
        `logs-${name}`,
        {
            name: "to-log-analytics",
            resourceUri: resourceId,
            workspaceId: logWorkspaceId,
            logAnalyticsDestinationType: "Dedicated",
            logs: diagnosticCategories[kind].map((category) => ({ category, enabled: true })),
        },
        opts,
    );
}
