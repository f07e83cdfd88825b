import { expect } from "chai";
import { configSchema } from "../../../infra/config/schema/config";
import { spokeSchema } from "../../../infra/config/schema/spoke";
import { appsSite, problemsOf, publicIngress, type Change } from "./sound-config";

const cluster = "spokes/platform/cluster";
const learning = "spokes/platform/machineLearning";

interface Case {
    readonly change: Change;
    readonly path: string;
    readonly found: string;
    readonly allowed: string;
    readonly remedy: string;
}

const change = "Change it in the stack file.";
const spell = "Remove it, or spell it as one of the allowed keys.";
const rename = "Choose another name.";

function unknownKey(made: Change, path: string, value: unknown, keys: string): Case {
    const found = `an unknown key with the value ${JSON.stringify(value)}`;
    return { change: made, path, found, allowed: `the keys ${keys}`, remedy: spell };
}

const unknownKeys: Record<string, Case> = {
    "at the top": unknownKey(["spoke", "x"], "spoke", "x", Object.keys(configSchema.shape).join(", ")),
    "in a group": unknownKey(["groups/readers", 1], "groups.readers", 1, "clusterAdmins, dataScientists"),
    "in a group that has defaults": unknownKey(
        ["spokes/platform/ingress", { mode: "none", cidr: 1 }],
        "spokes.platform.ingress.cidr",
        1,
        "mode",
    ),
    "below a name of one's own": unknownKey(
        [`${learning}/instanceTypes`, { big: { requests: oneCpu(), limits: oneCpu(), gpus: 3 } }],
        "spokes.platform.machineLearning.instanceTypes.big.gpus",
        3,
        "requests, limits, nodeSelector",
    ),
    "of the mode that was not chosen": unknownKey(
        [`${cluster}/apiAccess`, { mode: "privateLink", authorizedRanges: ["198.51.100.0/24"] }],
        "spokes.platform.cluster.apiAccess.authorizedRanges",
        ["198.51.100.0/24"],
        "mode, etcdKey",
    ),
    "in a list": unknownKey(
        ["allowedEgress", [{ name: "a", fqdns: ["a.contoso.com"], reason: "for the tests", port: 8443 }]],
        "allowedEgress[0].port",
        8443,
        "name, fqdns, network, pools, inspect, reason",
    ),
    "at the greatest depth": unknownKey(
        [`${learning}/instanceTypes`, { big: { requests: oneCpu(), limits: { ...oneCpu(), "nvidia.com/gpu": 1 } } }],
        'spokes.platform.machineLearning.instanceTypes.big.limits["nvidia.com/gpu"]',
        1,
        "cpu, memory, gpu",
    ),
};

