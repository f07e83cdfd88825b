import { expect } from "chai";
import { valueAt } from "../../sandbox/provider/values";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, network } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

/** Each refusal stands beside the nearest thing that is accepted. */
describe("the simulated Azure, for virtual machines,", () => {
    let simulation: Simulation;
    let build: Builder;
    const westeurope = { location: "westeurope" };
    const subnet = { id: network("virtualNetworks/vnet/subnets/nva") };

    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.subnet("vnet", "nva", "10.0.0.0/24");
    });
    afterEach(() => simulation.stop());

    const nic = (networkInterfaceName = "nic", configuration: Properties = {}, more: Properties = {}) =>
        build.make("network:NetworkInterface", {
            ...westeurope,
            networkInterfaceName,
            ipConfigurations: [{ name: "ip", subnet, ...configuration }],
            ...more,
        });
    const balancer = (more: Properties = {}, frontend: Properties = { subnet }) =>
        build.make("network:LoadBalancer", {
            ...westeurope,
            loadBalancerName: "lb",
            sku: { name: "Standard" },
            frontendIPConfigurations: [{ name: "front", ...frontend }],
            backendAddressPools: [{ name: "nva" }],
            ...more,
        });
    const pool = { id: network("loadBalancers/lb/backendAddressPools/nva") };
    const attached = (...names: string[]) => ({
        networkProfile: { networkInterfaces: names.map((name) => ({ id: network(`networkInterfaces/${name}`) })) },
    });
    const machineInputs = (more: Properties = {}): Properties => ({
        resourceGroupName: "rg",
        ...westeurope,
        vmName: "vm",
        hardwareProfile: { vmSize: "Standard_D2s_v5" },
        storageProfile: {
            imageReference: { publisher: "Canonical", offer: "ubuntu-24_04-lts", sku: "server", version: "latest" },
            osDisk: { createOption: "FromImage" },
        },
        osProfile: { adminUsername: "azureuser", adminPassword: "secret" },
        ...attached("nic"),
        ...more,
    });
    const machine = (more?: Properties) => build.make("compute:VirtualMachine", machineInputs(more));

    describe("refuses a network interface", () => {
        const fixed = (privateIPAddress: string, name?: string) =>
            nic(name, { privateIPAllocationMethod: "Static", privateIPAddress });

        it("with an address that its subnet can't give", async () => {
            await refuses(fixed("10.0.1.4"), "PrivateIPAddressNotInSubnet", "10.0.0.0/24");
            await refuses(fixed("10.0.0.3"), "PrivateIPAddressInReservedRange");
            await refuses(fixed("10.0.0.255"), "PrivateIPAddressInReservedRange");
            await fixed("10.0.0.4");
            await refuses(fixed("10.0.0.4", "second"), "PrivateIPAddressIsAllocated", "networkInterfaces/nic");
            await refuses(balancer({}, { subnet, privateIPAddress: "10.0.0.4" }), "PrivateIPAddressIsAllocated");
            await refuses(balancer({}, { subnet, privateIPAddress: "10.0.1.4" }), "PrivateIPAddressNotInSubnet");
            await fixed("10.0.0.5", "second");
        });

        it("with an address that another resource only speaks of", async () => {
            await nic("first", {}, { dnsSettings: { dnsServers: ["10.0.0.53"] } });
            await fixed("10.0.0.53");
        });

        it("with a public address in use", async () => {
            const publicIPAddress = { id: (await build.publicAddress("pip")).id };
            await nic("nic", { publicIPAddress });
            await refuses(nic("second", { publicIPAddress }), "PublicIPAddressInUse", "networkInterfaces/nic");
            await refuses(balancer({}, { publicIPAddress }), "PublicIPAddressInUse", "networkInterfaces/nic");
        });

        it("in a pool that isn't there, or is of another network", async () => {
            const loadBalancerBackendAddressPools = [pool];
            await refuses(
                nic("nic", { loadBalancerBackendAddressPools }),
                "InvalidResourceReference",
                "loadBalancers/lb",
            );
            await build.virtualNetwork("other", "10.1.0.0/16");
            const { id } = await build.subnet("other", "nva", "10.1.0.0/24");
            await balancer();
            await refuses(
                nic("nic", { subnet: { id }, loadBalancerBackendAddressPools }),
                "NetworkInterfaceAndInternalLoadBalancerMustUseSameVnet",
            );
            const member = await nic("nic", { loadBalancerBackendAddressPools });
            const read = await simulation.azure.read("azure-native:network:LoadBalancer", network("loadBalancers/lb"));
            const members = valueAt(read?.outputs, "backendAddressPools[].backendIPConfigurations");
            expect(members).to.deep.equal([{ id: `${member.id}/ipConfigurations/ip` }]);
        });
    });

    it("knows the members of a pool that is a resource of its own", async () => {
        await balancer({ backendAddressPools: undefined });
        const own = { loadBalancerName: "lb", backendAddressPoolName: "nva" };
        const { id } = await build.make("network:LoadBalancerBackendAddressPool", own);
        const member = await nic("nic", { loadBalancerBackendAddressPools: [{ id }] });
        const read = await simulation.azure.read("azure-native:network:LoadBalancerBackendAddressPool", id);
        expect(read?.outputs["backendIPConfigurations"]).to.deep.equal([{ id: `${member.id}/ipConfigurations/ip` }]);
    });

    describe("refuses a load balancer", () => {
        const rule = (more: Properties) => ({
            loadBalancingRules: [
                {
                    name: "rule",
                    frontendIPConfiguration: { id: network("loadBalancers/lb/frontendIPConfigurations/front") },
                    backendAddressPool: pool,
                    protocol: "All",
                    frontendPort: 0,
                    backendPort: 0,
                    ...more,
                },
            ],
        });

        it("with ports that don't go with the protocol", async () => {
            const code = "LoadBalancingRuleInvalidPortForProtocol";
            await refuses(balancer(rule({ frontendPort: 443, backendPort: 443 })), code, "protocol All");
            await refuses(balancer(rule({ protocol: "Tcp" })), code, "protocol Tcp");
            const publicIPAddress = { id: (await build.publicAddress("pip")).id };
            await refuses(balancer(rule({}), { publicIPAddress }), code, "internal frontend");
            await balancer(rule({}));
        });

        it("of SKU Basic", async () => {
            await refuses(balancer({ sku: { name: "Basic" } }), "BasicSkuLoadBalancerNotAllowed");
        });
    });

    describe("refuses a machine", () => {
        beforeEach(() => nic());

        it("without interfaces of its own", async () => {
            await refuses(machine(attached("none")), "InvalidResourceReference", "networkInterfaces/none");
            const created = await machine();
            await refuses(machine({ vmName: "second" }), "NicInUse", "virtualMachines/vm");
            const remove = simulation.azure.delete(
                "azure-native:network:NetworkInterface",
                network("networkInterfaces/nic"),
            );
            await refuses(remove, "NicInUse", "virtualMachines/vm");
            const read = await simulation.azure.read(
                "azure-native:network:NetworkInterface",
                network("networkInterfaces/nic"),
            );
            expect(read?.outputs["virtualMachine"]).to.deep.equal({ id: created.id });
        });

        it("with several interfaces of which none is the primary", async () => {
            await nic("inside");
            const both = attached("nic", "inside");
            await refuses(machine(both), "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary");
            const [outside, inside] = both.networkProfile.networkInterfaces;
            await machine({ networkProfile: { networkInterfaces: [{ ...outside, primary: true }, { ...inside }] } });
        });

        it("into which nobody could sign in", async () => {
            const admin = (more: Properties) => machine({ osProfile: { adminUsername: "azureuser", ...more } });
            const ssh = { publicKeys: [{ keyData: "ssh-rsa AAAA", path: "/home/azureuser/.ssh/authorized_keys" }] };
            const keysOnly = { disablePasswordAuthentication: true };
            await refuses(machine({ osProfile: undefined }), "InvalidParameter", "osProfile");
            await refuses(admin({}), "InvalidParameter", "adminPassword");
            await refuses(admin({ linuxConfiguration: { ssh } }), "InvalidParameter", "adminPassword");
            await refuses(admin({ linuxConfiguration: keysOnly }), "InvalidParameter", "SSH");
            const both = { adminPassword: "secret", linuxConfiguration: { ...keysOnly, ssh } };
            await refuses(admin(both), "InvalidParameter", "disablePasswordAuthentication");
            await admin({ linuxConfiguration: { ...keysOnly, ssh } });
        });

        it("from an image whose plan is missing, superfluous or another", async () => {
            const image = {
                publisher: "fortinet",
                offer: "fortinet_fortigate-vm_v5",
                sku: "fortinet_fg-vm",
                version: "latest",
            };
            const storageProfile = { imageReference: image, osDisk: { createOption: "FromImage" } };
            const plan = { publisher: image.publisher, product: image.offer, name: image.sku };
            await refuses(machine({ storageProfile }), "VMMarketplaceInvalidInput", "requires Plan");
            await refuses(machine({ plan }), "VMMarketplaceInvalidInput", "does not need Plan");
            const other = { ...plan, name: "fortinet_fg-vm_payg" };
            await refuses(machine({ storageProfile, plan: other }), "VMMarketplaceInvalidInput", "plan.name");
            await machine({ storageProfile, plan });
        });

        it("in zones that don't match", async () => {
            await refuses(machine({ zones: ["1", "2"] }), "InvalidParameter", "one zone");
            const publicIPAddress = { id: (await build.publicAddress("pip", { zones: ["2"] })).id };
            await nic("public", { publicIPAddress });
            await refuses(machine({ ...attached("public"), zones: ["1"] }), "InvalidParameter", "pip is in zone 2");
            await machine({ ...attached("public"), zones: ["2"] });
        });

        it("of a size without accelerated networking", async () => {
            await nic("fast", {}, { enableAcceleratedNetworking: true });
            const small = { ...attached("fast"), hardwareProfile: { vmSize: "Standard_B2s" } };
            await refuses(machine(small), "VMSizeIsNotPermittedToEnableAcceleratedNetworking", "Standard_B2s");
            await machine({ ...small, hardwareProfile: { vmSize: "Standard_B2s_v2" } });
        });

        it("that changes what is set up once", async () => {
            const osProfile = { adminUsername: "azureuser", adminPassword: "secret", customData: "YQ==" };
            const created = await machine({ osProfile });
            const update = (more: Properties) =>
                simulation.azure.update("azure-native:compute:VirtualMachine", "it", created, machineInputs(more));
            const changed = { osProfile: { ...osProfile, customData: "Yg==" } };
            await refuses(update(changed), "PropertyChangeNotAllowed", "osProfile.customData");
            await update({ osProfile, hardwareProfile: { vmSize: "Standard_D4s_v5" } });
        });
    });

    it("gives a machine its id, name and disk", async () => {
        await nic();
        const { id, outputs } = await machine({ securityProfile: { encryptionAtHost: true } });
        expect(outputs["vmId"]).to.match(/^[0-9a-f-]{36}$/);
        expect(valueAt(outputs, "osProfile.computerName")).to.equal("vm");
        expect(valueAt(outputs, "storageProfile.osDisk.managedDisk.id")).to.match(/\/disks\/vm_OsDisk_1_[0-9a-f]{32}$/);
        expect(valueAt(outputs, "securityProfile.encryptionAtHost")).to.equal(true);
        expect(id).to.match(/\/providers\/Microsoft\.Compute\/virtualMachines\/vm$/);
    });

    describe("refuses an extension", () => {
        const extension = (vmExtensionName: string, more: Properties = {}) =>
            build.make("compute:VirtualMachineExtension", {
                ...westeurope,
                vmName: "vm",
                vmExtensionName,
                publisher: "Microsoft.Azure.Extensions",
                type: "CustomScript",
                typeHandlerVersion: "2.1",
                ...more,
            });
        beforeEach(() => nic());

        it("without its machine, or a second one of a kind", async () => {
            await refuses(extension("script"), "ParentResourceNotFound", "virtualMachines/vm");
            await machine();
            await extension("script");
            await refuses(extension("again"), "BadRequest", "Microsoft.Azure.Extensions.CustomScript");
            await extension("agent", { publisher: "Microsoft.Azure.Monitor", type: "AzureMonitorLinuxAgent" });
        });

        it("on a machine that takes none", async () => {
            const osProfile = { adminUsername: "a", adminPassword: "secret", allowExtensionOperations: false };
            await machine({ osProfile });
            await refuses(extension("script"), "OperationNotAllowed", "allowExtensionOperations");
        });

        it("that encrypts what the host encrypts, from either side", async () => {
            const encryption = { publisher: "Microsoft.Azure.Security", type: "AzureDiskEncryptionForLinux" };
            const securityProfile = { encryptionAtHost: true };
            await machine({ securityProfile });
            await refuses(extension("ade", encryption), "OperationNotAllowed", "encryptionAtHost");
            await nic("second");
            const plain = { vmName: "plain", ...attached("second") };
            const created = await machine(plain);
            await extension("ade", { ...encryption, vmName: "plain" });
            const update = machineInputs({ ...plain, securityProfile });
            await refuses(
                simulation.azure.update("azure-native:compute:VirtualMachine", "it", created, update),
                "OperationNotAllowed",
                "Azure Disk Encryption",
            );
        });
    });

    it("refuses a disk encryption set whose key could vanish", async () => {
        const vault = (name: string, more: Properties) =>
            build.make("keyvault:Vault", {
                ...westeurope,
                vaultName: name,
                properties: {
                    tenantId: "11111111-1111-4111-a111-111111111111",
                    sku: { family: "A", name: "standard" },
                    accessPolicies: [],
                    ...more,
                },
            });
        const set = (sourceVaultId: string) =>
            build.make("compute:DiskEncryptionSet", {
                ...westeurope,
                diskEncryptionSetName: "des",
                identity: { type: "SystemAssigned" },
                activeKey: { keyUrl: "https://kv.vault.azure.net/keys/disks", sourceVault: { id: sourceVaultId } },
            });
        await refuses(set((await vault("loose", {})).id), "KeyVaultNotPurgeProtected", "loose");
        const { id } = await vault("kept", { enablePurgeProtection: true });
        expect(valueAt((await set(id)).outputs, "identity.principalId")).to.match(/^[0-9a-f-]{36}$/);
    });
});
