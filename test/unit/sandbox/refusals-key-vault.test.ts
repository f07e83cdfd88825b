import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

const location = "westeurope";

describe("the simulated Key Vault", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await vault("kv-keys", "standard");
    });
    afterEach(() => simulation.stop());

    const vault = (vaultName: string, name: string) =>
        build.make("keyvault:Vault", {
            ...{ location, vaultName },
            properties: { tenantId: "t", sku: { family: "A", name } },
        });
    const key = (properties: Properties, more: Properties = {}) =>
        build.make("keyvault:Key", { vaultName: "kv-keys", keyName: "kms", properties, ...more });
    const rotating = (expiryTime: string | undefined, trigger: Properties) => ({
        kty: "RSA",
        rotationPolicy: {
            attributes: expiryTime === undefined ? undefined : { expiryTime },
            lifetimeActions: [{ action: { type: "Rotate" }, trigger }],
        },
    });

    it("makes a key with its URIs, by name and by version", async () => {
        const { outputs } = await key({ kty: "RSA", keyOps: ["wrapKey", "unwrapKey"] });
        expect(outputs).to.include({ kty: "RSA", keySize: 2048 });
        expect(outputs["keyUri"]).to.equal("https://kv-keys.vault.azure.net/keys/kms");
        expect(outputs["keyUriWithVersion"]).to.match(
            /^https:\/\/kv-keys\.vault\.azure\.net\/keys\/kms\/[0-9a-f]{32}$/,
        );
    });

    it("refuses keys of other kinds, and HSM keys in a standard vault", async () => {
        await refuses(key({ kty: "oct" }), "BadRequest", "RSA-HSM");
        await refuses(key({ kty: "RSA", keySize: 1024 }), "BadRequest", "2048");
        await refuses(key({ kty: "EC", curveName: "P-224" }), "BadRequest", "P-256");
        await refuses(key({ kty: "RSA" }, { keyName: "kms_key" }), "BadRequest", "hyphens");
        await refuses(key({ kty: "RSA-HSM" }), "BadRequest", "premium");
        await vault("kv-premium", "premium");
        await key({ kty: "RSA-HSM" }, { vaultName: "kv-premium" });
    });

    it("refuses rotation that can't happen", async () => {
        const refused = (expiry: string | undefined, trigger: Properties, word: string) =>
            refuses(key(rotating(expiry, trigger)), "BadRequest", word);
        await refused("P27D", { timeAfterCreate: "P7D" }, "P28D");
        await refused("P1Y", {}, "exactly one");
        await refused(undefined, { timeBeforeExpiry: "P30D" }, "no expiryTime");
        await refused("P1Y", { timeBeforeExpiry: "P6D" }, "P7D");
        await refused("P30D", { timeAfterCreate: "P25D" }, "seven days");
        const { outputs } = await key(rotating("P1Y", { timeBeforeExpiry: "P30D" }));
        expect(outputs).to.have.nested.property("rotationPolicy.attributes.expiryTime", "P1Y");
    });

    it("gives a secret's URI, and never its value", async () => {
        const secret = { vaultName: "kv-keys", secretName: "token", properties: { value: "hidden" } };
        const { outputs } = await build.make("keyvault:Secret", secret);
        const properties = outputs["properties"] as Properties;
        expect(properties["secretUri"]).to.equal("https://kv-keys.vault.azure.net/secrets/token");
        expect(JSON.stringify(outputs)).not.to.contain("hidden");
        await refuses(build.make("keyvault:Secret", { ...secret, secretName: "my token" }), "BadRequest");
    });
});
