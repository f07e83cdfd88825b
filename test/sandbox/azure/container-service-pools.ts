import { itemsAt, stringAt, stringsAt, UNKNOWN, valueAt, valuesAt } from "../provider/values";
import type { Properties, Value } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, lastSegment, parentId } from "./arm-id";
import { invalid, unchangeable } from "./container-service-error";
import { routeRefusal } from "./container-service-network";
import type { CloudView, Rule } from "./resource-type";

/** Pools of nodes, inside of an AKS cluster's own body or as resources of their own. */
interface Pool {
    /** Empty while it is unknown. */
    readonly name: string;
    readonly inputs: Properties;
    /** Inputs of the cluster; empty if the simulation doesn't have it. */
    readonly cluster: Properties;
}

type PoolRule = (pool: Pool) => ArmError | undefined;

/** "Naming rules and restrictions for Azure resources". */
const nameFits: PoolRule = ({ name, inputs }) => {
    const longest = inputs["osType"] === "Windows" ? 6 : 12;
    if (inputs["osType"] === "Windows" && name.length > longest) {
        const message = `Windows agent pool name '${name}' is longer than ${longest} characters.`;
        return new ArmError("WindowsAgentPoolNameTooLong", message);
    }
    if (name === "" || (name.length <= longest && /^[a-z][a-z0-9]*$/.test(name))) return undefined;
    return invalid(
        "agentPoolProfile.name",
        `'${name}' must be 1 to ${longest} lower-case letters and digits, a letter first.`,
    );
};

/** "Use system node pools". */
const systemPoolIsSolid: PoolRule = ({ name, inputs }) => {
    if (inputs["mode"] !== "System") return undefined;
    if (inputs["osType"] === "Windows")
        return new ArmError("SystemPoolMustBeLinux", `System pool '${name}' must run Linux.`);
    if (inputs["scaleSetPriority"] === "Spot")
        return new ArmError("SystemPoolMustBeRegular", `System pool '${name}' can't be of priority Spot.`);
    if (inputs["count"] === 0 || (inputs["enableAutoScaling"] === true && inputs["minCount"] === 0))
        return invalid("agentPoolProfile.count", `System pool '${name}' needs a node at least.`);
    return undefined;
};

/** "Windows containers in AKS": Azure CNI without Cilium, and an administrator's account on the cluster. */
const windowsIsPossible: PoolRule = ({ name, inputs, cluster }) => {
    if (inputs["osType"] !== "Windows") return undefined;
    const plugin = stringAt(cluster, "networkProfile.networkPlugin");
    if (plugin !== undefined && plugin !== "azure") {
        const message = `Windows agent pools can only be added to AKS clusters using Azure-CNI; ${name} is in one with network plugin '${plugin}'.`;
        return new ArmError("AzureCNIOnlyForWindows", message);
    }
    for (const [property, value] of [
        ["networkDataplane", "cilium"],
        ["outboundType", "none"],
    ] as const) {
        if (stringAt(cluster, `networkProfile.${property}`) !== value) continue;
        return invalid(
            "agentPoolProfile.osType",
            `Pool '${name}': Windows is not supported with ${property} ${value}.`,
        );
    }
    const hasCluster = Object.keys(cluster).length > 0;
    if (!hasCluster || cluster["windowsProfile"] !== undefined) return undefined;
    return new ArmError(
        "WindowsProfileMissing",
        `Pool '${name}' runs Windows, so the cluster needs a windowsProfile with an administrator's account.`,
    );
};

const imageFitsSystem: PoolRule = ({ name, inputs }) => {
    const image = inputs["osSKU"];
    if (typeof image !== "string" || inputs["osType"] === UNKNOWN) return undefined;
    const system = inputs["osType"] ?? "Linux";
    if (image.startsWith("Windows") === (system === "Windows")) return undefined;
    return new ArmError("InvalidOSSKU", `Pool '${name}' has osSKU ${image}, which osType ${String(system)} can't run.`);
};

