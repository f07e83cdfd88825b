import { egressRules, mergeEgress, type SourcedRule } from "../components/network/egress-rules";
import type { SpokePlan } from "../components/network/address-plan";
import type { Settings } from "./config/load";
import { agentsOf } from "./defaults";

/** The firewall's whole allow-list: what the features of each spoke need, for the subnets of its nodes alone. */
export function plannedEgress(settings: Settings, plans: Readonly<Record<string, SpokePlan>>): SourcedRule[] {
    const needs = Object.entries(settings.spokes).flatMap(([name, { cluster, machineLearning }]) => {
        if (!cluster) {
            return [];
        }
        const { systemPool, userPools } = plans[name].subnets;
        const rules = egressRules({
            location: settings.location,
            publicApiServer: cluster.apiAccess.mode === "public",
            azurePolicy: true,
            monitoring:
                !settings.observability.privateLink && Object.values(agentsOf(settings, cluster)).includes(true),
            defender: cluster.defender,
            gpu: Object.values(cluster.userPools).some(({ vmSize }) => /^Standard_N/.test(vmSize)),
            machineLearning: machineLearning !== undefined,
            additional: settings.allowedEgress,
        });
        return [{ rules, sources: [systemPool, userPools] }];
    });
    return mergeEgress(needs);
}
