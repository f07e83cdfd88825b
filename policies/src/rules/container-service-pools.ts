import { absent, is, oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { NetworkModel } from "../graph/network-model";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";
import { aheadOf } from "./alone";
import { CLUSTER, clustersOf, eachPool, hasArm, hasGpu, isWindows, POOL, poolsOf } from "./container-service-subject";

const TYPES = [CLUSTER, POOL];

export const poolOneNetwork = graphRule({
    id: "SAM-AKS-054",
    name: "pool-one-network",
    title: "All pools of a cluster must be in one virtual network.",
    severity: "high",
    risk: "Azure refuses a pool in another network after the rest is made, and rules of one network say nothing about the other.",
    remediation: ["Set vnetSubnetID of every pool of a cluster to subnets of the same virtual network."],
    twin: {
        rules: ["pool-inline-one-network"],
        leaves: "in which network the other pools are of a cluster to which a pool of its own belongs",
    },
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: TYPES,
    check(graph, findings) {
        const model = graph.model(NetworkModel);
        for (const cluster of graph.ofType(CLUSTER)) {
            const own = findings.on(cluster.urn);
            own.attempt(() => checkNetworks(model, cluster, own));
        }
    },
});

function checkNetworks(model: NetworkModel, cluster: GraphResource, findings: Findings): void {
    const inline = poolsOf(CLUSTER, cluster.inputs).map((pool) => ({ owner: cluster, pool, certain: true }));
    const [first, ...others] = [...inline, ...poolResourcesOf(model.graph, cluster)].filter(
        ({ pool }) => pool.known().at("vnetSubnetID").present,
    );
    for (const other of others) {
        findings.attempt(() => first && compareNetworks(model, first, other, findings.on(other.owner.urn)));
    }
}

/** A pool, the resource that declares it, and whether it is surely the cluster's. */
interface Placed {
    owner: GraphResource;
    pool: Value;
    certain: boolean;
}

function compareNetworks(model: NetworkModel, first: Placed, other: Placed, findings: Findings): void {
    const expected = networksOf(model, first);
    const networks = networksOf(model, other);
    if (new Set([...expected, ...networks]).size === 1) {
        return;
    }
    const where = "A pool's vnetSubnetID leads to another virtual network than the first pool's";
    if (networks.some((network) => expected.includes(network))) {
        findings.undecided(`${where}, or to the same: resources of both went into it. Take it from one subnet.`);
    } else if (other.certain) {
        findings.fail(`${where}. Set a subnet of the same network.`);
    } else {
        findings.undecided(
            `${where}, and resourceName, which tells whose pool it is, is not known. Set it to a constant.`,
        );
    }
}

/** Pools of their own that are a cluster's, or may be because its name is not known on one side. */
function poolResourcesOf(graph: ResourceGraph, cluster: GraphResource): Placed[] {
    const isNamed = graph.nameOf(cluster, "resourceName") !== undefined;
    return graph.ofType(POOL).flatMap((owner) => {
        const clusters = clustersOf(graph, owner);
        const certain = clusters.includes(cluster);
        const possible = clusters.length === 0 && (owner.inputs.at("resourceName").unknown || !isNamed);
        return certain || possible ? [{ owner, pool: owner.inputs, certain }] : [];
    });
}

/** Networks that a pool may be in: the stack's by URN, others by their id. Throws if nothing tells. */
function networksOf(model: NetworkModel, { owner, pool }: Placed): (string | undefined)[] {
    const id = pool.at("vnetSubnetID");
    const reference = model.follow(owner, id, () => true);
    const networks = reference.kind === "subnets" ? reference.subnets.map(({ network }) => network?.urn) : [undefined];
    return networks.includes(undefined) ? [id.folded()?.split("/subnets/")[0]] : networks;
}

export const inlineOneNetwork = aheadOf(poolOneNetwork, {
    id: "SAM-AKS-074",
    name: "pool-inline-one-network",
    title: "Pools inside of a cluster must name subnets of one virtual network.",
    risk: "Azure refuses the cluster when all that it stands on is made already.",
    types: [CLUSTER],
});

export const poolHostEncryption = resourceRule({
    id: "SAM-AKS-055",
    name: "pool-host-encryption",
    title: "Temporary disks and caches of nodes must be encrypted on their host.",
    severity: "medium",
    risk: "Images, logs and volumes of pods lie on a node's temporary disk, which is not encrypted otherwise.",
    remediation: [
        "Register the subscription feature Microsoft.Compute/EncryptionAtHost.",
        "Set enableEncryptionAtHost of every pool to true.",
    ],
    control: { reference: "DP-4", mapping: "published" },
    frameworks: { nist: ["SC-28"] },
    scanners: { checkov: ["CKV_AZURE_227"], azurePolicy: ["41425d9f-d1a5-499a-9932-f8ed8453932c"] },
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) => findings.require(pool.at("enableEncryptionAtHost"), is(true)));
    },
});

