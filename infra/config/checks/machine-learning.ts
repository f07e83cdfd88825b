import {
    isArm,
    isWindows,
    labelsOf,
    machineLearningTaint,
    taintsOf,
} from "../../../components/cluster/node-pools-plan";
import { show, type Problem } from "../problem";
import type { ClusterConfig } from "../schema/cluster";
import type { MachineLearningConfig } from "../schema/machine-learning";
import type { SpokeConfig } from "../schema/spoke";

type InstanceTypeConfig = MachineLearningConfig["instanceTypes"][string];

/** Routers of a highly available scoring endpoint, each on a node of its own. */
const highlyAvailableRouters = 3;

/** Azure Machine Learning in one spoke: what its cluster can't give. */
export function machineLearningProblems(path: string, { cluster, machineLearning }: SpokeConfig): Problem[] {
    if (!machineLearning) {
        return [];
    }
    if (!cluster) {
        return [
            {
                path: `${path}.machineLearning`,
                found: "Azure Machine Learning in a spoke without a cluster",
                allowed: "a cluster beside it: jobs run there",
                remedy: `Add ${path}.cluster, or remove machineLearning.`,
            },
        ];
    }
    return [
        ...inferenceProblems(`${path}.machineLearning.inference`, machineLearning, cluster),
        ...Object.entries(machineLearning.instanceTypes).flatMap(([name, instanceType]) => {
            const where = `${path}.machineLearning.instanceTypes.${name}`;
            return [...selectorProblems(where, instanceType, cluster), ...amountProblems(where, instanceType)];
        }),
    ];
}

function inferenceProblems(
    path: string,
    { inference }: MachineLearningConfig,
    { userPools }: ClusterConfig,
): Problem[] {
    const nodes = Object.values(userPools).reduce((sum, pool) => sum + pool.maxCount, 0);
    if (!inference?.highlyAvailable || nodes >= highlyAvailableRouters) {
        return [];
    }
    return [
        {
            path: `${path}.highlyAvailable`,
            found: `true, with at most ${nodes} user nodes`,
            allowed: "true with three user nodes or more",
            remedy: "Raise maxCount of a user pool, or set highlyAvailable to false.",
        },
    ];
}

function selectorProblems(path: string, { nodeSelector }: InstanceTypeConfig, { userPools }: ClusterConfig): Problem[] {
    const selected = Object.entries(userPools).filter(([name, pool]) => {
        const labels: Record<string, string> = {
            ...labelsOf(pool),
            agentpool: name,
            "kubernetes.azure.com/mode": "user",
        };
        return Object.entries(nodeSelector).every(([key, value]) => labels[key] === value);
    });
    if (selected.length === 0) {
        return [
            {
                path: `${path}.nodeSelector`,
                found: show(nodeSelector),
                allowed: `labels of a user pool: agentpool (${Object.keys(userPools).join(", ")}) or its own labels`,
                remedy: "Select labels that a user pool has; jobs of this type would wait for ever.",
            },
        ];
    }
    if (selected.some(([, pool]) => takesJobs(pool))) {
        return [];
    }
    return [
        {
            path: `${path}.nodeSelector`,
            found: `${show(nodeSelector)}, which selects ${selected.map(([name]) => name).join(", ")} alone`,
            allowed: "a pool of Linux nodes for Intel or AMD, with no taints but those that begin with ml.azure.com/",
            remedy: "Jobs stand no other taints, those of spot nodes included: select another pool, or change this one.",
        },
    ];
}

/** Whether jobs of Azure Machine Learning can run on a pool. */
function takesJobs(pool: ClusterConfig["userPools"][string]): boolean {
    const stood = (taint: string) => taint.startsWith("ml.azure.com/") || taint.endsWith(":PreferNoSchedule");
    return !isWindows(pool) && !isArm(pool) && taintsOf(pool, machineLearningTaint).every(stood);
}

function amountProblems(path: string, { requests, limits }: InstanceTypeConfig): Problem[] {
    return (["cpu", "memory"] as const)
        .filter((what) => amountOf(requests[what]) > amountOf(limits[what]))
        .map((what) => ({
            path: `${path}.requests.${what}`,
            found: `${show(requests[what])}, with a limit of ${show(limits[what])}`,
            allowed: "no more than the limit",
            remedy: "Lower the request, or raise the limit.",
        }));
}

/** A Kubernetes quantity as a number. */
function amountOf(quantity: string): number {
    const factors: Record<string, number> = { m: 1e-3, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
    const unit = quantity.replace(/[\d.]/g, "");
    return Number.parseFloat(quantity) * (factors[unit] ?? 1);
}
