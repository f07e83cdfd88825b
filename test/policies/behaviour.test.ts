import { expect } from "chai";
import { normalizeType } from "../../policies/src/frame/azure-type";
import { announcedLevel } from "../../policies/src/frame/profile";
import type { Rule } from "../../policies/src/frame/rule";
import { allRules } from "../../policies/src/rules/all-rules";
import { hubAndSpoke } from "./fixtures/hub-and-spoke";
import { Analyzer } from "./support/analyzer";
import type { Report } from "./support/analyzer";
import { changed, UNKNOWN } from "./support/scene";
import type { Declared } from "./support/scene";

const REGISTRY: Declared = {
    type: "azure-native:containerregistry:Registry",
    name: "acr",
    inputs: {
        sku: { name: "Basic" },
        publicNetworkAccess: "Disabled",
        networkRuleBypassOptions: "None",
        dataEndpointEnabled: true,
        zoneRedundancy: "Enabled",
        policies: { exportPolicy: { status: "disabled" } },
    },
};

const ACCOUNT: Declared = {
    type: "azure-native:storage:StorageAccount",
    name: "data",
    inputs: {
        publicNetworkAccess: UNKNOWN,
        networkRuleSet: { defaultAction: "Deny", bypass: "None" },
        sku: { name: "Standard_ZRS" },
        allowCrossTenantReplication: false,
        defaultToOAuthAuthentication: true,
        minimumTlsVersion: "TLS1_2",
        enableHttpsTrafficOnly: true,
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
    },
};

const WAIVER = {
    rule: "acr-premium",
    urn: "urn:*::acr",
    reason: "It mirrors public images alone",
    owner: "platform@example.com",
    ticket: "OPS-7",
    expires: "2999-12-31",
};

/** Rules about what belongs to a registry or an account, of which these scenes have nothing. */
const OF_OTHERS = ["diag-all", "private-service-closure", "st-soft-delete-set"];

/** Whether the pack asks a rule without being told to. */
const isOn = (rule: Rule) => announcedLevel(rule) !== "disabled";

const levels = (reports: Report[]) => reports.map(({ policy, level }) => `${policy} ${level}`);

