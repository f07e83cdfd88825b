import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, GROUP, network } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Created, Simulation } from "./provider-client";

const location = "westeurope";
const delegations = [{ name: "agc", serviceName: "Microsoft.ServiceNetworking/trafficControllers" }];
const policyId = (name: string) => network(`ApplicationGatewayWebApplicationFirewallPolicies/${name}`);

describe("the simulated Application Gateway for Containers", () => {
    let simulation: Simulation;
    let build: Builder;
    let controller: Created;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.subnet("vnet", "agc", "10.0.0.0/24", { delegations });
        controller = await gateway("agc");
    });
    afterEach(() => simulation.stop());

    const gateway = (trafficControllerName: string, more: Properties = {}) =>
        build.make("servicenetworking:TrafficControllerInterface", { location, trafficControllerName, ...more });
    const child = (type: string, more: Properties) =>
        build.make(`servicenetworking:${type}`, { location, trafficControllerName: "agc", ...more });
    const associate = (subnet: string, more: Properties = {}) =>
        child("AssociationsInterface", {
            ...{ associationName: "as", associationType: "subnets" },
            subnet: { id: network(`virtualNetworks/vnet/subnets/${subnet}`) },
            ...more,
        });
    const frontend = (frontendName: string, more: Properties = {}) =>
        child("FrontendsInterface", { frontendName, ...more });
    const secure = (waf: string, more: Properties = {}) =>
        child("SecurityPoliciesInterface", {
            securityPolicyName: "waf",
            wafPolicy: { id: policyId(waf) },
            ...more,
        });
    const policy = (policyName: string, type: string, version: string, more: Properties = {}) =>
        build.make("network:WebApplicationFirewallPolicy", {
            ...{ policyName, location },
            managedRules: { managedRuleSets: [{ ruleSetType: type, ruleSetVersion: version }] },
            ...more,
        });

    it("gives frontends names and lists its children", async () => {
        const { id, outputs } = await frontend("fe");
        expect(outputs["fqdn"]).to.match(/^[0-9a-f]{16}\.fz\d\d\.alb\.azure\.com$/);
        const association = await associate("agc");
        const read = await simulation.azure.read(
            "azure-native:servicenetworking:TrafficControllerInterface",
            controller.id,
        );
        expect(read?.outputs).to.deep.include({ frontends: [{ id }], associations: [{ id: association.id }] });
        expect(read?.outputs).to.have.nested.property("configurationEndpoints[0]");
    });

    it("refuses an association with an undelegated or too small subnet, of another type or in another region", async () => {
        await build.subnet("vnet", "plain", "10.0.1.0/24");
        await refuses(associate("plain"), "AppGwForContainersSubnetAssociationSubnetMustBeDelegated");
        await build.subnet("vnet", "small", "10.0.2.0/25", { delegations });
        const code = "AppGwForContainersSubnetAssociationNotEnoughIPv4AddressesInSubnet";
        await refuses(associate("small"), code, "At least 250");
        await refuses(associate("agc", { associationType: "networks" }), "InvalidRequestContent");
        await refuses(associate("agc", { location: "northeurope" }), "AppGwForContainersLocationMismatch");
        await associate("agc");
    });

    it("refuses a second association, and two in a subnet for one", async () => {
        await associate("agc");
        await build.subnet("vnet", "more", "10.0.1.0/24", { delegations });
        await refuses(associate("more", { associationName: "as2" }), "AppGwForContainersAssociationLimitReached", "as");
        await gateway("other");
        const code = "AppGwForContainersSubnetAssociationNotEnoughIPv4AddressesInSubnet";
        await refuses(associate("agc", { trafficControllerName: "other" }), code, "At least 500");
    });

    it("refuses a sixth frontend", async () => {
        for (const name of ["a", "b", "c", "d", "e"]) await frontend(name);
        await refuses(frontend("f"), "AppGwForContainersFrontendLimitReached");
    });

    it("refuses firewall policies of other rule sets, without one, and in other regions", async () => {
        await policy("drs22", "Microsoft_DefaultRuleSet", "2.2");
        await policy("owasp", "OWASP", "3.2");
        await policy("far", "Microsoft_DefaultRuleSet", "2.1", { location: "northeurope" });
        const used = await policy("drs21", "Microsoft_DefaultRuleSet", "2.1");
        const code = "AppGwForContainersUnsupportedWafRuleSet";
        await refuses(secure("drs22"), code, "2.1 only");
        await refuses(secure("owasp"), code, "OWASP 3.2");
        await refuses(secure("far"), "AppGwForContainersLocationMismatch", "northeurope");
        await refuses(secure("drs21", { wafPolicy: undefined }), "AppGwForContainersSecurityPolicyMustHaveWafPolicy");
        expect((await secure("drs21")).outputs["policyType"]).to.equal("waf");
        const managedRules = {
            managedRuleSets: [{ ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.2" }],
        };
        const type = "azure-native:network:WebApplicationFirewallPolicy";
        await refuses(simulation.azure.update(type, "it", used, { ...used.inputs, managedRules }), code);
    });

    it("takes a security policy of its own only", async () => {
        await policy("drs21", "Microsoft_DefaultRuleSet", "2.1");
        await secure("drs21");
        const withPolicy = (of: string) => ({
            securityPolicyConfigurations: {
                wafSecurityPolicy: {
                    id: `${GROUP}/providers/Microsoft.ServiceNetworking/trafficControllers/${of}/securityPolicies/waf`,
                },
            },
        });
        await refuses(gateway("other", withPolicy("agc")), "InvalidResourceReference", "none of its security policies");
        const type = "azure-native:servicenetworking:TrafficControllerInterface";
        await simulation.azure.update(type, "it", controller, { ...controller.inputs, ...withPolicy("agc") });
    });

    it("isn't deleted before its children, nor its subnet before the association", async () => {
        const association = await associate("agc");
        const remove = (type: string, id: string) => simulation.azure.delete(`azure-native:${type}`, id);
        await refuses(
            remove("servicenetworking:TrafficControllerInterface", controller.id),
            "CannotDeleteResource",
            "associations/as",
        );
        await refuses(
            remove("network:Subnet", network("virtualNetworks/vnet/subnets/agc")),
            "InUseSubnetCannotBeDeleted",
        );
        await remove("servicenetworking:AssociationsInterface", association.id);
        await remove("servicenetworking:TrafficControllerInterface", controller.id);
    });
});