/** "Add an Azure Spot node pool". */
const spotFits: PoolRule = ({ name, inputs }) => {
    if (inputs["scaleSetPriority"] === UNKNOWN) return undefined;
    if (inputs["scaleSetPriority"] !== "Spot") {
        const only = ["scaleSetEvictionPolicy", "spotMaxPrice"].find((property) => inputs[property] !== undefined);
        if (only === undefined) return undefined;
        return invalid(`agentPoolProfile.${only}`, `Pool '${name}' can have it only with scaleSetPriority Spot.`);
    }
    for (const property of ["maxSurge", "maxUnavailable"]) {
        if (valueAt(inputs, `upgradeSettings.${property}`) === undefined) continue;
        return invalid(`agentPoolProfile.upgrade.${property}`, `Spot pools can't set ${property} (pool '${name}').`);
    }
    const price = inputs["spotMaxPrice"];
    if (typeof price !== "number" || price === -1 || price > 0) return undefined;
    return invalid("agentPoolProfile.spotMaxPrice", `Pool '${name}' has ${price}; allowed are -1 and more than 0.`);
};

const scalingFits: PoolRule = ({ name, inputs }) => {
    const { minCount, maxCount, count } = inputs;
    const tooMany = [minCount, maxCount, count].find((value) => typeof value === "number" && value > 1000);
    if (tooMany !== undefined) {
        const message = `Pool '${name}' asks for ${String(tooMany)} nodes; allowed are up to 1000.`;
        return new ArmError("AgentPoolMaxCountExceeded", message);
    }
    if (inputs["enableAutoScaling"] === UNKNOWN) return undefined;
    if (inputs["enableAutoScaling"] !== true) {
        if (minCount === undefined && maxCount === undefined) return undefined;
        const message = `Pool '${name}' has minCount or maxCount, but enableAutoScaling isn't true.`;
        return invalid("agentPoolProfile.minCount", message);
    }
    if (minCount === undefined || maxCount === undefined) {
        const message = `Pool '${name}' needs minCount and maxCount with auto-scaling.`;
        return invalid("agentPoolProfile.enableAutoScaling", message);
    }
    if (typeof minCount !== "number" || typeof maxCount !== "number" || minCount <= maxCount) return undefined;
    const message = `Pool '${name}' has minCount ${minCount} above maxCount ${maxCount}.`;
    return invalid("agentPoolProfile.minCount", message);
};

/** "Plan IP addressing for your cluster". */
const podsFit: PoolRule = ({ name, inputs }) => {
    const pods = inputs["maxPods"];
    if (typeof pods !== "number" || pods === 0 || (pods >= 10 && pods <= 250)) return undefined;
    const code = pods < 10 ? "InsufficientMaxPods" : "MaxPodsLimitExceeded";
    return new ArmError(code, `Pool '${name}' has maxPods ${pods}; allowed are 10 to 250.`);
};

/** Pods have addresses of a subnet, or of the overlay. */
const podSubnetFits: PoolRule = ({ name, inputs, cluster }) => {
    const property = "agentPoolProfile.podSubnetID";
    const [pods, nodes] = [inputs["podSubnetID"], inputs["vnetSubnetID"]];
    if (pods === undefined) {
        if (inputs["podIPAllocationMode"] === undefined) return undefined;
        return invalid("agentPoolProfile.podIPAllocationMode", `Pool '${name}' can have it only with podSubnetID.`);
    }
    if (nodes === undefined) return invalid(property, `Pool '${name}' needs a vnetSubnetID too.`);
    if (valueAt(cluster, "networkProfile.networkPluginMode") === "overlay")
        return invalid(
            property,
            `Pool '${name}' is in a cluster of networkPluginMode overlay; pods get overlay addresses.`,
        );
    if (typeof pods !== "string" || typeof nodes !== "string") return undefined;
    if (idKey(parentId(pods) ?? "") === idKey(parentId(nodes) ?? "") && idKey(pods) !== idKey(nodes)) return undefined;
    return invalid(property, `Pool '${name}' needs a subnet for pods beside that of its nodes, in the same network.`);
};

const zonesAreNumbers: PoolRule = ({ name, inputs }) => {
    const wrong = stringsAt(inputs, "availabilityZones[]").find((zone) => !/^[1-9]$/.test(zone));
    if (wrong === undefined) return undefined;
    return new ArmError("InvalidAvailabilityZoneFormat", `Pool '${name}' has zone '${wrong}'; zones are numbers: "1".`);
};

const diskFits: PoolRule = ({ name, inputs }) => {
    const size = inputs["osDiskSizeGB"];
    if (typeof size !== "number" || size === 0 || (size >= 30 && size <= 2048)) return undefined;
    return invalid(
        "agentPoolProfile.osDiskSizeGB",
        `Pool '${name}' has ${size}; allowed are 0 (default) and 30 to 2048.`,
    );
};

