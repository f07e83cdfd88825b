import { httpsProtocol, type ApplicationProtocol, type EgressRule } from "./egress-rules";
import { sourcesOf, type EgressPlan } from "./ip-groups-plan";

/** One line for an appliance that is fed by hand: from where to where, and why. */
export interface EgressRow {
    readonly rule: string;
    /** Subnets of the nodes that it is for, as CIDRs. */
    readonly sources: readonly string[];
    /** A host name (`*.` for its sub-domains), a CIDR or a service tag. */
    readonly destination: string;
    readonly protocol: "HTTPS" | "HTTP" | "TCP" | "UDP";
    /** A port, or a range such as `8000-8080`. */
    readonly port: string;
    readonly why: string;
    /** Title of the documentation page that demands it, or `configuration`. */
    readonly source: string;
}

type Destination = Pick<EgressRow, "destination" | "protocol" | "port">;

/**
 * What Azure Firewall's tags stand for, as "Outbound network and FQDN rules for Azure Kubernetes Service (AKS) clusters"
 * lists it for other makes. Microsoft adds to the tag of its own accord; here somebody must.
 */
const tagHosts: Readonly<Record<string, readonly string[]>> = {
    AzureKubernetesService: [
        "*.data.mcr.microsoft.com",
        "acs-mirror.azureedge.net",
        "login.microsoftonline.com",
        "management.azure.com",
        "mcr-0001.mcr-msedge.net",
        "mcr.microsoft.com",
        "packages.aks.azure.com",
        "packages.microsoft.com",
    ],
};

/**
 * The whole allow-list, a line for each destination and port, in the words of any maker.
 * @throws RangeError where a rule has a tag that nobody wrote out here.
 */
export function egressTable(plan: EgressPlan): EgressRow[] {
    return plan.rules.flatMap((shared) => {
        const { name, why, source } = shared.rule;
        const sources = sourcesOf(plan, shared);
        return destinationsOf(shared.rule).map((destination) => ({ rule: name, sources, ...destination, why, source }));
    });
}

function destinationsOf(rule: EgressRule): Destination[] {
    if (rule.kind === "network") {
        const { protocol, destinations, fqdns = [], ports } = rule;
        return [...destinations, ...fqdns].flatMap((destination) =>
            ports.map((port) => ({ destination, protocol, port })),
        );
    }
    const { fqdns = [], fqdnTags = [], protocols } = rule;
    return [
        ...fqdns.flatMap((destination) => protocols.map((protocol) => ({ destination, ...inWords(protocol) }))),
        // That list has HTTPS alone, whatever the tag lets through beside it.
        ...fqdnTags.flatMap(hostsOf).map((destination) => ({ destination, ...inWords(httpsProtocol) })),
    ];
}

function inWords({ protocolType, port }: ApplicationProtocol): Pick<EgressRow, "protocol" | "port"> {
    return { protocol: protocolType === "Https" ? "HTTPS" : "HTTP", port: String(port) };
}

function hostsOf(tag: string): readonly string[] {
    if (!(tag in tagHosts)) {
        throw new RangeError(`Nobody wrote out which host names the tag ${tag} stands for`);
    }
    return tagHosts[tag];
}
