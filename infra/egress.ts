import { egressRules, mergeEgress, type SourcedRule } from "../components/network/egress-rules";
import type { SpokeAddresses } from "./address-plan";
import type { Settings } from "./config/load";
import { gatewayEgress } from "./ingress-egress";

/** The firewall's whole allow-list: what the features of each spoke need, for the subnets of its nodes and its private gateway alone. */
export function plannedEgress(settings: Settings, plans: Readonly<Record<string, SpokeAddresses>>): SourcedRule[] {
    const needs = Object.entries(settings.spokes).flatMap(([name, { cluster, machineLearning }]) => {
        if (!cluster) {
            return [];
        }
        const { systemPool, userPools } = plans[name].subnets;
        const rules = egressRules({
            location: settings.location,
            publicApiServer: cluster.apiAccess.mode === "public",
            azurePolicy: true,
            monitoring: false,
            defender: cluster.defender,
            gpu: Object.values(cluster.userPools).some(({ vmSize }) => /^Standard_N/.test(vmSize)),
            machineLearning: machineLearning !== undefined,
            additional: settings.allowedEgress,
        });
        return [{ rules, sources: [systemPool, userPools] }];
    });
    return mergeEgress([...needs, ...gatewayEgress(settings, plans)]);
}
