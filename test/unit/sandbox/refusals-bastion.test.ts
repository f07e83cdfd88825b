import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, network } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

const location = "westeurope";
const NONCOMPLIANT = "NetworkSecurityGroupNotCompliantForAzureBastionSubnet";

function rule(direction: string, priority: number, from: string, to: string, ports: string[]): Properties {
    return {
        ...{ name: `${direction}-${priority}`, direction, priority, access: "Allow", protocol: "*" },
        ...{ sourceAddressPrefix: from, sourcePortRange: "*", destinationAddressPrefix: to },
        destinationPortRanges: ports,
    };
}

/** "Working with NSG access and Azure Bastion". */
const MANDATORY = [
    rule("Inbound", 100, "Internet", "*", ["443"]),
    rule("Inbound", 110, "GatewayManager", "*", ["443"]),
    rule("Inbound", 120, "AzureLoadBalancer", "*", ["443"]),
    rule("Inbound", 130, "VirtualNetwork", "VirtualNetwork", ["8080", "5701"]),
    rule("Outbound", 100, "*", "VirtualNetwork", ["22", "3389"]),
    rule("Outbound", 110, "VirtualNetwork", "VirtualNetwork", ["8080", "5701"]),
    rule("Outbound", 120, "*", "AzureCloud", ["443"]),
    rule("Outbound", 130, "*", "Internet", ["80"]),
];
const DENIAL = { ...rule("Inbound", 4096, "*", "*", ["0-65535"]), access: "Deny" };

describe("the simulated Azure Bastion", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.publicAddress("pip");
    });
    afterEach(() => simulation.stop());

    const subnetId = network("virtualNetworks/vnet/subnets/AzureBastionSubnet");
    const networkSecurityGroup = { id: network("networkSecurityGroups/nsg") };
    const group = (securityRules: Properties[]) =>
        build.make("network:NetworkSecurityGroup", { location, networkSecurityGroupName: "nsg", securityRules });
    const subnet = (more: Properties = {}) => build.subnet("vnet", "AzureBastionSubnet", "10.0.0.0/26", more);
    const host = (more: Properties = {}) =>
        build.make("network:BastionHost", {
            ...{ bastionHostName: "bas", location, sku: { name: "Standard" } },
            ipConfigurations: [
                { name: "ip", subnet: { id: subnetId }, publicIPAddress: { id: network("publicIPAddresses/pip") } },
            ],
            ...more,
        });

    describe("refuses a security group of its subnet", () => {
        MANDATORY.forEach((missing) => {
            it(`without ${String(missing["name"])}`, async () => {
                await group([...MANDATORY.filter((one) => one !== missing), DENIAL]);
                await refuses(subnet({ networkSecurityGroup }), NONCOMPLIANT, "Missing:", String(missing["direction"]));
            });
        });

        it("that denies first, but not one whose denial comes last", async () => {
            const early = { ...DENIAL, priority: 105, name: "early" };
            const nsg = await group([...MANDATORY, early]);
            await refuses(subnet({ networkSecurityGroup }), NONCOMPLIANT, "GatewayManager");
            const type = "azure-native:network:NetworkSecurityGroup";
            await simulation.azure.update(type, "it", nsg, { ...nsg.inputs, securityRules: [...MANDATORY, DENIAL] });
            await subnet({ networkSecurityGroup });
        });

        it("that loses a rule later", async () => {
            const nsg = await group(MANDATORY);
            await subnet({ networkSecurityGroup });
            const news = { ...nsg.inputs, securityRules: MANDATORY.slice(1) };
            const update = simulation.azure.update("azure-native:network:NetworkSecurityGroup", "it", nsg, news);
            await refuses(update, NONCOMPLIANT, "Internet to 443");
        });

        it("but takes chosen client addresses, rules of their own and other subnets' groups", async () => {
            const chosen = rule("Inbound", 100, "203.0.113.0/24", "*", ["443"]);
            await group([chosen, ...MANDATORY.slice(1, -1)]);
            const { name, ...last } = MANDATORY[MANDATORY.length - 1] ?? {};
            await build.make("network:SecurityRule", {
                ...last,
                networkSecurityGroupName: "nsg",
                securityRuleName: name,
            });
            await subnet({ networkSecurityGroup });
            await build.make("network:NetworkSecurityGroup", { location, networkSecurityGroupName: "other" });
            const other = { id: network("networkSecurityGroups/other") };
            await build.subnet("vnet", "snet", "10.0.1.0/24", { networkSecurityGroup: other });
        });

        it("also of an inline subnet", async () => {
            await group([]);
            const subnets = [{ name: "AzureBastionSubnet", addressPrefix: "10.9.0.0/26", networkSecurityGroup }];
            await refuses(build.virtualNetwork("inline", "10.9.0.0/16", { subnets }), NONCOMPLIANT);
        });
    });

    describe("fits its SKU:", () => {
        beforeEach(() => subnet());

        it("features of a higher one are refused", async () => {
            const code = "BastionHostSkuDoesNotSupportFeature";
            for (const feature of ["enableTunneling", "enableShareableLink", "enableIpConnect", "enableFileCopy"]) {
                await refuses(host({ sku: { name: "Basic" }, [feature]: true }), code, feature, "Standard");
            }
            await refuses(host({ enableSessionRecording: true }), code, "Premium");
            await refuses(host({ enablePrivateOnlyBastion: true }), code, "Premium");
            await host({ sku: { name: "Premium" }, enableSessionRecording: true, enableTunneling: true });
        });

        it("scale units", async () => {
            await refuses(host({ scaleUnits: 51 }), "BastionHostInvalidScaleUnits", "2 to 50");
            await refuses(host({ scaleUnits: 3, sku: { name: "Basic" } }), "BastionHostInvalidScaleUnits");
            expect((await host({ scaleUnits: 4 })).outputs["scaleUnits"]).to.equal(4);
        });

        it("Developer takes a network instead of a subnet", async () => {
            const shared = { sku: { name: "Developer" }, virtualNetwork: { id: network("virtualNetworks/vnet") } };
            await refuses(host(shared), "BastionHostInvalidConfiguration", "virtualNetwork");
            await refuses(host({ ipConfigurations: undefined }), "BastionHostInvalidConfiguration", "ipConfigurations");
            await host({ ...shared, ipConfigurations: undefined });
        });

        it("a public address, except for a private-only host", async () => {
            const ipConfigurations = [{ name: "ip", subnet: { id: subnetId } }];
            await refuses(host({ ipConfigurations }), "BastionHostInvalidConfiguration", "public IP address");
            const privateOnly = { sku: { name: "Premium" }, enablePrivateOnlyBastion: true };
            await refuses(host(privateOnly), "BastionHostInvalidConfiguration", "takes no");
            const { outputs } = await host({ ...privateOnly, ipConfigurations });
            expect(outputs["dnsName"]).to.match(/^bst-[0-9a-f-]+\.bastion\.azure\.com$/);
        });

        it("once in a network", async () => {
            await host();
            await refuses(host({ bastionHostName: "second" }), "VnetAlreadyHasBastionHost", "bas");
        });
    });
});
