import { certificateRules, clientRule } from "../components/ingress/gateway-egress-rules";
import { secretsOf } from "../components/ingress/gateway-plan";
import type { EgressNeed } from "../components/network/ip-groups-plan";
import type { SpokeAddresses } from "./address-plan";
import type { Settings } from "./config/load";
import { ingressOfSpoke } from "./landing-ingress";

/** What private gateways, and who comes to them, need of the firewall. Public gateways don't pass it. */
export function gatewayEgress(settings: Settings, plans: Readonly<Record<string, SpokeAddresses>>): EgressNeed[] {
    return Object.entries(settings.spokes).flatMap(([name, { cluster, ingress }]) => {
        const network = ingressOfSpoke(ingress, settings, plans);
        if (!cluster || ingress.mode !== "private" || network.mode !== "private") {
            return [];
        }
        const { addressSpace, subnets, gatewayAddress } = plans[name];
        return [
            {
                group: `${name}-gateway`,
                rules: certificateRules(secretsOf(ingress).map(({ secretId }) => secretId)),
                sources: [subnets.ingress],
            },
            {
                group: `${name}-clients`,
                rules: [clientRule(name, gatewayAddress)],
                sources: network.clients.filter((range) => range !== addressSpace),
            },
        ].filter(({ sources }) => sources.length > 0);
    });
}
