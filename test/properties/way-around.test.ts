import { expect } from "chai";
import fc from "fast-check";
import { Findings } from "../../policies/src/frame/findings";
import type { Prefix } from "../../policies/src/graph/address-set";
import { parsePrefix } from "../../policies/src/graph/address-set";
import { proveNoWayAround } from "../../policies/src/graph/way-around";
import { graphOf, urnOf, type Declared } from "../policies/support/scene";

const ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network";
const SPACES = { hub: "10.0.0.0/28", a: "10.0.0.16/28", b: "10.0.0.32/28", c: "10.0.0.48/28" } as const;
type Name = keyof typeof SPACES;
const FIREWALL = "10.0.0.4";

/** A small platform, all drawn: machines in `a`, a firewall in the hub. */
interface World {
    peers: { from: Name; to: Name; access: boolean; remoteGateways: boolean }[];
    routes: { prefix: string; hop: "VirtualAppliance" | "None" | "VnetLocal" | "Internet" | "VirtualNetworkGateway" }[];
    propagates: boolean;
    gatewayIn?: Name | undefined;
    kind: "pool" | "interface";
}

const names = fc.constantFrom<Name>("hub", "a", "b", "c");
const worlds: fc.Arbitrary<World> = fc
    .record({
        peers: fc.uniqueArray(
            fc.record({ from: names, to: names, access: fc.boolean(), remoteGateways: fc.boolean() }),
            {
                maxLength: 6,
                selector: ({ from, to }) => `${from} ${to}`,
            },
        ),
        routes: fc.uniqueArray(
            fc.record({
                prefix: fc.constantFrom(
                    "0.0.0.0/0",
                    "0.0.0.0/1",
                    "10.0.0.0/26",
                    "10.0.0.32/28",
                    "10.0.0.40/29",
                    "10.0.0.48/27",
                ),
                hop: fc.constantFrom("VirtualAppliance", "None", "VnetLocal", "Internet", "VirtualNetworkGateway"),
            }),
            { maxLength: 5, selector: ({ prefix }) => parsePrefix(prefix)?.first + prefix.slice(-3) },
        ),
        propagates: fc.boolean(),
        gatewayIn: fc.option(names, { nil: undefined }),
        kind: fc.constantFrom("pool", "interface"),
    })
    .map((world) => ({ ...world, peers: world.peers.filter(({ from, to }) => from !== to) }) as World);

const network = (name: string) => `${ID}/virtualNetworks/${name}`;

function sceneOf({ peers, routes, propagates, gatewayIn, kind }: World): Declared[] {
    const rg = { resourceGroupName: "rg" };
    const placed = { name: "main", subnet: { id: `${network("a")}/subnets/machines` } };
    return [
        ...Object.entries(SPACES).map(([name, space]) => ({
            type: "azure-native:network:VirtualNetwork",
            name,
            inputs: { ...rg, virtualNetworkName: name, addressSpace: { addressPrefixes: [space] } },
        })),
        ...peers.map(({ from, to, access, remoteGateways }) => ({
            type: "azure-native:network:VirtualNetworkPeering",
            name: `${from}-${to}`,
            inputs: {
                ...rg,
                virtualNetworkName: from,
                remoteVirtualNetwork: { id: network(to) },
                allowVirtualNetworkAccess: access,
                useRemoteGateways: remoteGateways,
            },
        })),
        {
            type: "azure-native:network:RouteTable",
            name: "table",
            inputs: {
                ...rg,
                routeTableName: "table",
                disableBgpRoutePropagation: !propagates,
                routes: routes.map(({ prefix, hop }) => ({
                    addressPrefix: prefix,
                    nextHopType: hop,
                    ...(hop === "VirtualAppliance" && { nextHopIpAddress: FIREWALL }),
                })),
            },
        },
        {
            type: "azure-native:network:Subnet",
            name: "machines",
            inputs: {
                ...rg,
                virtualNetworkName: "a",
                subnetName: "machines",
                addressPrefix: "10.0.0.16/29",
                routeTable: { id: `${ID}/routeTables/table` },
            },
        },
        ...(gatewayIn
            ? [
                  {
                      type: "azure-native:network:Subnet",
                      name: "gateway-subnet",
                      inputs: { ...rg, virtualNetworkName: gatewayIn, subnetName: "GatewaySubnet" },
                  },
                  {
                      type: "azure-native:network:VirtualNetworkGateway",
                      name: "gateway",
                      inputs: {
                          ...rg,
                          ipConfigurations: [{ subnet: { id: `${network(gatewayIn)}/subnets/GatewaySubnet` } }],
                      },
                  },
              ]
            : []),
        kind === "pool"
            ? {
                  type: "azure-native:containerservice:AgentPool",
                  name: "pool",
                  inputs: { ...rg, vnetSubnetID: placed.subnet.id },
              }
            : {
                  type: "azure-native:network:NetworkInterface",
                  name: "nic",
                  inputs: { ...rg, ipConfigurations: [placed] },
              },
    ];
}

