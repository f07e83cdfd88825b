import { graphRule } from "../frame/rule";
import { proveClusterOrder } from "../graph/cluster-order";
import { proveGatewayAnswers, proveOutboundMatches, proveRangesHoldEgress } from "../graph/cluster-wiring";

const CLUSTER = "containerservice:ManagedCluster";

export const outboundMatchesRoutes = graphRule({
    id: "SAM-GR-004",
    name: "outbound-matches-routes",
    title: "A cluster whose subnets lead to an appliance must have no way out of its own.",
    severity: "high",
    risk: "Packets go by the firewall and answers come by the load balancer, so connections break, or pass a way that nobody watches.",
    remediation: ['Set networkProfile.outboundType to "userDefinedRouting".'],
    twin: { rules: ["aks-outbound-udr"] },
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check: proveOutboundMatches,
});

export const gatewayReturnPath = graphRule({
    id: "SAM-GR-005",
    name: "gateway-return-path",
    title: "The subnet of a public Application Gateway must not send 0.0.0.0/0 to an appliance.",
    severity: "medium",
    risk: "The gateway's answers leave by the firewall, which never saw the questions and drops them.",
    remediation: [
        "Leave 0.0.0.0/0 out of the route table of the gateway's subnet.",
        "Keep routes of backends in it, if these must pass the firewall.",
    ],
    twin: { none: "A table alone does not show that an Application Gateway stands in its subnet." },
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: ["network:ApplicationGateway"],
    check: proveGatewayAnswers,
});

export const rangesHoldEgress = graphRule({
    id: "SAM-GR-009",
    name: "api-ranges-hold-egress",
    title: "The authorized ranges of a public API server must hold every public address of the firewall.",
    severity: "medium",
    risk: "Nodes leave by any of the firewall's addresses, and lose their API server whenever it is one that is not listed.",
    remediation: ["Add the ipAddress of all the firewall's PublicIPAddress resources to authorizedIPRanges."],
    twin: { none: "A cluster alone does not show the firewall's addresses." },
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check: proveRangesHoldEgress,
});

export const clusterOrder = graphRule({
    id: "SAM-GR-027",
    name: "cluster-order",
    title: "A cluster must wait for its routes, the firewall's rules, its peerings and its identity's roles.",
    severity: "medium",
    risk: "A node that starts before its way out stands fails to join, and the deployment fails a quarter of an hour later.",
    remediation: [
        "Name the route tables, peerings, rule collection groups and role assignments in the cluster's dependsOn.",
        "A component's dependsOn does not reach its children: pass them on.",
    ],
    twin: { none: "What a resource waits for is not among its inputs." },
    control: { reference: "AM-3", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check: proveClusterOrder,
});

export const graphClusterRules = [outboundMatchesRoutes, gatewayReturnPath, rangesHoldEgress, clusterOrder];