export const poolEphemeralOs = resourceRule({
    id: "SAM-AKS-056",
    name: "pool-ephemeral-os",
    title: "Operating system disks of nodes must be ephemeral.",
    severity: "low",
    risk: "A disk that outlives its node keeps what was written to it, and makes upgrades slower.",
    remediation: ['Set osDiskType of every pool to "Ephemeral", and choose a size with a large enough local disk.'],
    control: { reference: "PV-3", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_226"], psrule: ["Azure.AKS.EphemeralOSDisk"] },
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) => findings.require(pool.at("osDiskType"), is("Ephemeral")));
    },
});

export const poolTrustedLaunch = resourceRule({
    id: "SAM-AKS-057",
    name: "pool-trusted-launch",
    title: "Nodes must start with secure boot and a virtual TPM.",
    severity: "medium",
    risk: "A boot loader or driver that somebody put into a node's image starts unnoticed, below everything that watches the node.",
    remediation: [
        "Choose a generation 2 size.",
        "Set securityProfile.enableSecureBoot and securityProfile.enableVTPM of every pool to true.",
    ],
    control: { reference: "PV-3", mapping: "own reading" },
    scanners: {},
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) => {
            const settings = ["enableSecureBoot", "enableVTPM"].map((setting) =>
                pool.at("securityProfile").key(setting),
            );
            if (settings.some(({ raw }) => raw !== true) && !cannotTrustLaunch(pool)) {
                settings.forEach((setting) => findings.require(setting, is(true)));
            }
        });
    },
});

/** Where AKS offers no trusted launch (Azure documentation, "Use Trusted Launch with AKS: limitations"). */
function cannotTrustLaunch(pool: Value): boolean {
    const hasUnsignedDrivers =
        hasGpu(pool) &&
        pool.at("gpuProfile.driver").folded() !== "none" &&
        pool.at("osSKU").folded()?.startsWith("azurelinux") !== true;
    return isWindows(pool) || hasArm(pool) || pool.at("enableFIPS").isTrue() || hasUnsignedDrivers;
}

export const poolSshOff = resourceRule({
    id: "SAM-AKS-058",
    name: "pool-ssh-off",
    title: "Nodes must not take SSH.",
    severity: "medium",
    risk: "A key that opens every node stays valid for its lifetime, and what is done with it no audit log shows.",
    remediation: [
        'Set securityProfile.sshAccess of every pool to "Disabled".',
        "Use kubectl debug, whose use Azure's roles decide, to look at a node.",
    ],
    control: { reference: "PA-7", mapping: "own reading" },
    scanners: { azurePolicy: ["28257686-e9db-403e-b9e2-a5eecbe03da9"] },
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) => {
            const access = pool.at("securityProfile.sshAccess");
            // Windows nodes have no SSH server that AKS could switch off.
            if (access.folded() !== "disabled" && !isWindows(pool)) {
                findings.require(access, is("Disabled"));
            }
        });
    },
});