interface Candidate {
    prefix: Prefix;
    rank: number;
    /** Name of the resource that lets a packet past the firewall; none if it does not. */
    leak?: string | undefined;
}

/** Follows one packet by the words of Azure's documentation, with everything written out. */
function blamedFor(place: bigint, { peers, routes, propagates, gatewayIn, kind }: World): string | undefined {
    const own = peers.filter(({ from }) => from === "a");
    const written: Candidate[] = routes.map(({ prefix, hop }) => ({
        prefix: parsePrefix(prefix) as Prefix,
        rank: 0,
        leak: kind === "interface" && (hop === "Internet" || hop === "VirtualNetworkGateway") ? "table" : undefined,
    }));
    const hasHub = routes.some(({ hop }) => hop === "VirtualAppliance");
    const system: Candidate[] = [
        { prefix: parsePrefix(SPACES.a) as Prefix, rank: 2 },
        ...own
            .filter(({ access }) => access)
            .map(({ to }) => ({
                prefix: parsePrefix(SPACES[to]) as Prefix,
                rank: 2,
                leak: hasHub && to === "hub" ? undefined : `a-${to}`,
            })),
    ];
    const defaults: Candidate[] = [
        { prefix: parsePrefix("0.0.0.0/0") as Prefix, rank: 3, leak: kind === "interface" ? "machines" : undefined },
        { prefix: parsePrefix("10.0.0.0/8") as Prefix, rank: 3 },
    ];
    const learns = gatewayIn === "a" || own.some(({ to, remoteGateways }) => remoteGateways && to === gatewayIn);
    const learned: Candidate[] = ["0.0.0.0/1", "128.0.0.0/1"].map((text) => ({
        prefix: parsePrefix(text) as Prefix,
        rank: 1,
        leak: "gateway",
    }));
    const covers = ({ prefix }: Candidate) => prefix.first <= place && place <= prefix.last;
    const candidates = [
        ...written,
        ...system,
        ...defaults,
        ...(propagates && learns && !system.some(covers) ? learned : []),
    ];
    return candidates.filter(covers).sort((x, y) => y.prefix.length - x.prefix.length || x.rank - y.rank)[0]?.leak;
}

const addressOf = (text: string) => (parsePrefix(text) as Prefix).first;

/** Every address near the networks, and some far away. */
const PLACES = [
    ...Array.from({ length: 160 }, (_, index) => addressOf("10.0.0.0") + BigInt(index)),
    ...["9.255.255.255", "11.0.0.0", "127.255.0.1", "129.0.0.1", "203.0.113.7"].map(addressOf),
].filter((place) => {
    const own = parsePrefix(SPACES.a) as Prefix;
    const loopback = parsePrefix("127.0.0.0/8") as Prefix;
    return ![own, loopback].some(({ first, last }) => first <= place && place <= last);
});

describe("The proof that nothing leads around the firewall", () => {
    it("blames exactly what lets a packet past it, one by one", () => {
        fc.assert(
            fc.property(worlds, (world) => {
                const scene = sceneOf(world);
                const findings = new Findings();
                proveNoWayAround(graphOf(scene), findings);
                const urns = new Map(scene.map((resource) => [urnOf(resource), resource.name]));
                const blamed = new Set(findings.list.map(({ urn }) => urns.get(urn ?? "")));
                const expected = new Set(PLACES.flatMap((place) => blamedFor(place, world) ?? []));
                expect([...blamed].sort()).to.deep.equal([...expected].sort());
                expect(findings.list.every(({ verdict }) => verdict === "fail")).to.equal(true);
            }),
            { numRuns: 300 },
        );
    });
});
