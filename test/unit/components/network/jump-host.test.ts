import * as resources from "@pulumi/azure-native/resources";
import { expect } from "chai";
import { JumpHost } from "../../../../components/network/jump-host";
import { capture, only, type Registration } from "../../../support/capture";
import { grants, idOf, placement } from "../fixtures";

describe("JumpHost", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(() => {
            const wayOut = new resources.ResourceGroup("way-out");
            void new JumpHost("jump", {
                subnetId: "/subnets/jump-host",
                vmSize: "Standard_D2ds_v5",
                zone: "2",
                sshPublicKey: "ssh-ed25519 AAAA",
                adminGroupIds: ["group-a", "group-b"],
                encryptionAtHost: true,
                foundation: [wayOut],
                ...placement,
            });
        });
    });
    const machine = () => only(registered, "azure-native:compute:VirtualMachine").inputs;

    it("has one private address, and no public one", () => {
        const types = registered.map(({ type }) => type);
        expect(types).not.to.contain("azure-native:network:PublicIPAddress");
        expect(only(registered, "azure-native:network:NetworkInterface").inputs["ipConfigurations"]).to.deep.equal([
            { name: "private", subnet: { id: "/subnets/jump-host" }, privateIPAllocationMethod: "Dynamic" },
        ]);
    });

    it("takes no passwords, boots trusted code alone and is encrypted on its host", () => {
        expect(machine()).to.have.nested.property("osProfile.linuxConfiguration.disablePasswordAuthentication", true);
        expect(machine()["securityProfile"]).to.deep.equal({
            securityType: "TrustedLaunch",
            uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
            encryptionAtHost: true,
        });
        expect(machine()["zones"]).to.deep.equal(["2"]);
    });

    it("lets administrators sign in with Entra, when there is a way out to fetch the extension", () => {
        const role = "1c0163c0-47e6-4577-8991-ea5c82e286e4";
        const scope = idOf("compute:VirtualMachine", "vm-jump");
        const common = { role, scope, principalType: "Group" };
        expect(grants(registered)).to.deep.equal({
            "vm-jump-admins-1": { ...common, principalId: "group-a" },
            "vm-jump-admins-2": { ...common, principalId: "group-b" },
        });
        expect(only(registered, "azure-native:compute:VirtualMachineExtension").dependencies).to.contain(
            "azure-native:resources:ResourceGroup::way-out",
        );
    });
});
