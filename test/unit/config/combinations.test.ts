import { expect } from "chai";
import { zonesOfGroup } from "../../../components/network/private-dns-zones";
import { appsSite, problemsOf, type Change } from "./sound-config";

const cluster = "spokes/platform/cluster";
const learning = "spokes/platform/machineLearning";
const inference = { hostName: "scoring.contoso.com", tlsSecret: "scoring-tls" };

interface Case {
    readonly changes: readonly Change[];
    readonly path: string;
    readonly found: string;
    readonly allowed: string;
    readonly remedy: string;
}

const block = "a network address and its prefix length, such as 10.0.0.0/16";
const correct = "Correct the address or the prefix length.";
const ownRange = { allowed: "a range of its own", remedy: "Move one of the two." };
const order = { allowed: "a minimum no greater than the maximum", remedy: "Swap them, or raise the maximum." };
const outsideForbidden = {
    allowed: "ranges outside 169.254.0.0/16, 172.30.0.0/16, 172.31.0.0/16, 192.0.2.0/24",
    remedy: "Choose another private range; AKS refuses this one.",
};

const addresses: Record<string, Case> = {
    "host bits": {
        changes: [["hub/addressSpace", "10.100.0.1/24"]],
        path: "hub.addressSpace",
        found: '"10.100.0.1/24" has host bits set; its network is 10.100.0.0/24',
        allowed: block,
        remedy: correct,
    },
    "a part above 255": {
        changes: [["hub/addressSpace", "10.256.0.0/24"]],
        path: "hub.addressSpace",
        found: '"10.256.0.0/24" is not an IPv4 block such as 10.0.0.0/16',
        allowed: block,
        remedy: correct,
    },
    "a prefix above 32": {
        changes: [[`${cluster}/podCidr`, "100.64.0.0/33"]],
        path: "spokes.platform.cluster.podCidr",
        found: '"100.64.0.0/33" is not an IPv4 block such as 10.0.0.0/16',
        allowed: block,
        remedy: correct,
    },
    "a hub that is too small, and names the block around it": {
        changes: [["hub/addressSpace", "10.100.0.128/25"]],
        path: "hub.addressSpace",
        found: '"10.100.0.128/25"',
        allowed: "a /23 or larger",
        remedy: "Give it more addresses, for example 10.100.0.0/23 if that is free.",
    },
    "a spoke that is too small": {
        changes: [["spokes/platform/addressSpace", "10.101.0.0/23"]],
        path: "spokes.platform.addressSpace",
        found: '"10.101.0.0/23"',
        allowed: "a /22 or larger",
        remedy: "Give it more addresses, for example 10.101.0.0/22 if that is free.",
    },
    "a range of services as large as /12": {
        changes: [[`${cluster}/serviceCidr`, "10.16.0.0/12"]],
        path: "spokes.platform.cluster.serviceCidr",
        found: '"10.16.0.0/12"',
        allowed: "a /13 or smaller",
        remedy: "Take a part of it, for example 10.16.0.0/13.",
    },
    "a network that holds what AKS refuses": {
        changes: [["hub/addressSpace", "172.16.0.0/12"]],
        path: "hub.addressSpace",
        found: '"172.16.0.0/12", which overlaps 172.30.0.0/16',
        ...outsideForbidden,
    },
    "services where AKS refuses them": {
        changes: [[`${cluster}/serviceCidr`, "172.31.8.0/24"]],
        path: "spokes.platform.cluster.serviceCidr",
        found: '"172.31.8.0/24", which overlaps 172.31.0.0/16',
        ...outsideForbidden,
    },
    "public addresses for services": {
        changes: [[`${cluster}/serviceCidr`, "172.10.0.0/16"]],
        path: "spokes.platform.cluster.serviceCidr",
        found: '"172.10.0.0/16", which holds public addresses',
        allowed: "ranges within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10",
        remedy: "Choose a private range; nodes could not reach the real owners of these addresses.",
    },
    "a spoke inside the hub's range": {
        changes: [["hub/addressSpace", "10.101.0.0/16"]],
        path: "spokes.platform.addressSpace",
        found: '"10.101.0.0/16", which overlaps hub.addressSpace (10.101.0.0/16)',
        ...ownRange,
    },
    "two spokes that overlap": {
        changes: [["spokes/second", { addressSpace: "10.101.8.0/21" }]],
        path: "spokes.second.addressSpace",
        found: '"10.101.8.0/21", which overlaps spokes.platform.addressSpace (10.101.0.0/16)',
        ...ownRange,
    },
    "pods that overlap another spoke": {
        changes: [["spokes/second", { addressSpace: "100.64.0.0/16" }]],
        path: "spokes.platform.cluster.podCidr",
        found: '"100.64.0.0/16", which overlaps spokes.second.addressSpace (100.64.0.0/16)',
        ...ownRange,
    },
    "services that overlap the same cluster's pods": {
        changes: [[`${cluster}/serviceCidr`, "100.64.8.0/24"]],
        path: "spokes.platform.cluster.serviceCidr",
        found: '"100.64.8.0/24", which overlaps spokes.platform.cluster.podCidr (100.64.0.0/16)',
        ...ownRange,
    },
    "Docker's bridge in a spoke with Azure Machine Learning": {
        changes: [
            ["spokes/platform/addressSpace", "172.16.0.0/15"],
            [learning, {}],
        ],
        path: "spokes.platform.addressSpace",
        found: '"172.16.0.0/15", which overlaps 172.17.0.0/16',
        allowed: "ranges beside Docker's own bridge network",
        remedy: "Choose another range for a spoke with Azure Machine Learning.",
    },
    "more nodes than their pods' range serves": {
        changes: [[`${cluster}/podCidr`, "100.64.0.0/20"]],
        path: "spokes.platform.cluster.podCidr",
        found: '"100.64.0.0/20" for 21 nodes: maxCount, and what maxSurge adds while an upgrade runs',
        allowed: "at most 16 nodes",
        remedy: "Give pods a larger range, or lower maxCount.",
    },
    "more nodes than their subnet has addresses": {
        changes: [
            ["spokes/platform/addressSpace", "10.101.0.0/20"],
            [`${cluster}/systemPool`, { minCount: 3, maxCount: 189 }],
            [`${cluster}/podCidr`, "10.128.0.0/12"],
        ],
        path: "spokes.platform.cluster.systemPool",
        found: "a subnet for 252 nodes: maxCount, and what maxSurge adds while an upgrade runs",
        allowed: "at most 250 nodes",
        remedy: "Lower maxCount.",
    },
};

