import { expect } from "chai";
import { format, resolveConfig } from "prettier";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { readSettings } from "../../../infra/config/load";
import { stackFileSchema } from "../../../infra/config/stack-file-schema";
import { asPulumiConfig, stackFile, stackNames, stackSchemaText } from "../../support/stack-files";

describe("The editors' schema of stack files", () => {
    // Read from the file, so that what is judged is what editors read.
    const schema = z.fromJSONSchema(JSON.parse(stackSchemaText()));
    const dev = stackFile("dev");
    const withConfig = (config: Record<string, unknown>) => ({ ...dev, config: { ...dev.config, ...config } });

    it("is current: else run `npm run schema`", async () => {
        const file = join(__dirname, "..", "..", "..", "stacks", "stack.schema.json");
        const style = await resolveConfig(file);
        const current = await format(JSON.stringify(stackFileSchema()), { ...style, filepath: file });
        expect(stackSchemaText()).to.equal(current);
    });

    for (const stack of stackNames()) {
        it(`accepts the stack ${stack}`, () => {
            expect(schema.safeParse(stackFile(stack)).error?.issues).to.equal(undefined);
        });
    }

    it("accepts what Pulumi writes, and other providers' settings", () => {
        const file = {
            ...withConfig({ "kubernetes:context": "x", "secure-aks-ml-engine:keepVersionedAliases": true }),
            encryptionsalt: "v1:abc",
            secretsprovider: "passphrase",
            environment: ["contoso/dev"],
        };
        expect(schema.safeParse(file).error?.issues).to.equal(undefined);
    });

    const wrong: Record<string, unknown> = {
        "an unknown key of ours": withConfig({ "secure-aks-ml:typo": 1 }),
        "an unknown engine setting": withConfig({ "secure-aks-ml-engine:typo": true }),
        "an unknown key inside": withConfig({ "secure-aks-ml:hub": { addressSpace: "10.0.0.0/24", typo: 1 } }),
        "authorized ranges beside a private link": withConfig({
            "secure-aks-ml:spokes": {
                platform: {
                    addressSpace: "10.101.0.0/16",
                    cluster: { apiAccess: { mode: "privateLink", authorizedRanges: ["198.51.100.0/24"] } },
                },
            },
        }),
        "a spoke that is called like the hub": withConfig({
            "secure-aks-ml:spokes": { hub: { addressSpace: "10.101.0.0/16" } },
        }),
        "an address space that is none": withConfig({ "secure-aks-ml:hub": { addressSpace: "10.0.0.0" } }),
        "a missing region": { config: { ...dev.config, "secure-aks-ml:location": undefined } },
        "an unknown key at the top of the file": { ...dev, confg: {} },
    };
    for (const [name, file] of Object.entries(wrong)) {
        it(`marks ${name}`, () => {
            expect(schema.safeParse(file).success).to.equal(false);
        });
    }
});

describe("A stack's file", () => {
    for (const stack of stackNames()) {
        it(`says nothing that a default decides: ${stack}`, () => {
            const { config } = stackFile(stack);
            const read = (values: Record<string, unknown>) => readSettings(asPulumiConfig(values));
            const whole = read(config);
            const repeated = settingsIn(config).filter((path) => {
                const rest = read(without(config, path));
                return isDeepStrictEqual(rest, whole);
            });
            expect(repeated.map((path) => path.join("."))).to.deep.equal([]);
        });
    }
});

/** Paths of all settings, groups of them included; entries of lists stand and fall with their list. */
function settingsIn(value: unknown, path: readonly string[] = []): string[][] {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return [];
    }
    return Object.entries(value).flatMap(([key, entry]) => [[...path, key], ...settingsIn(entry, [...path, key])]);
}

function without(values: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
    const rest = structuredClone(values);
    const owner = path.slice(0, -1).reduce((group, key) => group[key] as Record<string, unknown>, rest);
    delete owner[path.at(-1) ?? ""];
    return rest;
}
