import { stringAt, stringsAt, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { inGroup, lastSegment } from "./arm-id";
import { hash } from "./derive";
import { nameIsGloballyUnique, nameMatches } from "./names";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Dashboard: Azure Managed Grafana */

const skuExists: Rule = ({ id, inputs }) => {
    const sku = stringAt(inputs, "sku.name");
    if (sku === undefined || sku === "Standard" || sku === "Essential") return undefined;
    return new ArmError(
        "InvalidSku",
        `SKU '${sku}' of ${lastSegment(id)} doesn't exist; allowed are Standard and Essential.`,
    );
};

/** "Azure Managed Grafana service tiers". */
const essentialIsPlain: Rule = ({ id, inputs }) => {
    if (stringAt(inputs, "sku.name") !== "Essential") return undefined;
    const properties = ["zoneRedundancy", "deterministicOutboundIP", "apiKey"];
    const extra = properties.find((name) => valueAt(inputs, `properties.${name}`) === "Enabled");
    if (extra === undefined) return undefined;
    return new ArmError("BadRequest", `SKU Essential of ${lastSegment(id)} doesn't have ${extra}; SKU Standard does.`);
};

const integrationsAreWorkspaces: Rule = ({ id, inputs }) => {
    const path = "properties.grafanaIntegrations.azureMonitorWorkspaceIntegrations[].azureMonitorWorkspaceResourceId";
    const other = stringsAt(inputs, path).find(
        (one) => !/\/providers\/Microsoft\.Monitor\/accounts\/[^/]+$/i.test(one),
    );
    if (other === undefined) return undefined;
    return new ArmError("BadRequest", `Integration ${other} of ${lastSegment(id)} is not an Azure Monitor workspace.`);
};

export const dashboard: ServiceTypes = {
    Grafana: {
        id: inGroup("Microsoft.Dashboard/grafana/{workspaceName}"),
        replaceOn: ["properties.zoneRedundancy"],
        rules: [
            nameMatches(
                /^[A-Za-z][A-Za-z0-9-]{0,21}[A-Za-z0-9]$/,
                "2 to 23 letters, digits and hyphens, a letter first and no hyphen last",
                "InvalidResourceName",
            ),
            nameIsGloballyUnique("dashboard:Grafana", "NameNotUnique"),
            skuExists,
            essentialIsPlain,
            integrationsAreWorkspaces,
        ],
        weakReferences: [
            "properties.grafanaIntegrations.azureMonitorWorkspaceIntegrations[].azureMonitorWorkspaceResourceId",
        ],
        computed: ({ id, inputs }) => {
            const host = `${lastSegment(id)}-${hash("grafana", id)
                .replace(/[^a-z]/g, "")
                .slice(0, 4)}`.toLowerCase();
            return {
                properties: {
                    endpoint: `https://${host}.${hash("region", stringAt(inputs, "location") ?? "").slice(0, 3)}.grafana.azure.com`,
                    grafanaMajorVersion: valueAt(inputs, "properties.grafanaMajorVersion") ?? "11",
                    grafanaVersion: "11.2.9",
                    provisioningState: "Succeeded",
                    publicNetworkAccess: valueAt(inputs, "properties.publicNetworkAccess") ?? "Enabled",
                    privateEndpointConnections: [],
                    outboundIPs: [],
                },
            };
        },
    },
    /** The owner of what it leads to approves the connection by hand. */
    ManagedPrivateEndpoint: {
        id: inGroup("Microsoft.Dashboard/grafana/{workspaceName}/managedPrivateEndpoints/{managedPrivateEndpointName}"),
        replaceOn: ["privateLinkResourceId", "groupIds"],
        weakReferences: ["privateLinkResourceId"],
        computed: () => ({ connectionState: { status: "Pending", description: "" } }),
    },
};