describe("The pack's behaviour, over the engine's protocol", () => {
    let analyzer: Analyzer;
    before(async () => {
        analyzer = await Analyzer.start();
    });
    afterEach(() => analyzer.tag({}));
    after(() => analyzer.stop());

    async function judged(config: Parameters<Analyzer["configure"]>[0], ...scene: Declared[]): Promise<Report[]> {
        await analyzer.configure(config);
        return (await analyzer.judge(scene)).filter(({ policy }) => !OF_OTHERS.includes(policy));
    }

    it("follows the profile of the settings, and of the stack's tag", async () => {
        expect(levels(await judged({}, REGISTRY))).to.deep.equal(["acr-premium mandatory"]);
        await analyzer.tag({ "guardrails:profile": "dev" });
        expect(levels(await judged({}, REGISTRY))).to.deep.equal(["acr-premium advisory"]);
        const regulated = { "pack-settings": { profile: "regulated" } };
        expect(levels(await judged(regulated, REGISTRY))).to.deep.equal(["acr-premium mandatory"]);
    });

    it("follows levels of rules, Pulumi's and the settings'", async () => {
        expect(levels(await judged({ "acr-premium": "advisory" }, REGISTRY))).to.deep.equal(["acr-premium advisory"]);
        expect(levels(await judged({ "acr-premium": "disabled" }, REGISTRY))).to.deep.equal([]);
        const settings = { "pack-settings": { profile: "dev", levels: { "acr-premium": "mandatory" } } };
        expect(levels(await judged(settings, REGISTRY))).to.deep.equal(["acr-premium mandatory"]);
        const all = levels(await judged({ all: "advisory" }, REGISTRY));
        expect(all).to.include("acr-premium advisory");
        expect(all.filter((level) => !level.endsWith(" advisory"))).to.deep.equal([]);
    });

    it("judges rule by rule if its own policies are disabled", async () => {
        const off = { "pack-settings": "disabled", "unused-waivers": "disabled" };
        expect(levels(await judged(off, REGISTRY))).to.deep.equal(["acr-premium mandatory"]);
        const cluster = hubAndSpoke.filter(({ name }) => name === "aks");
        const graphRules = (await judged(off, ...cluster)).map(({ policy }) => policy);
        expect(graphRules).to.include("egress-through-firewall");
    });

    it("refuses what is undecided if it is strict, and says so if not", async () => {
        const [strict] = await judged({}, ACCOUNT);
        expect(strict).to.include({ policy: "st-no-public-net", level: "mandatory" });
        expect(strict?.message).to.contain("\nUndecided, and so refused: publicNetworkAccess is not known");
        const [lenient] = await judged({ "pack-settings": { strict: false } }, ACCOUNT);
        expect(lenient).to.include({ policy: "st-no-public-net", level: "advisory" });
        expect(lenient?.message).to.contain("\nUndecided: publicNetworkAccess is not known");
        expect(levels(await judged({ "pack-settings": { strict: false } }, REGISTRY))).to.deep.equal([
            "acr-premium mandatory",
        ]);
    });

    it("shows what a waiver excepts, with who answers for it until when", async () => {
        const reports = await judged({ "pack-settings": { waivers: [WAIVER] } }, REGISTRY);
        expect(levels(reports)).to.deep.equal(["acr-premium advisory"]);
        expect(reports[0]?.message).to.contain(
            "\nWaived until 2999-12-31 (platform@example.com, OPS-7: It mirrors public images alone). sku.name must be",
        );
    });

    it("refuses an expired waiver, and what it excepted", async () => {
        const reports = await judged(
            { "pack-settings": { waivers: [{ ...WAIVER, expires: "2026-01-31" }] } },
            REGISTRY,
        );
        expect(levels(reports)).to.deep.equal(["pack-settings mandatory", "acr-premium mandatory"]);
        expect(reports[0]?.message).to.contain("expired on 2026-01-31");
    });

    it("advises to remove a waiver that excepts nothing", async () => {
        const other = { ...WAIVER, urn: "*::other" };
        const reports = await judged({ "pack-settings": { waivers: [WAIVER, other] } }, REGISTRY);
        expect(levels(reports)).to.deep.equal(["acr-premium advisory", "unused-waivers advisory"]);
        expect(reports[1]?.message).to.contain("The waiver of acr-premium for *::other");
    });

    it("refuses a configuration that nobody obeys, with one violation at the first resource", async () => {
        const config = { "acr-premum": "disabled", "aks-private-cluster": { requirePrivte: true } };
        const reports = await judged(config, ACCOUNT, REGISTRY);
        const own = reports.filter(({ policy }) => policy === "pack-settings");
        expect(own).to.have.length(1);
        expect(own[0]).to.include({ level: "mandatory", urn: "" });
        expect(own[0]?.message.split("\n").slice(1)).to.have.members([
            '"acr-premum" is no rule of this pack. Did you mean "acr-premium"?',
            '"aks-private-cluster" has no option "requirePrivte". Did you mean "requirePrivate"?',
        ]);
    });

    it("counts a rule as not applicable to a resource exactly if it looks at other types", async () => {
        await analyzer.configure();
        for (const resource of [REGISTRY, ACCOUNT, ...hubAndSpoke]) {
            const type = normalizeType(resource.type);
            const other = allRules.filter(
                (rule) =>
                    rule.kind === "resource" && isOn(rule) && ![type, "*"].some((each) => rule.types.includes(each)),
            );
            const response = await analyzer.analyze(resource);
            const names = response.getNotApplicableList().map((each) => each.getPolicyName());
            expect(names, type).to.have.members(other.map(({ name }) => name));
        }
    });

    it("counts a rule as not applicable to a stack exactly if the stack has none of its types", async () => {
        await analyzer.configure();
        const names = (scene: Declared[]) => analyzer.notApplicableToStack(scene);
        const graphRules = allRules.filter((rule) => rule.kind === "graph" && isOn(rule));
        expect(await names([REGISTRY])).to.have.members(
            graphRules
                .filter(({ types }) => !types.some((type) => type === "*" || type === "containerregistry:Registry"))
                .map(({ name }) => name),
        );
        const types = new Set(hubAndSpoke.map(({ type }) => normalizeType(type)));
        expect(await names(hubAndSpoke)).to.have.members(
            graphRules
                .filter((rule) => !rule.types.some((type) => type === "*" || types.has(type)))
                .map(({ name }) => name),
        );
    });

    it("judges resources that are analysed at the same time each by itself", async () => {
        await analyzer.configure();
        const scenes = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? REGISTRY : ACCOUNT));
        const responses = await Promise.all(scenes.map((resource) => analyzer.analyze(resource)));
        const rules = responses.map((each) =>
            each.getDiagnosticsList().map((diagnostic) => diagnostic.getPolicyname()),
        );
        expect(rules).to.deep.equal(
            scenes.map((resource) => (resource === REGISTRY ? ["acr-premium"] : ["st-no-public-net"])),
        );
    });

    it("announces the same policies after it has judged", async () => {
        const before = (await analyzer.info()).toObject();
        await judged({}, REGISTRY, ...hubAndSpoke);
        expect((await analyzer.info()).toObject()).to.deep.equal(before);
    });

    it("says of a classic resource that no rule can read it", async () => {
        const classic = [
            { type: "azure:containerservice/kubernetesCluster:KubernetesCluster", name: "aks", inputs: {} },
            { type: "azure:network/subnet:Subnet", name: "snet", inputs: {} },
            { type: "azure-nextgen:network:Subnet", name: "old", inputs: {} },
        ];
        const reports = await judged({}, ...classic);
        expect(levels(reports)).to.deep.equal(classic.map(() => "not-analysed mandatory"));
        expect(reports[0]?.message).to.contain("is not analysed by this pack");
        expect(
            levels(await judged({}, changed(classic[0] ?? REGISTRY, { type: "azure:dns/zone:Zone" }))),
        ).to.deep.equal([]);
    });
});