const pool = { supernet: "10.64.0.0/12", slots: 16 };
const slots: Record<string, Case> = {
    "a spoke without addresses": {
        changes: [["spokes/platform/addressSpace", undefined]],
        path: "spokes.platform.addressSpace",
        found: "nothing",
        allowed: `${block}, or addresses together with a slot of this spoke`,
        remedy:
            "Set it in the stack file, or with: " +
            "pulumi config set --path 'secure-aks-ml:spokes.platform.addressSpace' <value>",
    },
    "more nodes than a slot holds": {
        changes: [
            ["spokes/platform/addressSpace", undefined],
            ["spokes/platform/slot", 2],
            ["spokes/platform/width", 1],
            ["addresses", { ...pool, slots: 256, sharedOverlays: true }],
            [`${cluster}/systemPool`, { minCount: 3, maxCount: 189 }],
        ],
        path: "spokes.platform.cluster.systemPool",
        found: "a subnet for 252 nodes: maxCount, and what maxSurge adds while an upgrade runs",
        allowed: "at most 250 nodes",
        remedy: "Lower maxCount. Or set width to 2, and slot to a multiple of it, before the spoke is made.",
    },
    "a slot that leaves no room for the nodes beside it": {
        changes: [
            ["spokes/platform/addressSpace", undefined],
            ["spokes/platform/slot", 3],
            ["addresses", { ...pool, slots: 256, sharedOverlays: true }],
            [`${cluster}/systemPool`, { minCount: 3, maxCount: 189 }],
        ],
        path: "spokes.platform.slot",
        found: "slot 3 is no multiple of 2, the number of slots that it takes",
        allowed: "a multiple of 2 from 2 to 254",
        remedy: "Take another slot, for example 2.",
    },
    "more nodes than any number of slots holds": {
        changes: [
            ["spokes/platform/addressSpace", undefined],
            ["spokes/platform/slot", 2],
            [
                "addresses",
                { ...pool, slots: 256, pods: "100.64.0.0/22", services: "100.96.0.0/16", sharedOverlays: true },
            ],
            [`${cluster}/podCidr`, "100.64.0.0/22"],
        ],
        path: "spokes.platform.cluster.podCidr",
        found: '"100.64.0.0/22" for 21 nodes: maxCount, and what maxSurge adds while an upgrade runs',
        allowed: "at most 4 nodes",
        remedy: "Give pods a larger range, or lower maxCount.",
    },
    "a slot beyond the supernet": {
        changes: [
            ["addresses", pool],
            ["spokes/second", { slot: 16 }],
        ],
        path: "spokes.second.slot",
        found: "slot 16 is outside the 16 slots of 10.64.0.0/12",
        allowed: "a multiple of 1 from 1 to 15",
        remedy: "Take another slot, for example 15.",
    },
    "a slot that doesn't fit its width": {
        changes: [
            ["addresses", pool],
            ["spokes/second", { slot: 3, width: 2 }],
        ],
        path: "spokes.second.slot",
        found: "slot 3 is no multiple of 2, the number of slots that it takes",
        allowed: "a multiple of 2 from 2 to 14",
        remedy: "Take another slot, for example 2.",
    },
    "two spokes in one slot": {
        changes: [
            ["addresses", pool],
            ["spokes/second", { slot: 2, width: 2 }],
            ["spokes/third", { slot: 3 }],
        ],
        path: "spokes.third.slot",
        found: '"10.67.0.0/16", which overlaps spokes.second.slot (10.66.0.0/15)',
        allowed: "a range of its own",
        remedy: "Take a free slot, for example 1.",
    },
    "a slot where another site is": {
        changes: [
            ["addresses", pool],
            ["onPremises", ["10.66.32.0/20"]],
            ["spokes/second", { slot: 2 }],
        ],
        path: "spokes.second.slot",
        found: '"10.66.0.0/16", which overlaps onPremises[0] (10.66.32.0/20)',
        allowed: "a range of its own",
        remedy: "Take a free slot, for example 1.",
    },
    "slots that are too small for a spoke": {
        changes: [["addresses", { supernet: "10.64.0.0/16", slots: 128 }]],
        path: "addresses.supernet",
        found: '"10.64.0.0/16"',
        allowed: "a /15 or larger",
        remedy: "Give it more addresses, for example 10.64.0.0/15 if that is free.",
    },
    "a number of slots that halves don't give": {
        changes: [["addresses", { ...pool, slots: 12 }]],
        path: "addresses.slots",
        found: "12",
        allowed: "a power of two",
        remedy: "Change it in the stack file.",
    },
};

