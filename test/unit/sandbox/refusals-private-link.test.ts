import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, GROUP, network } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

const location = "westeurope";
const subnetId = (name: string) => network(`virtualNetworks/vnet/subnets/${name}`);

describe("the simulated private link", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.subnet("vnet", "pep", "10.0.0.0/24");
    });
    afterEach(() => simulation.stop());

    const connection = (targetId: string, group: string) => ({
        ...{ name: group, privateLinkServiceId: targetId, groupIds: [group] },
    });
    const endpoint = (targetId: string, group: string, more: Properties = {}, name = "pep") =>
        build.make("network:PrivateEndpoint", {
            ...{ location, privateEndpointName: name, subnet: { id: subnetId("pep") } },
            privateLinkServiceConnections: [connection(targetId, group)],
            ...more,
        });
    const storage = async () =>
        (
            await build.make("storage:StorageAccount", {
                ...{ location, accountName: "stlink", kind: "StorageV2", sku: { name: "Standard_LRS" } },
            })
        ).id;
    const vault = async () =>
        (
            await build.make("keyvault:Vault", {
                ...{ location, vaultName: "kv-link" },
                properties: { tenantId: "t", sku: { family: "A", name: "standard" } },
            })
        ).id;
    const registry = async () => (await build.registry("crlink", "Premium")).id;
    const zone = (privateZoneName: string) =>
        build.make("privatedns:PrivateZone", { privateZoneName, location: "global" });
    const zoneGroup = (zones: string[], more: Properties = {}) =>
        build.make("network:PrivateDnsZoneGroup", {
            ...{ privateEndpointName: "pep", privateDnsZoneGroupName: "default" },
            privateDnsZoneConfigs: zones.map((name) => ({
                name,
                privateDnsZoneId: network(`privateDnsZones/${name}`),
            })),
            ...more,
        });
    const names = ({ outputs }: { outputs: Properties }) =>
        (outputs["customDnsConfigs"] as { fqdn: string }[]).map(({ fqdn }) => fqdn);

    describe("endpoints", () => {
        it("lead to each part of a storage account, and to no other", async () => {
            const account = await storage();
            for (const group of ["blob", "file", "queue", "table", "dfs", "web"]) {
                const made = await endpoint(account, group, {}, `pep-${group}`);
                expect(names(made)).to.deep.equal([`stlink.${group}.core.windows.net`]);
            }
            await refuses(endpoint(account, "blobs"), "InvalidValuesForRequestParameters", "GroupId: blobs");
        });

        it("lead to a registry and its data, each by an address of its own", async () => {
            const { outputs } = await endpoint(await registry(), "registry");
            const configs = outputs["customDnsConfigs"] as { fqdn: string; ipAddresses: string[] }[];
            expect(configs.map(({ fqdn }) => fqdn)).to.deep.equal([
                "crlink.azurecr.io",
                "crlink.westeurope.data.azurecr.io",
            ]);
            expect(new Set(configs.flatMap(({ ipAddresses }) => ipAddresses)).size).to.equal(2);
        });

        it("lead to Prometheus in an Azure Monitor workspace", async () => {
            const made = await build.make("monitor:AzureMonitorWorkspace", {
                ...{ location, azureMonitorWorkspaceName: "amw" },
            });
            await refuses(endpoint(made.id, "azuremonitor"), "InvalidValuesForRequestParameters", "prometheusMetrics");
            expect(names(await endpoint(made.id, "prometheusMetrics"))[0]).to.match(
                /\.prometheus\.monitor\.azure\.com$/,
            );
        });

        it("are refused with two connections, and in a delegated subnet", async () => {
            const [account, keys] = [await storage(), await vault()];
            await refuses(
                endpoint(account, "blob", {
                    privateLinkServiceConnections: [connection(account, "blob"), connection(keys, "vault")],
                }),
                "PrivateEndpointCannotHaveMoreThanOnePrivateLinkServiceConnection",
            );
            const delegations = [{ name: "web", serviceName: "Microsoft.Web/serverFarms" }];
            await build.subnet("vnet", "web", "10.0.1.0/24", { delegations });
            await refuses(
                endpoint(account, "blob", { subnet: { id: subnetId("web") } }),
                "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
            );
        });

        it("take fixed addresses for the members of their group, if they are free", async () => {
            const fixed = (memberName: string, privateIPAddress: string, groupId = "registry") => ({
                ...{ name: memberName, groupId, memberName, privateIPAddress },
            });
            const [target, data] = [await registry(), "registry_data_westeurope"];
            const ask = (...ipConfigurations: Properties[]) => endpoint(target, "registry", { ipConfigurations });
            await refuses(ask(fixed("registry", "10.9.0.4")), "PrivateIPAddressNotInSubnet");
            await refuses(ask(fixed("registry", "10.0.0.3")), "PrivateIPAddressInReservedRange");
            const wrongMember = "InvalidPrivateEndpointIpConfigurationMember";
            await refuses(ask(fixed("default", "10.0.0.9")), wrongMember, data);
            await refuses(ask(fixed("registry", "10.0.0.9", "vault")), wrongMember);
            const { outputs } = await ask(fixed(data, "10.0.0.9"), fixed("registry", "10.0.0.8"));
            const addresses = (outputs["customDnsConfigs"] as Properties[]).map((config) => config["ipAddresses"]);
            expect(addresses).to.deep.equal([["10.0.0.8"], ["10.0.0.9"]]);
            const taken = { ipConfigurations: [fixed("default", "10.0.0.8", "vault")] };
            await refuses(endpoint(await vault(), "vault", taken, "second"), "PrivateIPAddressIsAllocated", "pep");
        });
    });

    describe("zone groups", () => {
        it("keep records in zones of other names too, and accept zones that fit nothing", async () => {
            await endpoint(await vault(), "vault");
            await zone("privatelink.vaultcore.azure.net");
            await zone("contoso.internal");
            const { outputs } = await zoneGroup(["privatelink.vaultcore.azure.net", "contoso.internal"]);
            expect(outputs).to.have.nested.property("privateDnsZoneConfigs[0].recordSets[0].recordSetName", "kv-link");
            expect(outputs["privateDnsZoneConfigs"]).to.have.nested.property("[1].recordSets").with.lengthOf(0);
        });

        it("are refused beside another one, with more than five zones, repeated names or what is no zone", async () => {
            await endpoint(await storage(), "blob");
            const zones = ["a", "b", "c", "d", "e", "f"].map((name) => `${name}.contoso.internal`);
            for (const name of zones) await zone(name);
            const invalid = "PrivateDnsZoneGroupInvalidConfiguration";
            await refuses(zoneGroup(zones), invalid, "6 zones");
            const config = (name: string, zoneName: string) => ({
                ...{ name, privateDnsZoneId: network(`privateDnsZones/${zoneName}`) },
            });
            const [one, other] = ["a.contoso.internal", "b.contoso.internal"] as const;
            const twice = (configs: Properties[]) => zoneGroup([], { privateDnsZoneConfigs: configs });
            await refuses(twice([config("x", one), config("y", one)]), invalid, "twice");
            await refuses(twice([config("x", one), config("x", other)]), "DuplicateResourceName");
            const noZone = { name: "x", privateDnsZoneId: network("virtualNetworks/vnet") };
            await refuses(twice([noZone]), "InvalidJsonReferenceWrongType");
            await zoneGroup(zones.slice(0, 5));
            await refuses(
                zoneGroup([one], { privateDnsZoneGroupName: "second" }),
                "MoreThanOnePrivateDnsZoneGroupPerPrivateEndpointNotAllowed",
                "default",
            );
        });
    });

    describe("scopes of Azure Monitor", () => {
        const scope = (more: Properties = {}) =>
            build.make("monitor:PrivateLinkScope", {
                ...{ scopeName: "ampls", location: "global" },
                accessModeSettings: { ingestionAccessMode: "PrivateOnly", queryAccessMode: "Open" },
                ...more,
            });
        const link = (name: string, linkedResourceId: string, more: Properties = {}) =>
            build.make("monitor:PrivateLinkScopedResource", { scopeName: "ampls", name, linkedResourceId, ...more });

        it("are global and have two access modes", async () => {
            await refuses(scope({ location }), "LocationNotAvailableForResourceType", "global");
            const accessModeSettings = { ingestionAccessMode: "Closed", queryAccessMode: "Open" };
            await refuses(scope({ accessModeSettings }), "BadRequest", "PrivateOnly");
            expect((await scope()).outputs).to.have.nested.property("accessModeSettings.exclusions");
        });

        it("hold a workspace or collection endpoint once, and no Azure Monitor workspace", async () => {
            await scope();
            const log = await build.make("operationalinsights:Workspace", { location, workspaceName: "log" });
            const dce = await build.make("monitor:DataCollectionEndpoint", {
                ...{ location, dataCollectionEndpointName: "dce", networkAcls: { publicNetworkAccess: "Disabled" } },
            });
            const amw = await build.make("monitor:AzureMonitorWorkspace", {
                ...{ location, azureMonitorWorkspaceName: "amw" },
            });
            await refuses(link("amw", amw.id), "BadRequest", "dataCollectionEndpoints");
            expect((await link("log", log.id)).outputs["kind"]).to.equal("Resource");
            await refuses(link("again", log.id), "Conflict", "already linked");
            await link("dce", dce.id);

            const target = `${GROUP}/providers/Microsoft.Insights/privateLinkScopes/ampls`;
            await refuses(endpoint(target, "prometheusMetrics"), "InvalidValuesForRequestParameters", "azuremonitor");
            const made = await endpoint(target, "azuremonitor");
            expect(names(made)).to.include.members([
                "api.monitor.azure.com",
                "scadvisorcontentpl.blob.core.windows.net",
                `${String(log.outputs["customerId"])}.ods.opinsights.azure.com`,
            ]);
            expect(names(made).some((name) => name.endsWith("-1.ingest.monitor.azure.com"))).to.equal(true);
            const read = await simulation.azure.read("azure-native:monitor:PrivateLinkScope", target);
            expect(read?.outputs).to.have.nested.property(
                "privateEndpointConnections[0].privateEndpoint.id",
                network("privateEndpoints/pep"),
            );
        });
    });
});
