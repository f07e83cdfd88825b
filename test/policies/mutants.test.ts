import { expect } from "chai";
import type { GraphResource } from "../../policies/src/graph/resource-graph";
import { allRules } from "../../policies/src/rules/all-rules";
import { clusterMutants } from "./mutants/cluster";
import { firewallMutants } from "./mutants/firewall";
import { gatewayMutants } from "./mutants/gateway";
import { identityMutants } from "./mutants/identity";
import { kubernetesMutants } from "./mutants/kubernetes";
import { machineLearningMutants } from "./mutants/machine-learning";
import type { Mutant } from "./mutants/mutant";
import { networkMutants } from "./mutants/network";
import { observabilityMutants } from "./mutants/observability";
import { privateLinkMutants } from "./mutants/private-links";
import { securityGroupMutants } from "./mutants/security-groups";
import { serviceMutants } from "./mutants/services";
import { reportsOn, reportsOnAll, reportsOnStack } from "./support/judgement";
import { ownStack, packConfigured } from "./support/own-stack";

const domains: Record<string, readonly Mutant[]> = {
    "the network": networkMutants,
    "security groups": securityGroupMutants,
    "the firewall": firewallMutants,
    "private links and names": privateLinkMutants,
    gateways: gatewayMutants,
    clusters: clusterMutants,
    "the registry, vaults and storage": serviceMutants,
    "machine learning": machineLearningMutants,
    identities: identityMutants,
    "Kubernetes objects": kubernetesMutants,
    "what is observed": observabilityMutants,
};

/** Rules that are off until somebody asks for them, and that the production stack keeps. */
const ASKED_FOR = ["afw-premium", "agw-instances", "bas-file-copy", "vnet-flow-log"];

const configured = () =>
    packConfigured("prod", "regulated", Object.fromEntries(ASKED_FOR.map((rule) => [rule, "mandatory"])));

const pairs = allRules.flatMap((rule) =>
    "twin" in rule && rule.twin && "rules" in rule.twin ? rule.twin.rules.map((twin) => [rule.name, twin]) : [],
);

/** Those rules, and with each the ones that ask a part of the same before anything is made, or the whole of it after. */
function withTwins(rules: readonly string[]): string[] {
    return [...rules, ...pairs.filter((pair) => pair.some((name) => rules.includes(name))).flat()];
}

/** Rules that speak of the production stack with a fault in it. */
function speaking(mutant: Mutant, resources: readonly GraphResource[]): string[] {
    const configuration = configured();
    const { resources: faulty, changed } = mutant.apply(resources);
    const reports = [...(changed ? reportsOn(changed, configuration) : []), ...reportsOnStack(faulty, configuration)];
    return [...new Set(reports.map(({ rule }) => rule.name))];
}

describe("One fault in the production stack is caught, and nothing else is blamed", function () {
    this.timeout(60_000);
    const score = { mutants: 0, caught: 0, unrelated: 0 };
    let prod: GraphResource[];

    before(async () => {
        prod = await ownStack("prod", "preview");
    });

    it("and without a fault the pack is silent", () => {
        expect(reportsOnAll(prod, configured())).to.deep.equal([]);
    });

    for (const [domain, mutants] of Object.entries(domains)) {
        describe(`in ${domain}`, () => {
            for (const mutant of mutants) {
                it(`${mutant.what}: ${mutant.rule}`, () => {
                    const rules = speaking(mutant, prod);
                    const expected = [mutant.rule, ...mutant.also];
                    const related = withTwins(expected);
                    const unrelated = rules.filter((rule) => !related.includes(rule));
                    score.mutants += 1;
                    score.caught += rules.includes(mutant.rule) ? 1 : 0;
                    score.unrelated += unrelated.length;
                    expect(rules).to.include.members(expected);
                    expect(unrelated).to.deep.equal([]);
                });
            }
        });
    }

    after(() => {
        console.log(`    ${score.caught} of ${score.mutants} mutants caught, ${score.unrelated} unrelated`);
    });
});