export const poolFips = resourceRule({
    id: "SAM-AKS-059",
    name: "pool-fips",
    title: "Nodes must use cryptography that is validated to FIPS 140.",
    severity: "low",
    level: "disabled",
    risk: "Where a regulation asks for validated modules, data that other modules protected counts as unprotected.",
    remediation: ["Set enableFIPS of every pool to true. Trusted launch is then not to be had."],
    control: { reference: "DP-4", mapping: "own reading" },
    frameworks: { nist: ["SC-13"] },
    scanners: {},
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) => findings.require(pool.at("enableFIPS"), is(true)));
    },
});

export const poolUnsafeSysctls = resourceRule({
    id: "SAM-AKS-060",
    name: "pool-no-unsafe-sysctls",
    title: "Nodes must not let pods set kernel parameters that reach beyond the pod.",
    severity: "medium",
    risk: "A pod that may set such a parameter changes the kernel of the node for every other pod on it.",
    remediation: [
        "Remove kubeletConfig.allowedUnsafeSysctls from every pool.",
        "Set what a node needs in linuxOSConfig.sysctls, for the node as a whole.",
    ],
    control: { reference: "PV-3", mapping: "own reading" },
    scanners: {},
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) =>
            findings.require(pool.at("kubeletConfig.allowedUnsafeSysctls"), absent, "Remove it."),
        );
    },
});

export const poolNoHostPorts = resourceRule({
    id: "SAM-AKS-061",
    name: "pool-no-host-ports",
    title: "Nodes must not be opened for ports of pods.",
    severity: "high",
    risk: "Azure opens these ports of the nodes to everyone in the network security group that it keeps for them.",
    remediation: [
        "Remove networkProfile.allowedHostPorts from every pool.",
        "Publish through an internal load balancer or the Application Gateway.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) =>
            findings.require(pool.at("networkProfile.allowedHostPorts"), absent, "Remove it."),
        );
    },
});

export const poolSupportedOs = resourceRule<{ retired: string[] }>({
    id: "SAM-AKS-062",
    name: "pool-supported-os",
    title: "The operating system of nodes must be one that still gets security updates.",
    severity: "medium",
    risk: "Flaws of a retired system stay open, and Azure makes no more images of it.",
    remediation: ['Set osSKU of every pool to "AzureLinux" or "Ubuntu" (Windows: "Windows2022").'],
    control: { reference: "PV-6", mapping: "own reading" },
    scanners: {},
    config: {
        retired: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: ["CBLMariner", "Windows2019"],
            description: "Values of osSKU that are refused.",
        },
    },
    types: TYPES,
    check(subject, findings, { retired }) {
        eachPool(subject, findings, (pool) => {
            const system = pool.at("osSKU");
            if (retired.some((name) => name.toLowerCase() === system.folded())) {
                findings.fail(
                    `${system.path} must be none of ${retired.join(", ")}; found ${system.shown()}. Choose a newer one.`,
                );
            }
        });
    },
});

export const poolGpuDriver = resourceRule({
    id: "SAM-AKS-063",
    name: "pool-gpu-driver",
    title: "A pool with GPUs must say who installs their driver.",
    severity: "low",
    risk: "Left open, Azure installs a driver that a GPU operator in the cluster installs again, and nodes never become ready.",
    remediation: ['Set gpuProfile.driver to "Install", or to "None" where a GPU operator brings drivers of its own.'],
    control: { reference: "PV-3", mapping: "own reading" },
    scanners: {},
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) => {
            if (hasGpu(pool)) {
                findings.require(pool.at("gpuProfile.driver"), oneOf("Install", "None"));
            }
        });
    },
});

export const containerServicePoolRules = [
    poolOneNetwork,
    inlineOneNetwork,
    poolHostEncryption,
    poolEphemeralOs,
    poolTrustedLaunch,
    poolSshOff,
    poolFips,
    poolUnsafeSysctls,
    poolNoHostPorts,
    poolSupportedOs,
    poolGpuDriver,
];
