import { expect } from "chai";
import fc from "fast-check";
import { Findings } from "../../policies/src/frame/findings";
import type { Prefix } from "../../policies/src/graph/address-set";
import { parsePrefix } from "../../policies/src/graph/address-set";
import { InboundProof } from "../../policies/src/graph/inbound-ways";
import { graphOf, urnOf, type Declared } from "../policies/support/scene";

const ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network";
const rg = { resourceGroupName: "rg" };
const SPOKES = { a: "10.0.1.0/28", b: "10.0.1.16/28", c: "10.0.1.32/28" } as const;
type Name = keyof typeof SPOKES;
const NAMES = Object.keys(SPOKES) as Name[];
const FIREWALL = "10.0.0.4";

/** A hub with a gateway, all else drawn: its spokes, and what the gateway's table says of them. */
interface World {
    hasFirewall: boolean;
    peers: { to: Name; access: boolean }[];
    routes?: { prefix: string; hop: "VirtualAppliance" | "None" | "VnetLocal"; address: string }[] | undefined;
    /** Whether the routes are resources of their own. */
    apart: boolean;
}

const worlds: fc.Arbitrary<World> = fc.record({
    hasFirewall: fc.boolean(),
    peers: fc.uniqueArray(fc.record({ to: fc.constantFrom(...NAMES), access: fc.boolean() }), {
        selector: ({ to }) => to,
    }),
    routes: fc.option(
        fc.uniqueArray(
            fc.record({
                prefix: fc.constantFrom(
                    "10.0.0.0/8",
                    ...Object.values(SPOKES),
                    "10.0.1.0/27",
                    "10.0.1.0/29",
                    "10.0.1.8/29",
                    "10.0.1.20/32",
                ),
                hop: fc.constantFrom("VirtualAppliance", "VirtualAppliance", "None", "VnetLocal"),
                address: fc.constantFrom(FIREWALL, FIREWALL, "10.0.0.9"),
            }),
            { maxLength: 6, selector: ({ prefix }) => prefix },
        ),
        { nil: undefined, freq: 8 },
    ),
    apart: fc.boolean(),
}) as fc.Arbitrary<World>;

function sceneOf({ hasFirewall, peers, routes, apart }: World): Declared[] {
    const one = (type: string, name: string, inputs: Declared["inputs"]): Declared => ({
        type: `azure-native:network:${type}`,
        name,
        inputs: { ...rg, ...inputs },
    });
    const network = (name: string, space: string) =>
        one("VirtualNetwork", name, { virtualNetworkName: name, addressSpace: { addressPrefixes: [space] } });
    const inHub = (subnetName: string, addressPrefix: string, more: Declared["inputs"] = {}) =>
        one("Subnet", subnetName, { virtualNetworkName: "hub", subnetName, addressPrefix, ...more });
    const written = (routes ?? []).map(({ prefix, hop, address }, index) => ({
        routeName: `route-${index}`,
        addressPrefix: prefix,
        nextHopType: hop,
        ...(hop === "VirtualAppliance" && { nextHopIpAddress: address }),
    }));
    return [
        network("hub", "10.0.0.0/24"),
        ...NAMES.map((name) => network(name, SPOKES[name])),
        ...peers.map(({ to, access }) =>
            one("VirtualNetworkPeering", `hub-${to}`, {
                virtualNetworkName: "hub",
                remoteVirtualNetwork: { id: `${ID}/virtualNetworks/${to}` },
                allowVirtualNetworkAccess: access,
            }),
        ),
        inHub("GatewaySubnet", "10.0.0.64/27", routes && { routeTable: { id: `${ID}/routeTables/table` } }),
        one("RouteTable", "table", { routeTableName: "table", routes: apart ? undefined : written }),
        ...(apart ? written.map((route) => one("Route", route.routeName, { routeTableName: "table", ...route })) : []),
        inHub("AzureFirewallSubnet", "10.0.0.0/29"),
        ...(hasFirewall
            ? [
                  one("AzureFirewall", "firewall", {
                      ipConfigurations: [{ subnet: { id: `${ID}/virtualNetworks/hub/subnets/AzureFirewallSubnet` } }],
                  }),
              ]
            : []),
    ];
}

/** Follows one packet from the gateway to a spoke's machine; names the resource that leads it past the firewall. */
function blamedFor(place: bigint, { routes, apart }: World): string | undefined {
    const fitting = (routes ?? [])
        .map((route, index) => ({ ...route, index, prefix: parsePrefix(route.prefix) as Prefix }))
        .filter(({ prefix }) => prefix.first <= place && place <= prefix.last)
        .sort((one, other) => other.prefix.length - one.prefix.length)[0];
    if (fitting === undefined || fitting.prefix.length < 28) {
        return routes ? "table" : "GatewaySubnet";
    }
    const isStopped = fitting.hop === "None" || (fitting.hop === "VirtualAppliance" && fitting.address === FIREWALL);
    return isStopped ? undefined : apart ? `route-${fitting.index}` : "table";
}

function blamedIn(world: World): Set<string> {
    const reached = world.peers.filter(({ access }) => access && world.hasFirewall).map(({ to }) => SPOKES[to]);
    const places = reached.flatMap((space) => {
        const { first } = parsePrefix(space) as Prefix;
        return Array.from({ length: 16 }, (_, index) => first + BigInt(index));
    });
    return new Set(places.flatMap((place) => blamedFor(place, world) ?? []));
}

describe("The proof that what gateways let in passes the firewall", () => {
    it("blames exactly what lets a packet into a spoke past it, one by one", () => {
        fc.assert(
            fc.property(worlds, (world) => {
                const scene = sceneOf(world);
                const findings = new Findings();
                new InboundProof(graphOf(scene), []).prove(findings);
                const urns = new Map(scene.map((resource) => [urnOf(resource), resource.name]));
                const blamed = new Set(findings.list.map(({ urn }) => urns.get(urn ?? "")));
                expect([...blamed].sort()).to.deep.equal([...blamedIn(world)].sort());
                expect(findings.list.every(({ verdict }) => verdict === "fail")).to.equal(true);
            }),
            { numRuns: 300 },
        );
    });
});
