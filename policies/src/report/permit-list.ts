import { UndecidedError, Value } from "../frame/value";
import { FirewallPermits } from "../graph/firewall-permits";
import { collectionsOf } from "../graph/firewall-rules";
import { ResourceGraph } from "../graph/resource-graph";
import { csvOf } from "./csv";
import type { Run } from "./event-log";

/** One rule by which a firewall lets something through, as people read it. */
export interface PermittedFlow {
    /** The rule collection group in the program. */
    group: string;
    collection: string;
    rule: string;
    kind: "application" | "network" | "nat";
    /** "10.1.0.0/22 of ipg-nodes" */
    sources: string[];
    destinations: string[];
    /** "Https:443", "TCP:5432" */
    ports: string[];
    /** The rule's description. */
    why: string;
}

const UNKNOWN = "not known yet";

/** Lists of a rule that say where it leads, beside addresses and IP groups. */
const NAMES = ["targetFqdns", "targetUrls", "fqdnTags", "webCategories", "destinationFqdns"];

/** What the firewalls of a run let through: every rule that allows something or leads it in. */
export function permittedFlows(run: Run): PermittedFlow[] {
    const graph = new ResourceGraph(
        run.resources.map(({ urn, type }) => {
            const inputs = new Value(run.inputs.get(urn) ?? {}, "");
            const name = urn.split("::").pop() ?? urn;
            return { urn, type, name, inputs, outputs: inputs, dependencies: [], propertyDependencies: {} };
        }),
    );
    const permits = graph.model(FirewallPermits);
    return permits.groups.flatMap((owner) => {
        const collections = known(() => collectionsOf(owner.inputs));
        if (collections === undefined) {
            const rest = { sources: [UNKNOWN], destinations: [UNKNOWN], ports: [UNKNOWN], why: "" };
            return [{ group: owner.name, collection: UNKNOWN, rule: UNKNOWN, kind: "network", ...rest }];
        }
        return collections
            .filter(({ action }) => action === "allow" || action === "dnat")
            .flatMap((collection) =>
                collection.rules.map((rule): PermittedFlow => {
                    const ends = (side: "source" | "destination") =>
                        known(() => permits.endsOf({ owner, rule }, side).map((end) => end.label)) ?? [UNKNOWN];
                    return {
                        group: owner.name,
                        collection: textOf(collection.properties.at("name")),
                        rule: textOf(rule.at("name")),
                        kind: kindOf(rule),
                        sources: ends("source"),
                        destinations: [...ends("destination"), ...namesOf(rule), ...translationOf(rule)],
                        ports: portsOf(rule),
                        why: textOf(rule.at("description")),
                    };
                }),
            );
    });
}

/** A line for each rule. */
export function permitCsv(flows: readonly PermittedFlow[]): string {
    const list = (texts: readonly string[]) => texts.join("; ");
    return csvOf([
        ["group", "collection", "rule", "kind", "sources", "destinations", "ports", "why"],
        ...flows.map(({ group, collection, rule, kind, sources, destinations, ports, why }) => [
            group,
            collection,
            rule,
            kind,
            list(sources),
            list(destinations),
            list(ports),
            why,
        ]),
    ]);
}

function kindOf(rule: Value): PermittedFlow["kind"] {
    const type = textOf(rule.at("ruleType")).toLowerCase();
    return type === "applicationrule" ? "application" : type === "natrule" ? "nat" : "network";
}

function namesOf(rule: Value): string[] {
    return NAMES.flatMap((list) => textsOf(rule.at(list)));
}

/** Where a rule that leads something in really leads. */
function translationOf(rule: Value): string[] {
    const target = [rule.at("translatedAddress"), rule.at("translatedFqdn")].find((each) => each.present);
    return target ? [`-> ${textOf(target)}:${textOf(rule.at("translatedPort"))}`] : [];
}

function portsOf(rule: Value): string[] {
    const protocols = known(() =>
        rule
            .at("protocols")
            .items()
            .map((each) => `${textOf(each.at("protocolType"))}:${String(each.at("port").known().raw)}`),
    );
    const ports = textsOf(rule.at("destinationPorts"));
    const pairs = textsOf(rule.at("ipProtocols")).flatMap((protocol) => ports.map((port) => `${protocol}:${port}`));
    return [...(protocols ?? [UNKNOWN]), ...pairs];
}

function textsOf(list: Value): string[] {
    return known(() => list.items())?.map(textOf) ?? [UNKNOWN];
}

function textOf(value: Value): string {
    return value.unknown ? UNKNOWN : (value.text() ?? "");
}

/** What can be read; undefined if a value that it needs is not known. */
function known<Result>(read: () => Result): Result | undefined {
    try {
        return read();
    } catch (error) {
        if (error instanceof UndecidedError) {
            return undefined;
        }
        throw error;
    }
}