/** GB of the default OS disk, and of local storage per vCPU where a size of these families has any (a `d`). */
const DEFAULT_DISK = 128;
const LOCAL_PER_CPU = 37.5;

/** "Ephemeral OS disks": they live on the node's own storage. Known here for general sizes from version 4 on. */
const ephemeralDiskFits: PoolRule = ({ name, inputs }) => {
    const size = stringAt(inputs, "vmSize");
    const [, cpus, letters = ""] = /^Standard_[DE](\d+)(?:-\d+)?([a-z]*)_v[45]$/i.exec(size ?? "") ?? [];
    if (inputs["osDiskType"] !== "Ephemeral" || cpus === undefined) return undefined;
    const local = letters.toLowerCase().includes("d") ? Number(cpus) * LOCAL_PER_CPU : 0;
    const wanted = inputs["osDiskSizeGB"] || (local === 0 ? DEFAULT_DISK : 0);
    if (typeof wanted !== "number" || wanted <= local) return undefined;
    return invalid(
        "agentPoolProfile.osDiskType",
        `Size ${size} of pool '${name}' has ${local} GB of local storage, but the ephemeral OS disk requires ${wanted} GB. ` +
            `Use a size with more of it, or a managed disk.`,
    );
};

/** "Create a multi-instance GPU node pool". Sizes with a GPU start with N. */
const gpuSettingsFit: PoolRule = ({ name, inputs }) => {
    const size = inputs["vmSize"];
    const property = ["gpuInstanceProfile", "gpuProfile"].find((setting) => inputs[setting] !== undefined);
    if (property === undefined || typeof size !== "string" || /^Standard_N[CDGV]/i.test(size)) return undefined;
    return invalid(`agentPoolProfile.${property}`, `Pool '${name}' has size ${size}, which has no GPU.`);
};

/** A pool may lag behind its cluster's version, but not run ahead of it. */
const versionIsNotAhead: PoolRule = ({ name, inputs, cluster }) => {
    const [own, control] = [version(inputs["orchestratorVersion"]), version(cluster["kubernetesVersion"])];
    if (own === undefined || control === undefined || own <= control) return undefined;
    const message = `Pool '${name}' can't run ${String(inputs["orchestratorVersion"])}, which is newer than the control plane's ${String(cluster["kubernetesVersion"])}.`;
    return new ArmError("NodePoolMcVersionIncompatible", message);
};

/** Minor versions only: patches are chosen by AKS where they are left out. */
function version(value: Value): number | undefined {
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(typeof value === "string" ? value : "") ?? [];
    return major === undefined ? undefined : Number(major) * 1000 + Number(minor);
}

const POOL_RULES: readonly PoolRule[] = [
    systemPoolIsSolid,
    nameFits,
    windowsIsPossible,
    imageFitsSystem,
    spotFits,
    scalingFits,
    podsFit,
    podSubnetFits,
    zonesAreNumbers,
    diskFits,
    ephemeralDiskFits,
    gpuSettingsFit,
    versionIsNotAhead,
];

function poolRefusal(pool: Pool): ArmError | undefined {
    for (const rule of POOL_RULES) {
        const refusal = rule(pool);
        if (refusal) return refusal;
    }
    return undefined;
}

/** The real provider replaces a pool for `vmSize` and `gpuInstanceProfile` only; it sends the rest, and AKS refuses. */
const FIXED = [
    "vnetSubnetID",
    "podSubnetID",
    "osType",
    "osDiskType",
    "osDiskSizeGB",
    "kubeletDiskType",
    "maxPods",
    "availabilityZones",
    "scaleSetPriority",
    "scaleSetEvictionPolicy",
    "spotMaxPrice",
    "enableEncryptionAtHost",
    "enableUltraSSD",
    "proximityPlacementGroupID",
];

function fixedRefusal(before: Properties, after: Properties, fixed: readonly string[]): ArmError | undefined {
    const changed = fixed.find((property) => {
        const [was, becomes] = [valuesAt(before, `${property}[]`), valuesAt(after, `${property}[]`)];
        // What is left out keeps its value.
        return becomes.length > 0 && !becomes.includes(UNKNOWN) && was.length > 0 && !sameMembers(was, becomes);
    });
    if (changed !== undefined) return unchangeable(changed, "It takes a new pool, under another name or in its place.");
    // A Linux pool is reimaged for it.
    const reimaged = typeof before["enableFIPS"] === "boolean" && typeof after["enableFIPS"] === "boolean";
    if (after["osType"] !== "Windows" || !reimaged || before["enableFIPS"] === after["enableFIPS"]) return undefined;
    return unchangeable("enableFIPS", "Only Linux pools can change it in place.");
}

