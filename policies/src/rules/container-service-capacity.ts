import { is, oneOf } from "../frame/expectation";
import { resourceRule } from "../frame/rule";
import type { WithExemptEnvironments } from "./container-service-subject";
import {
    CLUSTER,
    eachPool,
    exemptEnvironments,
    fewestNodes,
    hasGpu,
    isExempt,
    isGateway,
    isSpot,
    isSystem,
    POOL,
} from "./container-service-subject";

const TYPES = [CLUSTER, POOL];

interface WithMinimum {
    minimum: number;
}

export const poolZones = resourceRule<WithMinimum>({
    id: "SAM-AKS-064",
    name: "pool-zones",
    title: "Nodes of a pool must be spread over availability zones.",
    severity: "medium",
    risk: "If the building fails that all nodes of a pool are in, everything on them is gone until it is back.",
    remediation: ['Set availabilityZones of every pool, for example to ["1", "2", "3"].'],
    control: { reference: "BR-1", mapping: "own reading" },
    scanners: { psrule: ["Azure.AKS.AvailabilityZone"], azurePolicy: ["2dec5f47-bc40-40d8-8c7d-a39d9d6808d1"] },
    config: {
        minimum: {
            type: "integer",
            minimum: 0,
            maximum: 3,
            default: 2,
            description: "Zones at least; 0 for regions without any.",
        },
    },
    types: TYPES,
    check(subject, findings, { minimum }) {
        eachPool(subject, findings, (pool) => {
            const zones = pool.at("availabilityZones");
            if (new Set(zones.texts()).size < minimum) {
                findings.fail(`${zones.path} must name at least ${minimum} zones; found ${zones.shown()}. Add zones.`);
            }
        });
    },
});

export const poolScaleSet = resourceRule<{ allowedTypes: string[] }>({
    id: "SAM-AKS-065",
    name: "pool-vmss",
    title: "A pool must be a virtual machine scale set.",
    severity: "medium",
    risk: "An availability set knows no zones, no autoscaling and no upgrade of images, and Azure has retired it for AKS.",
    remediation: ['Set type of every pool to "VirtualMachineScaleSets", which is also Azure\'s default.'],
    control: { reference: "PV-3", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_169"], psrule: ["Azure.AKS.PoolScaleSet"] },
    config: {
        allowedTypes: {
            type: "array",
            items: { type: "string", enum: ["VirtualMachineScaleSets", "VirtualMachines"] },
            minItems: 1,
            default: ["VirtualMachineScaleSets"],
            description: "Types that are accepted.",
        },
    },
    types: TYPES,
    check(subject, findings, { allowedTypes }) {
        eachPool(subject, findings, (pool) => {
            if (pool.at("type").present) {
                findings.require(pool.at("type"), oneOf(...allowedTypes));
            }
        });
    },
});

export const poolAutoscale = resourceRule({
    id: "SAM-AKS-066",
    name: "pool-autoscale",
    title: "A pool must grow and shrink with its load.",
    severity: "low",
    risk: "A pool of fixed size is too small when an attack or a crowd comes, and there is no room to move pods off a bad node.",
    remediation: ["Set enableAutoScaling of every pool to true, and minCount below maxCount."],
    control: { reference: "PV-3", mapping: "own reading" },
    scanners: { psrule: ["Azure.AKS.AutoScaling"] },
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) => {
            if (isGateway(pool)) {
                return;
            }
            findings.require(pool.at("enableAutoScaling"), is(true));
            const least = pool.at("minCount");
            const most = pool.at("maxCount");
            if (!(Number(least.known().raw) < Number(most.known().raw))) {
                findings.fail(
                    `${least.path} must be below ${most.path}; found ${least.shown()} and ${most.shown()}. Raise ${most.path}.`,
                );
            }
        });
    },
});

export const poolSystemMinimum = resourceRule<WithMinimum & WithExemptEnvironments>({
    id: "SAM-AKS-067",
    name: "pool-system-min",
    title: "A cluster must have a system pool, and each must keep enough nodes.",
    severity: "medium",
    risk: "With DNS and admission webhooks on one or two nodes, the loss of one stops the cluster.",
    remediation: ["Set minCount (or count, without autoscaling) of every system pool to 3 or more."],
    control: { reference: "BR-1", mapping: "own reading" },
    scanners: { psrule: ["Azure.AKS.MinNodeCount"] },
    config: {
        minimum: { type: "integer", minimum: 1, default: 3, description: "Nodes at least." },
        exemptEnvironments,
    },
    types: TYPES,
    check(subject, findings, { minimum, ...exempt }) {
        if (isExempt(subject.inputs, exempt)) {
            return;
        }
        eachPool(subject, findings, (pool) => {
            if (isSystem(pool)) {
                const least = fewestNodes(pool);
                if (!(Number(least.raw) >= minimum)) {
                    findings.fail(`${least.path} must be at least ${minimum}; found ${least.shown()}. Raise it.`);
                }
            }
        });
        const pools = subject.inputs.at("agentPoolProfiles");
        if (subject.type === CLUSTER && !pools.items().some(isSystem)) {
            findings.fail(`${pools.path} must hold a pool of the mode System; found none. Set its mode to "System".`);
        }
    },
});

