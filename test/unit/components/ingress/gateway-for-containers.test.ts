import { expect } from "chai";
import { GatewayForContainers } from "../../../../components/ingress/gateway-for-containers";
import { BuiltInRole } from "../../../../components/role-assignment";
import { capture, only, type Registration } from "../../../support/capture";
import { grants, placement } from "../fixtures";
import { firewall } from "./fixtures";

describe("Application Gateway for Containers", () => {
    let all: Registration[];
    before(async () => {
        all = await capture(
            () =>
                void new GatewayForContainers("learn", {
                    resourceGroupId: "/groups/learn",
                    subnetId: "/subnets/ingress",
                    frontends: ["apps", "partners"],
                    firewall: { ...firewall, ruleSet: "DRS 2.1" },
                    cluster: { oidcIssuerUrl: "https://issuer/", nodeResourceGroupId: "/groups/nodes" },
                    logWorkspaceId: "/workspaces/logs",
                    ...placement,
                }),
        );
    });
    const part = (type: string, name: string) => only(all, `azure-native:servicenetworking:${type}`, name).inputs;

    it("has its ways in, its subnet and its firewall", () => {
        const own = { trafficControllerName: "agc-learn", location: "westeurope" };
        expect(part("TrafficControllerInterface", "agc-learn")).to.include(own);
        expect(part("FrontendsInterface", "agc-learn-apps")).to.include({ frontendName: "apps", ...own });
        expect(part("FrontendsInterface", "agc-learn-partners")).to.include({ frontendName: "partners", ...own });
        expect(part("AssociationsInterface", "agc-learn-subnet")).to.deep.include({
            associationType: "subnets",
            subnet: { id: "/subnets/ingress" },
            ...own,
        });
        expect(part("SecurityPoliciesInterface", "agc-learn-waf")).to.deep.include({
            wafPolicy: {
                id: "/groups/learn/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/waf-learn",
            },
            ...own,
        });
    });

    it("blocks with the rules that Azure takes there", () => {
        const { inputs } = only(all, "azure-native:network:WebApplicationFirewallPolicy");
        expect(inputs).to.have.nested.property("policySettings.mode", "Prevention");
        expect(inputs).to.have.nested.property("managedRules.managedRuleSets[0].ruleSetVersion", "2.1");
    });

    it("lets its controller's service account, and no other, take on an identity with the rights that it needs", () => {
        expect(only(all, "azure-native:managedidentity:FederatedIdentityCredential").inputs).to.deep.include({
            issuer: "https://issuer/",
            subject: "system:serviceaccount:azure-alb-system:alb-controller-sa",
            audiences: ["api://AzureADTokenExchange"],
        });
        const given = { principalId: "principal-of-id-alb-learn", principalType: "ServicePrincipal" };
        expect(grants(all)).to.deep.equal({
            "alb-learn-configures-gateway": {
                role: BuiltInRole.AppGwForContainersConfigurationManager,
                scope: "/groups/learn",
                ...given,
            },
            "alb-learn-joins-subnet": { role: BuiltInRole.NetworkContributor, scope: "/subnets/ingress", ...given },
            "alb-learn-reads-nodes": { role: BuiltInRole.Reader, scope: "/groups/nodes", ...given },
        });
    });

    it("keeps a record of requests and of what the firewall blocked", () => {
        const { inputs } = only(all, "azure-native:monitor:DiagnosticSetting");
        expect(inputs["logs"]).to.deep.equal([
            { category: "TrafficControllerAccessLog", enabled: true },
            { category: "TrafficControllerFirewallLog", enabled: true },
        ]);
    });
});
