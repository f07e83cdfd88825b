import { expect } from "chai";
import { networkSecurityGroup } from "../../../../components/network/network-security-group";
import type { NsgRule } from "../../../../components/network/nsg-rules";
import { capture, only } from "../../../support/capture";
import { placement } from "../fixtures";

const rule: NsgRule = {
    name: "AllowSome",
    description: "For the tests.",
    direction: "Inbound",
    access: "Allow",
    priority: 100,
    protocol: "Tcp",
    sources: ["VirtualNetwork"],
    destinations: ["10.0.0.0/24", "10.0.1.0/24"],
    ports: ["443"],
};

describe("A network security group", () => {
    it("holds one value in Azure's singular property and several in the plural one, never both", async () => {
        const registered = await capture(
            () => void networkSecurityGroup("nsg", [rule, { ...rule, ports: ["80", "443"] }], placement, {}),
        );
        const common = {
            name: "AllowSome",
            description: "For the tests.",
            direction: "Inbound",
            access: "Allow",
            priority: 100,
            protocol: "Tcp",
            sourcePortRange: "*",
            sourceAddressPrefix: "VirtualNetwork",
            destinationAddressPrefixes: ["10.0.0.0/24", "10.0.1.0/24"],
        };
        expect(only(registered, "azure-native:network:NetworkSecurityGroup").inputs["securityRules"]).to.deep.equal([
            { ...common, destinationPortRange: "443" },
            { ...common, destinationPortRanges: ["80", "443"] },
        ]);
    });
});