export const poolUserMinimum = resourceRule<WithMinimum & WithExemptEnvironments>({
    id: "SAM-AKS-068",
    name: "pool-user-min",
    title: "A pool for workloads must keep nodes.",
    severity: "low",
    risk: "If a pool shrinks to nothing, what runs there is gone until a new node has started.",
    remediation: ["Set minCount (or count, without autoscaling) of every user pool to this rule's minimum or more."],
    control: { reference: "BR-1", mapping: "own reading" },
    scanners: { psrule: ["Azure.AKS.MinUserPoolNodes"] },
    config: {
        minimum: {
            type: "integer",
            minimum: 1,
            default: 1,
            description: "Nodes at least. Pools with GPUs and of spot nodes may shrink to none.",
        },
        exemptEnvironments,
    },
    types: TYPES,
    check(subject, findings, { minimum, ...exempt }) {
        if (isExempt(subject.inputs, exempt)) {
            return;
        }
        eachPool(subject, findings, (pool) => {
            if (isSystem(pool) || isGateway(pool) || hasGpu(pool) || isSpot(pool)) {
                return;
            }
            const least = fewestNodes(pool);
            // One node is what Azure makes where the program says nothing.
            if (!(Number(least.raw ?? 1) >= minimum)) {
                findings.fail(`${least.path} must be at least ${minimum}; found ${least.shown()}. Raise it.`);
            }
        });
    },
});

/** Kept free for the cluster's own add-ons by this taint (Azure documentation, "Manage system node pools in AKS"). */
const SYSTEM_TAINT = "CriticalAddonsOnly=true:NoSchedule";

export const poolSystemTaint = resourceRule({
    id: "SAM-AKS-069",
    name: "pool-system-taint",
    title: "System pools must take nothing but the cluster's own add-ons.",
    severity: "medium",
    risk: "An application on the same nodes takes memory from DNS and admission webhooks, or breaks out next to them.",
    remediation: [
        `Add the taint ${SYSTEM_TAINT} to nodeTaints of every system pool.`,
        "Add a user pool for workloads.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_232"] },
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) => {
            const taints = pool.at("nodeTaints");
            if (isSystem(pool) && !taints.texts().includes(SYSTEM_TAINT)) {
                findings.fail(`${taints.path} must hold ${SYSTEM_TAINT}; found ${taints.shown()}. Add it.`);
            }
        });
    },
});

export const poolMaxPods = resourceRule<WithMinimum>({
    id: "SAM-AKS-070",
    name: "pool-max-pods",
    title: "A node must take enough pods.",
    severity: "low",
    risk: "Agents of the cluster take twenty places on every node, so few are left, and the number can't be changed later.",
    remediation: ["Set maxPods of every pool to 50 or more, for example 110."],
    control: { reference: "PV-3", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_168"], psrule: ["Azure.AKS.NodeMinPods"] },
    config: { minimum: { type: "integer", minimum: 10, maximum: 250, default: 50, description: "Pods at least." } },
    types: TYPES,
    check(subject, findings, { minimum }) {
        eachPool(subject, findings, (pool) => {
            const most = pool.at("maxPods");
            // Azure's default is 250 with an overlay and 30 without; a pool of its own doesn't say which it is.
            const network = subject.inputs.at("networkProfile.networkPluginMode");
            const few = most.known().absent ? network.folded() !== "overlay" : Number(most.raw) < minimum;
            if (few) {
                findings.fail(`${most.path} must be at least ${minimum}; found ${most.shown()}. Raise it.`);
            }
        });
    },
});

export const poolGpuShape = resourceRule({
    id: "SAM-AKS-071",
    name: "pool-gpu-taint",
    title: "A pool with GPUs must turn away pods that need none, and scale.",
    severity: "low",
    risk: "Ordinary pods fill nodes that cost a hundred times more, and keep them running.",
    remediation: [
        "Add a taint with the effect NoSchedule to nodeTaints, and tolerate it where GPUs are asked for.",
        "Set enableAutoScaling to true.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: TYPES,
    check(subject, findings) {
        eachPool(subject, findings, (pool) => {
            if (!hasGpu(pool)) {
                return;
            }
            const taints = pool.at("nodeTaints");
            findings.require(pool.at("enableAutoScaling"), is(true));
            if (!taints.texts().some((taint) => taint.endsWith(":NoSchedule") || taint.endsWith(":NoExecute"))) {
                findings.fail(`${taints.path} must hold a taint with NoSchedule; found ${taints.shown()}. Add one.`);
            }
        });
    },
});

export const containerServiceCapacityRules = [
    poolZones,
    poolScaleSet,
    poolAutoscale,
    poolSystemMinimum,
    poolUserMinimum,
    poolSystemTaint,
    poolMaxPods,
    poolGpuShape,
];
