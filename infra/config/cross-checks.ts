import { addressProblems } from "./checks/addresses";
import { clusterProblems } from "./checks/cluster";
import { dnsProblems } from "./checks/dns";
import { egressProblems } from "./checks/egress";
import { gatewayProblems } from "./checks/gateway";
import { hubProblems } from "./checks/hub";
import { ingressProblems } from "./checks/ingress";
import { machineLearningProblems } from "./checks/machine-learning";
import { observabilityProblems } from "./checks/observability";
import { privateServiceProblems } from "./checks/private-services";
import type { Problem } from "./problem";
import type { SoundParts } from "./sound-parts";

/** What no single setting shows: ranges that overlap, settings that don't fit each other. */
export function crossChecks(parts: SoundParts): Problem[] {
    const problems = [
        ...addressProblems(parts),
        ...hubProblems(parts),
        ...gatewayProblems(parts),
        ...dnsProblems(parts),
        ...egressProblems(parts),
        ...observabilityProblems(parts),
        ...Object.entries(parts.spokes).flatMap(([name, spoke]) => {
            const path = `spokes.${name}`;
            return [
                ...(spoke.cluster ? clusterProblems(`${path}.cluster`, spoke.cluster, parts) : []),
                ...ingressProblems(path, spoke, parts),
                ...machineLearningProblems(path, spoke),
                ...privateServiceProblems(path, spoke, parts),
            ];
        }),
    ];
    return problems.map((problem) => ({ ...problem, path: `secure-aks-ml:${problem.path}` }));
}
