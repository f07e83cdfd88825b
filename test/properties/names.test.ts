import { expect } from "chai";
import fc from "fast-check";
import { Names, type NameParts } from "../../infra/names";
import { shortName } from "./arbitraries";

/** Azure's limits. From "Naming rules and restrictions for Azure resources". */
const globalKinds: Record<string, RegExp> = {
    cr: /^[a-zA-Z0-9]{5,50}$/,
    kv: /^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
    kvml: /^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
    stml: /^[a-z0-9]{3,24}$/,
};
/** The same, for names that need to be unique in their resource group alone: prefix and longest name. */
const localKinds: Record<string, number> = {
    "rg-": 90,
    "vnet-": 64,
    "nsg-private-endpoints-": 80,
    "peer-hub-to-": 80,
    "afw-": 56,
    "agw-": 80,
    "pip-agw-": 80,
    // The prefix of the API server's DNS name is shorter than a cluster's name may be.
    "aks-": 54,
    "id-jobs-": 128,
    "log-": 63,
    "mlw-": 33,
    "nic-pep-st-ml-": 80,
};

const parts: fc.Arbitrary<NameParts> = fc.record({
    workload: shortName,
    environment: fc.constantFrom("dev", "staging", "prod"),
    subscriptionId: fc.uuid(),
});

describe("Names", () => {
    for (const [prefix, legal] of Object.entries(globalKinds)) {
        it(`are legal for what is called ${prefix}...`, () => {
            fc.assert(
                fc.property(parts, shortName, (given, part) => {
                    expect(new Names(given).global(prefix, part)).to.match(legal);
                }),
            );
        });
    }

    for (const [prefix, longest] of Object.entries(localKinds)) {
        it(`stay within ${longest} characters for what is called ${prefix}...`, () => {
            fc.assert(
                fc.property(parts, shortName, (given, part) => {
                    expect(`${prefix}${new Names(given).of(part)}`).to.match(/^[a-z0-9-]+[a-z0-9]$/);
                    expect(`${prefix}${new Names(given).of(part)}`).to.have.length.at.most(longest);
                }),
            );
        });
    }

    it("differ between subscriptions where all of Azure shares them", () => {
        fc.assert(
            fc.property(parts, fc.uuid(), shortName, (given, subscriptionId, part) => {
                fc.pre(subscriptionId !== given.subscriptionId);
                const other = new Names({ ...given, subscriptionId });
                expect(new Names(given).global("kv", part)).not.to.equal(other.global("kv", part));
            }),
        );
    });

    it("differ between environments and spokes even where the readable part is cut off", () => {
        fc.assert(
            fc.property(parts, shortName, shortName, (given, one, two) => {
                fc.pre(one !== two);
                const names = new Names(given);
                expect(names.global("stml", one)).not.to.equal(names.global("stml", two));
                const other = new Names({ ...given, environment: given.environment === "dev" ? "prod" : "dev" });
                expect(names.global("stml", one)).not.to.equal(other.global("stml", one));
            }),
        );
    });

    it("differ between a workspace's vault and the vault of a spoke whose name begins with ml", () => {
        fc.assert(
            fc.property(parts, fc.stringMatching(/^[a-z][a-z0-9]{1,7}$/), (given, part) => {
                const names = new Names(given);
                expect(names.global("kvml", part)).not.to.equal(names.global("kv", `ml${part}`));
            }),
        );
    });

    it("follow from workload, environment and subscription alone, so that no other setting renames anything", () => {
        fc.assert(
            fc.property(parts, fc.dictionary(fc.string(), fc.anything()), (given, more) => {
                const same = new Names({ ...more, ...given });
                expect(same.global("kv", "hub")).to.equal(new Names(given).global("kv", "hub"));
                expect(same.of("hub")).to.equal(new Names(given).of("hub"));
            }),
        );
    });
});
