import { stringAt } from "../provider/values";
import { inGroup, lastSegment } from "./arm-id";
import { guid, SIMULATED_TENANT } from "./derive";
import type { ServiceTypes } from "./resource-type";

/** Microsoft.Insights: Application Insights */
export const applicationInsights: ServiceTypes = {
    Component: {
        id: inGroup("Microsoft.Insights/components/{resourceName}"),
        required: ["kind"],
        weakReferences: ["workspaceResourceId"],
        computed: ({ id, inputs }) => {
            const [key, location] = [guid("instrumentation", id), stringAt(inputs, "location")];
            const application = guid("application", id);
            return {
                appId: application,
                applicationId: lastSegment(id),
                instrumentationKey: key,
                tenantId: SIMULATED_TENANT,
                creationDate: "2026-01-01T00:00:00.0000000Z",
                connectionString:
                    `InstrumentationKey=${key};IngestionEndpoint=https://${location}-1.in.applicationinsights.azure.com/;` +
                    `LiveEndpoint=https://${location}.livediagnostics.monitor.azure.com/;ApplicationId=${application}`,
            };
        },
    },
};
