import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { isTemplateDeployment, isUnreadableAzureType, normalizeType } from "../../policies/src/frame/azure-type";
import { allRules } from "../../policies/src/rules/all-rules";

const SDK = dirname(require.resolve("@pulumi/azure-native/package.json"));

/** Types of a module of azure-native, with the tokens that the SDK itself calls their aliases. */
function typesOf(module: string): { type: string; aliases: string[] }[] {
    const files = readdirSync(join(SDK, module)).filter((file) => file.endsWith(".js"));
    return files.flatMap((file) => {
        const source = readFileSync(join(SDK, module, file), "utf8");
        const type = /__pulumiType = 'azure-native:([^']+)'/.exec(source)?.[1];
        const aliases = [...source.matchAll(/type: "(azure-native:[^"]+)"/g)].map((match) => match[1] ?? "");
        return type === undefined ? [] : [{ type, aliases }];
    });
}

const modules = [
    ...new Set([
        ...allRules.flatMap(({ types }) => types.filter((type) => !type.startsWith("kubernetes:") && type !== "*")),
        "dnsresolver:DnsResolver",
        "monitor:DiagnosticSetting",
        "privatedns:PrivateZone",
    ]),
].map((type) => type.split(":")[0] ?? "");

describe("Spellings of a type", () => {
    it("are one for every way to write it", () => {
        for (const token of [
            "azure-native:network:Subnet",
            "azure-native:network/v20240501:Subnet",
            "azure-native_network_v20240501:network:Subnet",
            "azure-native_network_v20240501:network/v20240501:Subnet",
        ]) {
            expect(normalizeType(token)).to.equal("network:Subnet");
        }
        expect(normalizeType("kubernetes:core/v1:Service")).to.equal("kubernetes:core/v1:Service");
        expect(normalizeType("azure-natively:network:Subnet")).to.equal("azure-natively:network:Subnet");
    });

    for (const module of new Set(modules)) {
        it(`are those that azure-native knows for ${module}`, () => {
            const types = typesOf(module);
            expect(types).not.to.deep.equal([]);
            const wrong = types.flatMap(({ type, aliases }) =>
                aliases
                    // Two types of one module that share an API are no two spellings of one.
                    .filter((alias) => normalizeType(alias).split(":")[0] !== type.split(":")[0])
                    .map((alias) => `${alias} is ${normalizeType(alias)}, not ${type}`),
            );
            expect(wrong.filter((line) => !UNUSED.test(line))).to.deep.equal([]);
        });
    }

    it("of every rule are types of azure-native", () => {
        const known = new Set([...new Set(modules)].flatMap(typesOf).map(({ type }) => type));
        const types = allRules.flatMap((rule) => rule.types).filter((type) => !/^(kubernetes:|\*)/.test(type));
        expect(types.filter((type) => !known.has(type))).to.deep.equal([]);
    });
});

/** Moved types that no rule looks at. */
const UNUSED =
    /TenantActionGroup|AnalyticsItem|BillingFeature|ExportConfiguration|Favorite|MyWorkbook|Proactive|Template/;

describe("What the pack can't read", () => {
    it("is what the classic provider, its heir and Terraform's providers make of the pack's services", () => {
        for (const token of [
            "azure:containerservice/kubernetesCluster:KubernetesCluster",
            "azure:operationalinsights/analyticsWorkspace:AnalyticsWorkspace",
            "azure-nextgen:network:Subnet",
            "azurerm:index/subnet:Subnet",
            "azapi:index/resource:Resource",
        ]) {
            expect(isUnreadableAzureType(token), token).to.equal(true);
        }
        for (const token of [
            "azure:core/resourceGroup:ResourceGroup",
            "azure:networkfunction/collectorPolicy:CollectorPolicy",
            "azuread:index/group:Group",
            "contoso-azure:network/subnet:Subnet",
            "other:network/subnet:Subnet",
            "aws:s3:Bucket",
        ]) {
            expect(isUnreadableAzureType(token), token).to.equal(false);
        }
    });

    it("is what templates make", () => {
        const names = ["Deployment", "DeploymentAtScope", "DeploymentStackAtResourceGroup"];
        expect(names.every((name) => isTemplateDeployment(`resources:${name}`))).to.equal(true);
        const others = ["resources:ResourceGroup", "resources:DeploymentScript", "apiresources:Deployment"];
        expect(others.filter(isTemplateDeployment)).to.deep.equal([]);
    });
});
