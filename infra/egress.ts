import { hasGpu } from "../components/cluster/node-pools-plan";
import { egressRules, mergeEgress, type EgressRule, type SourcedRule } from "../components/network/egress-rules";
import type { SpokePlan } from "../components/network/address-plan";
import type { Settings } from "./config/load";
import type { ClusterConfig } from "./config/schema/cluster";

/** What the nodes of some subnets need. */
interface Need {
    readonly rules: readonly EgressRule[];
    readonly sources: readonly string[];
}

/** The firewall's whole allow-list: what the features of each spoke need, for the subnets of its nodes alone. */
export function plannedEgress(settings: Settings, plans: Readonly<Record<string, SpokePlan>>): SourcedRule[] {
    const needs = Object.entries(settings.spokes).flatMap(([name, { cluster, machineLearning }]) =>
        cluster ? clusterNeeds(name, cluster, machineLearning !== undefined, settings, plans[name]) : [],
    );
    return mergeEgress(needs);
}

/** The pools that everybody shares, and each tenant's: what one of them may reach, others may not. */
function clusterNeeds(
    spoke: string,
    cluster: ClusterConfig,
    machineLearning: boolean,
    { location, allowedEgress }: Settings,
    { subnets, tenantSubnets }: SpokePlan,
): Need[] {
    const rulesFor = (
        pools: readonly Parameters<typeof hasGpu>[0][],
        features: { machineLearning: boolean; additional: Settings["allowedEgress"] },
    ) =>
        egressRules({
            location,
            publicApiServer: cluster.apiAccess.mode === "public",
            azurePolicy: true,
            monitoring: false,
            defender: cluster.defender,
            gpu: pools.some(hasGpu),
            ...features,
        });
    return [
        {
            rules: rulesFor(Object.values(cluster.userPools), { machineLearning, additional: allowedEgress }),
            sources: [subnets.systemPool, subnets.userPools],
        },
        ...Object.entries(cluster.tenantPools).map(([tenant, pool]) => ({
            rules: rulesFor([pool], {
                machineLearning: false,
                additional: [
                    ...allowedEgress,
                    // A rule's name must be the only one of its kind; names in settings have no such character.
                    ...pool.allowedEgress.map((entry) => ({ ...entry, name: `${spoke}_${tenant}_${entry.name}` })),
                ],
            }),
            sources: [tenantSubnets[pool.place]],
        })),
    ];
}
