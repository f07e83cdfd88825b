import { expect } from "chai";
import { allDependencies, only, type Registration } from "../../support/capture";
import { capturePlatform, soundSettings } from "../../support/platform";
import { changed, publicIngress, type Change } from "../config/sound-config";

const everythingOn: Change[] = [
    ["environment", "prod"],
    ["spokes/platform/ingress", publicIngress],
    ["spokes/platform/machineLearning", {}],
    ["spokes/quiet", { addressSpace: "10.102.0.0/16" }],
];
const platformWith = (...changes: Change[]): Promise<Registration[]> =>
    capturePlatform(soundSettings(changed(...changes)), false);
const ofType = (registered: readonly Registration[], type: string) =>
    registered.filter((registration) => registration.type === `azure-native:${type}`);
const protectedTypes = (registered: readonly Registration[]) =>
    new Set(
        registered.filter(({ request }) => request.getProtect()).map(({ type }) => type.split(":").slice(1).join(":")),
    );

describe("Protection of state", () => {
    let inProduction: Registration[];
    before(async () => {
        inProduction = await platformWith(...everythingOn);
    });

    it("has Pulumi keep what can't be made again, in production", () => {
        expect([...protectedTypes(inProduction)]).to.have.members([
            "containerregistry:Registry",
            "dataprotection:BackupVault",
            "keyvault:Vault",
            "machinelearningservices:Workspace",
            "monitor:AzureMonitorWorkspace",
            "network:PublicIPAddress",
            "operationalinsights:Workspace",
            "storage:StorageAccount",
        ]);
    });

    it("has Azure keep it too, and waits for all that a lock would hold", () => {
        const locks = ofType(inProduction, "authorization:ManagementLockByScope");
        expect(locks.map(({ name }) => name)).to.have.members([
            "lock-logs",
            "lock-metrics",
            "lock-firewall-address-1",
            "lock-platform-registry",
            "lock-platform-vault",
            "lock-platform-gateway-address",
            "lock-platform-ml-vault",
            "lock-platform-ml-storage",
            "lock-platform-backups",
        ]);
        const around = [
            "authorization:RoleAssignment",
            "monitor:DiagnosticSetting",
            "network:PrivateEndpoint",
            "network:VirtualNetworkPeering",
        ].flatMap((type) => ofType(inProduction, type));
        // Flow logs, alerts and the snapshots' group are around nothing that is locked.
        const held = around.filter(({ name }) => !name.includes("flows-"));
        for (const lock of locks) {
            const before = allDependencies(inProduction, lock);
            expect(held.map(({ type, name }) => `${type}::${name}`).filter((key) => !before.has(key))).to.deep.equal(
                [],
            );
        }
    });

    it("is off elsewhere, and where a stack says so", async () => {
        for (const registered of [
            await platformWith(),
            await platformWith(["environment", "prod"], ["protection", { protect: false, locks: false }]),
        ]) {
            expect(protectedTypes(registered).size).to.equal(0);
            expect(ofType(registered, "authorization:ManagementLockByScope")).to.deep.equal([]);
        }
    });
});

describe("DDoS protection", () => {
    const networks = (registered: readonly Registration[]) =>
        Object.fromEntries(
            ofType(registered, "network:VirtualNetwork").map(({ inputs }) => [
                inputs["virtualNetworkName"],
                inputs["enableDdosProtection"] ?? false,
            ]),
        );

    it("is Azure's basic one unless a stack pays for more", async () => {
        const registered = await platformWith(...everythingOn);
        expect(ofType(registered, "network:DdosProtectionPlan")).to.deep.equal([]);
        expect(new Set(Object.values(networks(registered)))).to.deep.equal(new Set([false]));
    });

    it("covers the networks with public addresses", async () => {
        const registered = await platformWith(...everythingOn, ["protection", { ddos: { mode: "create" } }]);
        expect(ofType(registered, "network:DdosProtectionPlan")).to.have.lengthOf(1);
        expect(networks(registered)).to.deep.equal({
            "vnet-hub-contoso-prod": true,
            "vnet-platform-contoso-prod": true,
            "vnet-quiet-contoso-prod": false,
        });
    });

    it("takes a plan that the tenant has already", async () => {
        const planId = `/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/ddosProtectionPlans/plan`;
        const registered = await platformWith(["protection", { ddos: { mode: "existing", planId } }]);
        expect(ofType(registered, "network:DdosProtectionPlan")).to.deep.equal([]);
        const hub = only(registered, "azure-native:network:VirtualNetwork", "vnet-hub-contoso-dev");
        expect(hub.inputs).to.deep.include({ ddosProtectionPlan: { id: planId }, enableDdosProtection: true });
    });
});
