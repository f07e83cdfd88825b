import { onInProd } from "../../defaults";
import { show, type Problem } from "../problem";
import type { SoundParts } from "../sound-parts";

/** Logs, metrics, alerts and costs: settings that don't fit each other, or the rest of the platform. */
export function observabilityProblems(parts: SoundParts): Problem[] {
    const { observability } = parts;
    return observability === undefined
        ? []
        : [
              ...budgetProblems(observability),
              ...flowLogProblems(observability),
              ...grafanaProblems(observability, parts),
              ...endpointProblems(observability, parts),
          ];
}

type Observability = NonNullable<SoundParts["observability"]>;

function budgetProblems({ budget, alerts }: Observability): Problem[] {
    if (!budget || budget.emails.length + alerts.emails.length > 0) {
        return [];
    }
    return [
        {
            path: "observability.budget.emails",
            found: "nobody, neither here nor in observability.alerts.emails",
            allowed: "an e-mail address in one of the two",
            remedy: "Name who is to be told: a budget does nothing else.",
        },
    ];
}

function flowLogProblems({ flowLogs }: Observability): Problem[] {
    if (flowLogs.enabled !== false || !flowLogs.trafficAnalytics) {
        return [];
    }
    return [
        {
            path: "observability.flowLogs.trafficAnalytics",
            found: "true, while flow logs are off",
            allowed: "false, or flow logs that are on",
            remedy: "Switch observability.flowLogs.enabled on, or the analytics off.",
        },
    ];
}

/** Grafana that has nothing to show. */
function grafanaProblems({ grafana }: Observability, { environment, spokes }: SoundParts): Problem[] {
    const clusters = Object.values(spokes).flatMap(({ cluster }) => cluster ?? []);
    const scraped =
        environment === undefined ||
        clusters.some(({ monitoring }) => onInProd({ environment }, monitoring.prometheus));
    if (!grafana || scraped || clusters.length === 0) {
        return [];
    }
    return [
        {
            path: "observability.grafana",
            found: `dashboards, while no cluster has Prometheus (environment ${show(environment)})`,
            allowed: "no Grafana, or a cluster with monitoring.prometheus: true",
            remedy: "Switch spokes.<spoke>.cluster.monitoring.prometheus on.",
        },
    ];
}

/** Shared private endpoints stand in the hub, or in a spoke beside the shared parts: Azure wants one region and subscription. */
function endpointProblems(
    { privateLink, grafana }: Observability,
    { existingHub, addressed, spokes }: SoundParts,
): Problem[] {
    const asks = privateLink
        ? "observability.privateLink"
        : grafana && !grafana.publicAccess
          ? "observability.grafana.publicAccess"
          : undefined;
    const complete = Object.keys(addressed).length === Object.keys(spokes).length && Object.keys(spokes).length > 0;
    const beside = Object.values(spokes).some(({ location, subscriptionId }) => !location && !subscriptionId);
    if (!asks || !existingHub || !complete || beside) {
        return [];
    }
    return [
        {
            path: asks,
            found: "a private endpoint, and nowhere to put it: the hub is not ours, every spoke is elsewhere",
            allowed: "a spoke without a location or subscriptionId of its own, whose network then holds the endpoint",
            remedy: "Add such a spoke, or keep Azure Monitor public.",
        },
    ];
}