const apiAccess: Record<string, Case> = {
    "the whole Internet": {
        changes: [[`${cluster}/apiAccess`, { mode: "public", authorizedRanges: ["0.0.0.0/0"] }]],
        path: "spokes.platform.cluster.apiAccess.authorizedRanges[0]",
        found: '"0.0.0.0/0"',
        allowed: "networks of administrators, /8 or narrower",
        remedy: "Name the networks that administrators really come from.",
    },
    "an address that is no network": {
        changes: [[`${cluster}/apiAccess`, { mode: "public", authorizedRanges: ["198.51.100.7/24"] }]],
        path: "spokes.platform.cluster.apiAccess.authorizedRanges[0]",
        found: '"198.51.100.7/24" has host bits set; its network is 198.51.100.0/24',
        allowed: block,
        remedy: correct,
    },
    "more ranges than Azure takes besides the firewall's addresses": {
        changes: [
            ["hub/egress", { mode: "firewall", publicAddresses: 3 }],
            [`${cluster}/apiAccess`, { mode: "public", authorizedRanges: manyRanges(198) }],
        ],
        path: "spokes.platform.cluster.apiAccess.authorizedRanges",
        found: "198 ranges",
        allowed: "at most 197: Azure takes 200, and the firewall's addresses are among them",
        remedy: "Merge neighbouring ranges, or use mode privateLink or vnetIntegrationPublic.",
    },
};

const nodePools: Record<string, Case> = {
    "a pool whose minimum is above its maximum": {
        changes: [[`${cluster}/userPools`, { user: { minCount: 4, maxCount: 3 } }]],
        path: "spokes.platform.cluster.userPools.user",
        found: "a minimum of 4 and a maximum of 3",
        ...order,
    },
    "a system pool that may be empty": {
        changes: [[`${cluster}/systemPool`, { minCount: 0, maxCount: 3 }]],
        path: "spokes.platform.cluster.systemPool.minCount",
        found: "0",
        allowed: "at least 1",
        remedy: "Keep a node for the cluster's own add-ons; 3 in production.",
    },
};