function sameMembers(one: Value[], other: Value[]): boolean {
    return one.length === other.length && one.every((item) => other.includes(item));
}

/** "Use separate subnets for node pools": all in the network of the cluster, and none delegated. */
function subnetsRefusal(ids: string[], cloud: CloudView): ArmError | undefined {
    const [first] = ids;
    const stranger = ids.find((id) => idKey(parentId(id) ?? "") !== idKey(parentId(first ?? "") ?? ""));
    if (stranger !== undefined) {
        return invalid(
            "agentPoolProfile.vnetSubnetID",
            `All agent pools must be in one virtual network; ${stranger} is in another than ${first}.`,
        );
    }
    const delegated = ids.find((id) => itemsAt(cloud.get(id)?.inputs, "delegations").length > 0);
    if (delegated === undefined) return undefined;
    return new ArmError("SubnetIsDelegated", `Subnet ${delegated} is delegated; subnets of nodes must not be.`);
}

const hasSystemPool: Rule = ({ inputs }) => {
    const pools = itemsAt(inputs, "agentPoolProfiles");
    if (pools.length === 0 || pools.some((pool) => pool["mode"] === "System" || pool["mode"] === UNKNOWN))
        return undefined;
    return new ArmError("MustDefineAtLeastOneSystemPool", "At least one agent pool must have mode System.");
};

const poolsShareNetwork: Rule = ({ inputs }, cloud) =>
    subnetsRefusal(stringsAt(inputs, "agentPoolProfiles[].vnetSubnetID"), cloud);

const inlinePoolsAreValid: Rule = ({ inputs }, _cloud, before) => {
    for (const pool of itemsAt(inputs, "agentPoolProfiles")) {
        const name = stringAt(pool, "name") ?? "";
        const old = itemsAt(before?.inputs, "agentPoolProfiles").find((other) => other["name"] === name);
        const refusal =
            poolRefusal({ name, inputs: pool, cluster: inputs }) ??
            (old && fixedRefusal(old, pool, [...FIXED, "vmSize", "gpuInstanceProfile"]));
        if (refusal) return refusal;
    }
    return undefined;
};

export const clusterPoolRules: Rule[] = [hasSystemPool, inlinePoolsAreValid, poolsShareNetwork];

export const poolRules: Rule[] = [
    ({ id, inputs }, cloud) => {
        const cluster = cloud.get(parentId(id) ?? "")?.inputs ?? {};
        return poolRefusal({ name: lastSegment(id), inputs, cluster });
    },
    ({ inputs }, _cloud, before) => before && fixedRefusal(before.inputs, inputs, FIXED),
    ({ id, inputs }, cloud) => {
        const cluster = cloud.get(parentId(id) ?? "");
        const own = stringAt(inputs, "vnetSubnetID");
        if (!cluster || own === undefined) return undefined;
        const shared = subnetsRefusal([...stringsAt(cluster.inputs, "agentPoolProfiles[].vnetSubnetID"), own], cloud);
        if (shared || stringAt(cluster.inputs, "networkProfile.outboundType") !== "userDefinedRouting") return shared;
        if (inputs["enableNodePublicIP"] !== true) return routeRefusal(own, cloud);
        const message = `Agent pool ${lastSegment(id)} has node public IPs, which outbound type userDefinedRouting doesn't allow.`;
        return new ArmError("UDRWithNodePublicIPNotAllowed", message);
    },
];

const SPOT = { key: "kubernetes.azure.com/scalesetpriority", value: "spot" };

/** What AKS adds to Spot pools, so that only what tolerates an eviction is scheduled there. */
export function spotOutputs(pool: Properties): Properties {
    if (pool["scaleSetPriority"] !== "Spot") return {};
    const taint = `${SPOT.key}=${SPOT.value}:NoSchedule`;
    const taints = stringsAt(pool, "nodeTaints[]");
    return {
        nodeTaints: taints.includes(taint) ? taints : [...taints, taint],
        nodeLabels: { [SPOT.key]: SPOT.value },
        scaleSetEvictionPolicy: pool["scaleSetEvictionPolicy"] ?? "Delete",
        spotMaxPrice: pool["spotMaxPrice"] ?? -1,
    };
}
