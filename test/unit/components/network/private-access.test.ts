import { expect } from "chai";
import { PrivateDns } from "../../../../components/network/private-dns";
import { apiServerZone, zonesOfGroup } from "../../../../components/network/private-dns-zones";
import { createPrivateEndpoint } from "../../../../components/network/private-endpoint";
import { capture, only, type Registration } from "../../../support/capture";
import { idOf, placement, privateAccess } from "../fixtures";

describe("Private DNS", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(
            () =>
                void new PrivateDns("hub", {
                    zones: {
                        "privatelink.azurecr.io": ["hub"],
                        "privatelink.vaultcore.azure.net": ["hub", "learn"],
                    },
                    networks: { hub: "/networks/hub", learn: "/networks/learn" },
                    ...placement,
                }),
        );
    });

    it("links each zone to the networks that ask it, without registering their machines", () => {
        const links = registered.filter(({ type }) => type === "azure-native:privatedns:VirtualNetworkLink");
        expect(
            links.map(({ inputs }) => [
                inputs["privateZoneName"],
                inputs["virtualNetworkLinkName"],
                inputs["virtualNetwork"],
            ]),
        ).to.have.deep.members([
            ["privatelink.azurecr.io", "hub", { id: "/networks/hub" }],
            ["privatelink.vaultcore.azure.net", "hub", { id: "/networks/hub" }],
            ["privatelink.vaultcore.azure.net", "learn", { id: "/networks/learn" }],
        ]);
        for (const { inputs } of links) {
            expect(inputs).to.include({ registrationEnabled: false, location: "Global" });
        }
    });

    it("links zones that others run under names of its own, and makes none of them", async () => {
        const group = "/subscriptions/s/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones";
        const id = `${group}/privatelink.azurecr.io`;
        const made = await capture(
            () =>
                void new PrivateDns("hub-contoso-dev", {
                    zones: { "privatelink.azurecr.io": ["platform"], "privatelink.vaultcore.azure.net": [] },
                    existingZones: { "privatelink.azurecr.io": { id } },
                    networks: { platform: "/networks/platform" },
                    ...placement,
                }),
        );
        expect(only(made, "azure-native:privatedns:PrivateZone").name).to.equal("privatelink.vaultcore.azure.net");
        expect(only(made, "azure-native:privatedns:VirtualNetworkLink").inputs).to.deep.include({
            privateZoneName: "privatelink.azurecr.io",
            resourceGroupName: "rg-dns",
            virtualNetworkLinkName: "platform-of-hub-contoso-dev",
            virtualNetwork: { id: "/networks/platform" },
        });
    });

    it("refuses to name a zone that it hasn't got", async () => {
        let message = "";
        await capture(() => {
            const dns = new PrivateDns("hub", { zones: { "one.zone": [] }, networks: {}, ...placement });
            try {
                dns.zoneId("other.zone");
            } catch (error) {
                message = (error as Error).message;
            }
        });
        expect(message).to.equal('No private DNS zone "other.zone"; there are: one.zone');
    });

    it("knows the zone of private API servers of a region", () => {
        expect(apiServerZone("privateLink", "northeurope")).to.equal("privatelink.northeurope.azmk8s.io");
        expect(apiServerZone("vnetIntegration", "northeurope")).to.equal("private.northeurope.azmk8s.io");
    });
});

describe("Private endpoint", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(() => {
            const access = privateAccess();
            createPrivateEndpoint(
                "mlw",
                { targetId: "/workspaces/w", group: "amlworkspace", access, ...placement },
                { parent: access.dns },
            );
        });
    });

    it("leads to one part of its target, from the subnet of private endpoints", () => {
        const { inputs } = only(registered, "azure-native:network:PrivateEndpoint");
        expect(inputs).to.have.nested.property("subnet.id", "/subnets/private-endpoints");
        expect(inputs).to.deep.include({
            privateEndpointName: "pep-mlw",
            customNetworkInterfaceName: "nic-pep-mlw",
            privateLinkServiceConnections: [
                { name: "amlworkspace", privateLinkServiceId: "/workspaces/w", groupIds: ["amlworkspace"] },
            ],
        });
    });

    it("has its names kept in all the zones of its kind", () => {
        const { inputs, parent } = only(registered, "azure-native:network:PrivateDnsZoneGroup");
        expect(inputs).to.deep.include({
            privateDnsZoneGroupName: "default",
            privateEndpointName: "pep-mlw",
            privateDnsZoneConfigs: ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"].map((zone) => ({
                name: zone.replaceAll(".", "-"),
                privateDnsZoneId: idOf("privatedns:PrivateZone", zone),
            })),
        });
        expect(parent).to.equal("secure-aks-ml:index:PrivateDns::hub");
    });

    it("belongs to the zones that Azure documents for each kind", () => {
        expect(zonesOfGroup).to.deep.equal({
            registry: ["privatelink.azurecr.io"],
            vault: ["privatelink.vaultcore.azure.net"],
            blob: ["privatelink.blob.core.windows.net"],
            file: ["privatelink.file.core.windows.net"],
            queue: ["privatelink.queue.core.windows.net"],
            table: ["privatelink.table.core.windows.net"],
            dfs: ["privatelink.dfs.core.windows.net"],
            web: ["privatelink.web.core.windows.net"],
            sqlServer: ["privatelink.database.windows.net"],
            postgresqlServer: ["privatelink.postgres.database.azure.com"],
            mysqlServer: ["privatelink.mysql.database.azure.com"],
            Sql: ["privatelink.documents.azure.com"],
            redisCache: ["privatelink.redis.cache.windows.net"],
            namespace: ["privatelink.servicebus.windows.net"],
            configurationStores: ["privatelink.azconfig.io"],
            sites: ["privatelink.azurewebsites.net"],
            azuremonitor: [
                "privatelink.monitor.azure.com",
                "privatelink.oms.opinsights.azure.com",
                "privatelink.ods.opinsights.azure.com",
                "privatelink.agentsvc.azure-automation.net",
                "privatelink.blob.core.windows.net",
            ],
            grafana: ["privatelink.grafana.azure.com"],
            amlworkspace: ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"],
        });
    });
});
