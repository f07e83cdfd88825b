import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const components = join(__dirname, "..", "..", "..", "components");
const isPure = /(-plan|-rules|[/\\](cidr|private-dns-zones))\.ts$/;

describe("Pure planning", () => {
    const files = readdirSync(components, { recursive: true, encoding: "utf8" }).filter((file) => isPure.test(file));

    it("stands in the files that its tests know", () => {
        expect(files.map((file) => file.replaceAll("\\", "/"))).to.include.members([
            "network/cidr.ts",
            "network/address-plan.ts",
            "network/nsg-rules.ts",
            "network/egress-rules.ts",
            "network/private-dns-zones.ts",
            "network/ingress-subnet-plan.ts",
            "ingress/gateway-plan.ts",
            "ingress/path-rules.ts",
            "ingress/waf-plan.ts",
            "ingress/gateway-egress-rules.ts",
            "cluster/node-pools-plan.ts",
            "ml/extension-settings-plan.ts",
            "ml/instance-types-plan.ts",
        ]);
    });

    for (const file of files) {
        it(`needs no Pulumi in ${file}`, () => {
            for (const imported of importsOf(readFileSync(join(components, file), "utf8"))) {
                const isOtherPure = imported.startsWith(".") && isPure.test(`/${imported.split("/").at(-1)}.ts`);
                expect(isOtherPure || imported === "ip-address", imported).to.equal(true);
            }
        });
    }
});

/** What a source file imports, types included. */
function importsOf(source: string): string[] {
    return [...source.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*|\brequire\s*\(\s*)["']([^"']+)["']/g)].map(
        ([, imported]) => imported,
    );
}
