import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { loadSettings, readSettings } from "../../../infra/config/load";
import { describeProblems } from "../../../infra/config/problem";
import { stackConfig, stackNames } from "../../support/stack-files";
import { changed, problemsOf } from "./sound-config";

describe("Configuration as a whole", () => {
    for (const stack of stackNames()) {
        it(`accepts the stack ${stack}`, () => {
            expect(readSettings(stackConfig(stack)).problems).to.deep.equal([]);
        });
    }

    it("asks for everything that has no default where nothing is set", () => {
        expect(readSettings({}).problems.map(({ path }) => path)).to.have.members([
            "azure-native:subscriptionId",
            ...["workload", "environment", "location", "tenantId", "groups", "hub.addressSpace", "spokes"].map(
                (key) => `secure-aks-ml:${key}`,
            ),
        ]);
    });

    it("chooses the closed and durable settings where nothing is said", () => {
        const { settings } = readSettings(changed());
        const { cluster, ingress } = settings?.spokes["platform"] ?? {};
        expect(cluster).to.deep.include({
            apiAccess: { mode: "privateLink" },
            tier: "Standard",
            encryptionAtHost: true,
            defender: true,
        });
        expect(cluster?.systemPool).to.deep.include({ minCount: 3, maxCount: 5 });
        expect(ingress).to.deep.equal({ mode: "none" });
        expect(settings).to.deep.include({ zones: ["1", "2", "3"], allowedEgress: [], tags: {} });
        expect(settings?.kubernetesObjects).to.deep.equal({ mode: "render", directory: "rendered" });
    });

    it("keeps a text that looks like a number as text", () => {
        const { problems } = readSettings({ ...changed(), "secure-aks-ml:tags": '{"costCenter":"0042"}' });
        expect(problems).to.deep.equal([]);
    });

    it("leaves other programs' and providers' settings alone", () => {
        const { problems } = readSettings({
            ...changed(),
            "kubernetes:context": "x",
            "secure-aks-ml-engine:keepDebugMessages": "true",
        });
        expect(problems).to.deep.equal([]);
    });

    it("reports what is wrong with addresses although their spoke and hub have other faults", () => {
        const { problems } = readSettings({
            ...changed(),
            "secure-aks-ml:hub": '{"addressSpace":"10.100.0.0/23","egress":{"mode":"firewall","tier":"Basic"}}',
            "secure-aks-ml:spokes": JSON.stringify({
                platform: {
                    addressSpace: "10.100.0.0/16",
                    surprise: true,
                    cluster: { podCidr: "172.30.0.0/16", tier: 7, systemPool: { minCount: "one", maxCount: 3 } },
                    ingress: { mode: "sideways" },
                },
            }),
        });
        expect(problems.map(({ path }) => path)).to.have.members([
            "secure-aks-ml:hub.egress.tier",
            "secure-aks-ml:spokes.platform.surprise",
            "secure-aks-ml:spokes.platform.cluster.tier",
            "secure-aks-ml:spokes.platform.cluster.systemPool.minCount",
            "secure-aks-ml:spokes.platform.ingress.mode",
            "secure-aks-ml:spokes.platform.addressSpace",
            "secure-aks-ml:spokes.platform.cluster.podCidr",
        ]);
    });

    it("reports problems of every kind together", () => {
        const problems = problemsOf(
            ["azure-native:subscriptionId", undefined],
            ["typo", 1],
            ["location", undefined],
            ["hub/addressSpace", "10.100.0.1/23"],
            ["spokes/platform/cluster/podCidr", "10.101.0.0/16"],
            ["spokes/second", { addressSpace: "10.102.0.0/16", machineLearning: {} }],
        );
        expect(problems.map(({ path }) => path)).to.have.members([
            "azure-native:subscriptionId",
            "typo",
            "location",
            "hub.addressSpace",
            "spokes.platform.cluster.podCidr",
            "spokes.second.machineLearning",
        ]);
    });

    it("checks a sound spoke against the rest even where another one is broken", () => {
        const problems = problemsOf(
            ["spokes/broken", { addressSpace: "10.102.0.0/16", clutser: {} }],
            ["spokes/platform/addressSpace", "10.100.0.0/16"],
        );
        expect(problems.map(({ path }) => path)).to.have.members([
            "spokes.broken.clutser",
            "spokes.platform.addressSpace",
        ]);
    });

    it("answers any text in any place with problems, never with an exception or the validator's jargon", () => {
        const keys = ["workload", "groups", "zones", "hub", "spokes", "allowedEgress", "kubernetesObjects", "tags"];
        const value = fc.oneof(fc.json(), fc.string(), fc.constantFrom("", "null", "[]", "{}", '{"platform":null}'));
        fc.assert(
            fc.property(fc.constantFrom(...keys), value, (key, text) => {
                const { problems } = readSettings({ ...changed(), [`secure-aks-ml:${key}`]: text });
                for (const { path, allowed, remedy } of problems) {
                    expect(path).to.match(/^secure-aks-ml:/);
                    expect(`${allowed} ${remedy}`).not.to.match(/zod|Invalid|expected|undefined|NaN|\[object/);
                }
            }),
        );
    });
});

describe("The report of problems", () => {
    const problems = readSettings(changed(["typo", 1], ["location", undefined])).problems;

    it("counts them and gives each its four lines", () => {
        const text = describeProblems("dev", problems);
        expect(text).to.match(/^The configuration of stack "dev" has 2 problems; nothing was created or changed\.\n/);
        for (const { path, found, allowed, remedy } of problems) {
            expect(text).to.contain(
                `  ${path}\n    found:   ${found}\n    allowed: ${allowed}\n    remedy:  ${remedy}`,
            );
        }
    });

    it("speaks of one problem in the singular", () => {
        expect(describeProblems("dev", problems.slice(0, 1))).to.contain("has 1 problem;");
    });

    it("ends the program by an error that Pulumi prints without a stack trace", () => {
        pulumi.runtime.setAllConfig(changed(["typo", 1]));
        expect(() => loadSettings()).to.throw(pulumi.RunError, "secure-aks-ml:typo");
        pulumi.runtime.setAllConfig({});
    });
});
