import { expect } from "chai";
import { announcedLevel } from "../../policies/src/frame/profile";
import { allRules } from "../../policies/src/rules/all-rules";
import { allCases } from "./fixtures/all-cases";
import { hubAndSpoke } from "./fixtures/hub-and-spoke";
import { Analyzer } from "./support/analyzer";
import type { Report } from "./support/analyzer";
import { changed, UNKNOWN } from "./support/scene";
import type { Declared } from "./support/scene";

describe("The compiled pack, over the engine's protocol", () => {
    let analyzer: Analyzer;
    before(async () => {
        analyzer = await Analyzer.start();
    });
    after(() => analyzer.stop());

    it("announces every rule with its level, severity, page and remediation", async () => {
        const info = await analyzer.info();
        expect(info.getName()).to.equal("secure-aks-ml-guardrails");
        const policies = new Map(info.getPoliciesList().map((policy) => [policy.getName(), policy.toObject()]));
        for (const rule of allRules) {
            const policy = policies.get(rule.name);
            expect(policy, rule.name).to.include({
                description: rule.title,
                url: `docs/${rule.id}.md`,
                enforcementlevel: ["advisory", "mandatory", "disabled"].indexOf(announcedLevel(rule)),
            });
            expect(policy?.remediationSteps).to.contain(rule.remediation[0]);
            expect(policy?.severity).to.equal(["", "low", "medium", "high", "critical"].indexOf(rule.severity));
            expect(policy?.framework?.reference).to.equal(rule.control.reference);
        }
        expect(policies.size).to.equal(allRules.length + 2);
    });

    for (const ruleCase of allCases) {
        it(`${ruleCase.rule}: ${ruleCase.verdict} if ${ruleCase.when}`, async () => {
            // Also what is off unless somebody asks for it.
            await analyzer.configure({ [ruleCase.rule]: { ...ruleCase.config, enforcementLevel: "mandatory" } });
            const reports = await analyzer.judge(ruleCase.scene);
            expectLevels(reports, ruleCase.rule);
            const own = reports.filter((report) => report.policy === ruleCase.rule);
            const messages = own.map((report) => report.message).join("\n");
            expect(own.length > 0, messages).to.equal(ruleCase.verdict !== "pass");
            expect(messages.includes("Undecided, and so refused")).to.equal(ruleCase.verdict === "undecided");
        });
    }

    it("names the rule's id and page in a violation", async () => {
        await analyzer.configure();
        const reports = await analyzer.judge([
            { type: "azure-native:containerregistry:Registry", name: "acr", inputs: {} },
        ]);
        const report = reports.find(({ policy }) => policy === "acr-no-public");
        expect(report?.message).to.equal(
            "A container registry must refuse access over the Internet.\n" +
                'publicNetworkAccess must be "Disabled"; found nothing. Set publicNetworkAccess to "Disabled". ' +
                "(SAM-ACR-002, docs/SAM-ACR-002.md)",
        );
    });

    it("judges the same with every spelling of a type", async () => {
        await analyzer.configure();
        const subnet = { name: "snet", inputs: { subnetName: "snet-a" } };
        for (const type of [
            "azure-native:network:Subnet",
            "azure-native:network/v20240501:Subnet",
            "azure-native_network_v20240501:network:Subnet",
        ]) {
            const policies = (await analyzer.judge([{ ...subnet, type }])).map(({ policy }) => policy);
            expect(policies, type).to.include.members(["subnet-nsg", "subnet-private"]);
        }
    });

    it("judges with defaults if the engine sends no configuration", async () => {
        const unconfigured = await Analyzer.start();
        try {
            const cluster = hubAndSpoke.filter((resource) => resource.name === "aks");
            const reports = await unconfigured.judge(cluster);
            expect(reports.map(({ policy }) => policy)).to.include.members([
                "egress-through-firewall",
                "aks-outbound-udr",
            ]);
        } finally {
            unconfigured.stop();
        }
    });

    it("still refuses what it can't see if inputs are not recorded", async () => {
        await analyzer.configure();
        const unseen = hubAndSpoke.map((resource) => ({ ...resource, name: `${resource.name}-unseen` }));
        const reports = await analyzer.judgeStack(
            unseen.filter((resource) => resource.type.endsWith("ManagedCluster")),
        );
        expectLevels(reports);
        expect(reports.map(({ policy }) => policy)).to.include("egress-through-firewall");
    });

    it("gives the same verdict before and after creation", async () => {
        await analyzer.configure();
        const before = await analyzer.judge(hubAndSpoke);
        const after = await analyzer.judge(hubAndSpoke.map(created));
        const graphRules = (reports: Report[]) => reports.filter(({ policy }) => policy === "egress-through-firewall");
        expect(graphRules(before)).to.deep.equal([]);
        expect(graphRules(after)).to.deep.equal([]);
    });
});

/** The resource as `up` shows it: ids known, and the firewall's address among its outputs. */
function created(resource: Declared): Declared {
    const id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network";
    const known: Record<string, Record<string, unknown>> = {
        "firewall-subnet": { virtualNetworkName: "vnet-hub" },
        nodes: { virtualNetworkName: "vnet-spoke", "routeTable.id": `${id}/routeTables/rt-spoke` },
        aks: { "agentPoolProfiles.0.vnetSubnetID": `${id}/virtualNetworks/vnet-spoke/subnets/snet-nodes` },
        firewall: { "ipConfigurations.0.subnet.id": `${id}/virtualNetworks/vnet-hub/subnets/AzureFirewallSubnet` },
    };
    const inputs = changed(resource.inputs, known[resource.name] ?? {});
    const address = { ipConfigurations: [{ privateIPAddress: "10.0.1.4" }] };
    const result = { ...resource, inputs, ...(resource.name === "firewall" && { outputs: address }) };
    expect(JSON.stringify(resource.name === "firewall" ? {} : inputs)).not.to.contain(UNKNOWN);
    return result;
}

/** Every report has the level that its rule announces, and those of a rule that is made mandatory are. */
function expectLevels(reports: Report[], mandatory?: string): void {
    for (const { policy, level } of reports) {
        const rule = allRules.find(({ name }) => name === policy);
        expect(level, policy).to.equal(rule && policy !== mandatory ? announcedLevel(rule) : "mandatory");
    }
}