const wrongValues: Record<string, Case> = {
    "a number where text is wanted": {
        change: [`${learning}/instanceTypes`, { a: { requests: { cpu: 2, memory: "1Gi" }, limits: oneCpu() } }],
        path: "spokes.platform.machineLearning.instanceTypes.a.requests.cpu",
        found: "2",
        allowed: 'a text: CPUs, in quotes: "2" or "500m".',
        remedy: 'Put it in quotes: "2".',
    },
    "a number as text": {
        change: ["hub/egress", { mode: "firewall", publicAddresses: "3" }],
        path: "hub.egress.publicAddresses",
        found: '"3"',
        allowed: "a number: Each adds 2,496 SNAT ports.",
        remedy: "Write it without quotes.",
    },
    "a truth value as text": {
        change: [`${cluster}/defender`, "true"],
        path: "spokes.platform.cluster.defender",
        found: '"true"',
        allowed: "true or false: Microsoft Defender for Containers.",
        remedy: "Write it without quotes.",
    },
    "a fraction of a node": {
        change: [`${cluster}/systemPool`, { minCount: 1, maxCount: 2.5 }],
        path: "spokes.platform.cluster.systemPool.maxCount",
        found: "2.5",
        allowed: "a whole number: Nodes at most.",
        remedy: change,
    },
    "a list where a group is wanted": {
        change: ["spokes", [1]],
        path: "spokes",
        found: "[1]",
        allowed: "a group of named settings: Networks behind the hub, by name.",
        remedy: change,
    },
    "a group where a list is wanted": {
        change: ["groups/clusterAdmins", { a: 1 }],
        path: "groups.clusterAdmins",
        found: '{"a":1}',
        allowed: "a list: Administer clusters.",
        remedy: change,
    },
    "text where a group with modes is wanted": {
        change: ["kubernetesObjects", "apply"],
        path: "kubernetesObjects",
        found: '"apply"',
        allowed:
            "a group of settings: apply: written to the API server, which Pulumi must reach. render: written as YAML files. " +
            'Its mode is one of "apply", "render".',
        remedy: change,
    },
    "null where a group is wanted": {
        change: ["spokes/platform", null],
        path: "spokes.platform",
        found: "null",
        allowed: `a group of settings: Its keys are ${Object.keys(spokeSchema.shape).join(", ")}.`,
        remedy: change,
    },
    "text that begins like JSON": {
        change: ["spokes", '{ "platform": '],
        path: "spokes",
        found: '"{ \\"platform\\": ", which is not valid JSON',
        allowed: "a group of named settings: Networks behind the hub, by name.",
        remedy: change,
    },
    "a missing text": {
        change: ["location", undefined],
        path: "location",
        found: "nothing",
        allowed: "a text: Azure region.",
        remedy: "Set it in the stack file, or with: pulumi config set --path 'secure-aks-ml:location' <value>",
    },
    "a missing group": {
        change: ["groups", undefined],
        path: "groups",
        found: "nothing",
        allowed: "a group of settings: Its keys are clusterAdmins, dataScientists.",
        remedy: "Add it to the stack file.",
    },
    "a missing mode": {
        change: [`${cluster}/apiAccess`, {}],
        path: "spokes.platform.cluster.apiAccess.mode",
        found: "nothing",
        allowed: 'one of "privateLink", "vnetIntegration", "vnetIntegrationPublic", "public"',
        remedy:
            "Set it in the stack file, or with: " +
            "pulumi config set --path 'secure-aks-ml:spokes.platform.cluster.apiAccess.mode' <value>",
    },
    "an unknown mode": {
        change: ["spokes/platform/ingress", { mode: "sideways" }],
        path: "spokes.platform.ingress.mode",
        found: '"sideways"',
        allowed: 'one of "none", "public", "private", "containers"',
        remedy: change,
    },
    "an unknown choice": {
        change: ["environment", "production"],
        path: "environment",
        found: '"production"',
        allowed: 'one of "dev", "staging", "prod"',
        remedy: change,
    },
    "an empty text": {
        change: ["workload", ""],
        path: "workload",
        found: '""',
        allowed: "2 to 10 lower-case letters and digits, the first a letter",
        remedy: change,
    },
    "an empty list": {
        change: ["groups/clusterAdmins", []],
        path: "groups.clusterAdmins",
        found: "[]",
        allowed: "a list with at least 1 in it",
        remedy: change,
    },
    "a text that is too short": {
        change: ["allowedEgress", [{ name: "a", fqdns: ["a.contoso.com"], reason: "because" }]],
        path: "allowedEgress[0].reason",
        found: '"because"',
        allowed: "a text, its number of characters at least 10",
        remedy: change,
    },
    "a number that is too great": {
        change: ["hub/egress", { mode: "firewall", publicAddresses: 251 }],
        path: "hub.egress.publicAddresses",
        found: "251",
        allowed: "at most 250",
        remedy: change,
    },
    "no spoke at all": {
        change: ["spokes", {}],
        path: "spokes",
        found: "{}",
        allowed: "at least one spoke",
        remedy: change,
    },
    "no user pool at all": {
        change: [`${cluster}/userPools`, {}],
        path: "spokes.platform.cluster.userPools",
        found: "{}",
        allowed: "at least one pool: the system pool takes no workloads",
        remedy: change,
    },
    "a zone that stands twice": {
        change: ["zones", ["1", "1"]],
        path: "zones",
        found: '["1","1"]',
        allowed: "a list in which everything stands once",
        remedy: change,
    },
    "no IPv4 block": {
        change: ["hub/addressSpace", "2001:db8::/32"],
        path: "hub.addressSpace",
        found: '"2001:db8::/32"',
        allowed: "an IPv4 block such as 10.0.0.0/16",
        remedy: change,
    },
    "a wildcard below a top-level domain": {
        change: ["allowedEgress", [{ name: "a", fqdns: ["*.com"], reason: "for the tests" }]],
        path: "allowedEgress[0].fqdns[0]",
        found: '"*.com"',
        allowed: "a host name such as api.contoso.com, or *.contoso.com for its sub-domains",
        remedy: change,
    },
    "a path without its slash": {
        change: [
            "spokes/platform/ingress",
            { ...publicIngress, sites: { apps: { ...appsSite, probePath: "health" } } },
        ],
        path: "spokes.platform.ingress.sites.apps.probePath",
        found: '"health"',
        allowed: "a path that begins with /",
        remedy: change,
    },
    "no CPU at all": {
        change: [`${learning}/instanceTypes`, { a: { requests: { cpu: "0.0", memory: "1Gi" }, limits: oneCpu() } }],
        path: "spokes.platform.machineLearning.instanceTypes.a.requests.cpu",
        found: '"0.0"',
        allowed: 'CPUs above zero such as "2" or "500m"',
        remedy: change,
    },
    "a spoke that is called like the hub": {
        change: ["spokes/hub", { addressSpace: "10.9.0.0/16" }],
        path: "spokes.hub",
        found: 'the name "hub"',
        allowed: "2 to 10 lower-case letters and digits, the first a letter; not hub or shared, which are taken",
        remedy: rename,
    },
    "a user pool that is called like the system pool": {
        change: [`${cluster}/userPools/system`, { minCount: 1, maxCount: 1 }],
        path: "spokes.platform.cluster.userPools.system",
        found: 'the name "system"',
        allowed: "1 to 12 lower-case letters and digits, the first a letter; not system, which systemPool has",
        remedy: rename,
    },
    "the extension's own namespace": {
        change: [`${learning}/namespace`, "azureml"],
        path: "spokes.platform.machineLearning.namespace",
        found: '"azureml"',
        allowed: "1 to 63 lower-case letters, digits and hyphens; not azureml, default or kube-..., which have owners",
        remedy: change,
    },
    "an unknown switch of the engine": {
        change: ["secure-aks-ml-engine:keepAliases", "true"],
        path: "secure-aks-ml-engine:keepAliases",
        found: "an unknown key",
        allowed: "the keys keepVersionedAliases, keepTracesOfPromises, keepDebugMessages",
        remedy: "Remove it, or spell it as one of those.",
    },
    "a switch of the engine that is no boolean": {
        change: ["secure-aks-ml-engine:keepDebugMessages", "yes"],
        path: "secure-aks-ml-engine:keepDebugMessages",
        found: '"yes"',
        allowed: "true or false",
        remedy: "Change it in the stack file.",
    },
    "a subscription that is no GUID": {
        change: ["azure-native:subscriptionId", "Contoso"],
        path: "azure-native:subscriptionId",
        found: '"Contoso"',
        allowed: "the id (a GUID) of the subscription to deploy to",
        remedy: "Set it in the stack file, or with: pulumi config set azure-native:subscriptionId <id>",
    },
};

describe("Configuration, one setting at a time", () => {
    for (const [name, { change: made, ...expected }] of Object.entries(unknownKeys)) {
        it(`reports an unknown key ${name}`, () => {
            expect(problemsOf(made)).to.deep.equal([expected]);
        });
    }
    for (const [name, { change: made, ...expected }] of Object.entries(wrongValues)) {
        it(`reports ${name}`, () => {
            expect(problemsOf(made)).to.deep.equal([expected]);
        });
    }

    it("shortens a long value to one line", () => {
        const [{ found }] = problemsOf(["workload", "x".repeat(1000)]);
        expect(found)
            .to.have.length.at.most(120)
            .and.match(/\.\.\.$/);
    });
});

function oneCpu() {
    return { cpu: "1", memory: "1Gi" };
}