const machineLearning: Record<string, Case> = {
    "Azure Machine Learning without a cluster": {
        changes: [
            [learning, {}],
            [cluster, undefined],
        ],
        path: "spokes.platform.machineLearning",
        found: "Azure Machine Learning in a spoke without a cluster",
        allowed: "a cluster beside it: jobs run there",
        remedy: "Add spokes.platform.cluster, or remove machineLearning.",
    },
    "three routers on two nodes": {
        changes: [
            [learning, { inference }],
            [`${cluster}/userPools`, { user: { minCount: 1, maxCount: 2 } }],
        ],
        path: "spokes.platform.machineLearning.inference.highlyAvailable",
        found: "true, with at most 2 user nodes",
        allowed: "true with three user nodes or more",
        remedy: "Raise maxCount of a user pool, or set highlyAvailable to false.",
    },
    "an instance type that fits no pool": {
        changes: [
            [learning, { instanceTypes: { gpu: { ...instance("1", "1Gi"), nodeSelector: { agentpool: "gpu" } } } }],
        ],
        path: "spokes.platform.machineLearning.instanceTypes.gpu.nodeSelector",
        found: '{"agentpool":"gpu"}',
        allowed: "labels of a user pool: agentpool (user) or its own labels",
        remedy: "Select labels that a user pool has; jobs of this type would wait for ever.",
    },
    "more CPUs asked for than allowed": {
        changes: [[learning, { instanceTypes: { big: instance("2", "1Gi") } }]],
        path: "spokes.platform.machineLearning.instanceTypes.big.requests.cpu",
        found: '"2", with a limit of "1500m"',
        allowed: "no more than the limit",
        remedy: "Lower the request, or raise the limit.",
    },
    "more memory asked for than allowed": {
        changes: [[learning, { instanceTypes: { big: instance("1", "3Gi") } }]],
        path: "spokes.platform.machineLearning.instanceTypes.big.requests.memory",
        found: '"3Gi", with a limit of "2048Mi"',
        allowed: "no more than the limit",
        remedy: "Lower the request, or raise the limit.",
    },
};

const privateServices: Record<string, Case> = {
    "a Data Lake endpoint of a flat account": {
        changes: [["spokes/platform/storageAccounts", { data: { services: ["blob", "dfs"] } }]],
        path: "spokes.platform.storageAccounts.data.services",
        found: "dfs, without a hierarchical namespace",
        allowed: "dfs where hierarchicalNamespace is true",
        remedy: "Set hierarchicalNamespace, or remove dfs.",
    },
    "an endpoint whose zones nobody knows": {
        changes: [
            [
                "spokes/platform/privateEndpoints",
                { search: { group: "searchService", targetId: appsSite.certificate.vaultId } },
            ],
        ],
        path: "spokes.platform.privateEndpoints.search.zones",
        found: 'nothing, for the group "searchService"',
        allowed: `the zones of its names; known without are ${Object.keys(zonesOfGroup).join(", ")}`,
        remedy: "Take them from Azure's list of private DNS zone values.",
    },
};

const tables = {
    "Private services": privateServices,
    "Ranges of addresses": addresses,
    "Slots of a supernet": slots,
    "Access to the API server": apiAccess,
    "Node pools": nodePools,
    "Azure Machine Learning": machineLearning,
};

for (const [title, cases] of Object.entries(tables)) {
    describe(`Configuration, settings together: ${title}`, () => {
        for (const [name, { changes, ...expected }] of Object.entries(cases)) {
            it(`reports ${name}`, () => {
                expect(problemsOf(...changes)).to.deep.equal([expected]);
            });
        }
    });
}

describe("Configuration, settings that look impossible and aren't", () => {
    const fine: Record<string, readonly Change[]> = {
        "two clusters with the same ranges for pods and services": [
            ["spokes/second", { addressSpace: "10.102.0.0/16", cluster: {} }],
        ],
        "three routers on three nodes of two pools": [
            [learning, { inference }],
            [
                `${cluster}/userPools`,
                { one: { minCount: 0, maxCount: 1 }, two: { minCount: 0, maxCount: 2, labels: { team: "a" } } },
            ],
        ],
        "a selector of a label that one pool has": [
            [`${cluster}/userPools`, { gpu: { minCount: 0, maxCount: 2, labels: { accelerator: "nvidia" } } }],
            [
                learning,
                { instanceTypes: { gpu: { ...instance("1", "2Gi"), nodeSelector: { accelerator: "nvidia" } } } },
            ],
        ],
        "ranges of AKS's forbidden list among the administrators' networks": [
            [`${cluster}/apiAccess`, { mode: "public", authorizedRanges: ["192.0.2.0/24"] }],
        ],
        "Docker's bridge in a spoke without Azure Machine Learning": [
            ["spokes/platform/addressSpace", "172.17.0.0/16"],
        ],
    };
    for (const [name, changes] of Object.entries(fine)) {
        it(`accepts ${name}`, () => {
            expect(problemsOf(...changes)).to.deep.equal([]);
        });
    }
});

function instance(cpu: string, memory: string) {
    return { requests: { cpu, memory }, limits: { cpu: "1500m", memory: "2048Mi" } };
}

function manyRanges(count: number): string[] {
    return Array.from({ length: count }, (_, index) => `198.51.${index}.0/24`);
}
