import { expect } from "chai";
import fc from "fast-check";
import { Findings } from "../../policies/src/frame/findings";
import { parsePrefix } from "../../policies/src/graph/address-set";
import { BypassProof } from "../../policies/src/graph/bypass";
import { graphOf, urnOf, type Declared } from "../policies/support/scene";

const ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network";
const rg = { resourceGroupName: "rg" };
const SPACES = { hub: "10.0.0.0/24", a: "10.0.1.0/24", b: "20.0.0.0/24" } as const;
type Name = keyof typeof SPACES;
const NAMES = Object.keys(SPACES) as Name[];
const FIREWALL = "10.0.0.4";

interface Route {
    prefix: string;
    hop: "VirtualAppliance" | "Internet" | "None";
}

interface Machine {
    network: Name;
    isPublic: boolean;
    balanced: boolean;
}

/** A small platform, all drawn: a subnet with machines in every network, and what may lead out beside its routes. */
interface World {
    routes: Record<Name, Route[]>;
    machines: Machine[];
    balancer: { isPublic: boolean; outbound: boolean };
    natOf?: Name | undefined;
    gatewayIn?: Name | undefined;
    mesh: { topology: "Mesh" | "HubAndSpoke"; direct: boolean; members: Name[] };
}

const names = fc.constantFrom(...NAMES);
const routes: fc.Arbitrary<Route[]> = fc.uniqueArray(
    fc.record({
        // One of them is the space of network b, whose addresses are public.
        prefix: fc.constantFrom("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "20.0.0.0/24", "20.0.0.0/23"),
        hop: fc.constantFrom<Route["hop"]>("VirtualAppliance", "Internet", "None"),
    }),
    { maxLength: 4, selector: ({ prefix }) => prefix },
);
const worlds: fc.Arbitrary<World> = fc.record({
    routes: fc.record({ hub: routes, a: routes, b: routes }),
    machines: fc.array(fc.record({ network: names, isPublic: fc.boolean(), balanced: fc.boolean() }), { maxLength: 4 }),
    balancer: fc.record({ isPublic: fc.boolean(), outbound: fc.boolean() }),
    natOf: fc.option(names, { nil: undefined }),
    gatewayIn: fc.option(names, { nil: undefined }),
    mesh: fc.record({
        topology: fc.constantFrom<World["mesh"]["topology"]>("Mesh", "HubAndSpoke"),
        direct: fc.boolean(),
        members: fc.uniqueArray(names, { minLength: 1 }),
    }),
});

const network = (name: string) => `${ID}/virtualNetworks/${name}`;
const subnet = (name: Name) => ({ id: `${network(name)}/subnets/machines` });

function sceneOf(world: World): Declared[] {
    const one = (type: string, name: string, inputs: Declared["inputs"]): Declared => ({
        type: `azure-native:network:${type}`,
        name,
        inputs: { ...rg, ...inputs },
    });
    return [
        ...NAMES.flatMap((name) => [
            one("VirtualNetwork", name, {
                virtualNetworkName: name,
                addressSpace: { addressPrefixes: [SPACES[name]] },
            }),
            one("RouteTable", `routes-${name}`, {
                routeTableName: `rt-${name}`,
                disableBgpRoutePropagation: true,
                routes: world.routes[name].map(({ prefix, hop }) => ({
                    addressPrefix: prefix,
                    nextHopType: hop,
                    ...(hop === "VirtualAppliance" && { nextHopIpAddress: FIREWALL }),
                })),
            }),
            one("Subnet", `machines-${name}`, {
                virtualNetworkName: name,
                subnetName: "machines",
                addressPrefix: SPACES[name].replace("/24", "/28"),
                routeTable: { id: `${ID}/routeTables/rt-${name}` },
            }),
            one("StaticMember", `member-${name}`, {
                networkGroupName: world.mesh.members.includes(name) ? "meshed" : "others",
                resourceId: network(name),
            }),
        ]),
        ...world.machines.map(({ network: name, isPublic, balanced }, index) =>
            one("NetworkInterface", `machine-${index}`, {
                ipConfigurations: [
                    {
                        subnet: subnet(name),
                        ...(isPublic && { publicIPAddress: { id: `${ID}/publicIPAddresses/pip` } }),
                        ...(balanced && {
                            loadBalancerBackendAddressPools: [{ id: `${ID}/loadBalancers/lb/backendAddressPools/all` }],
                        }),
                    },
                ],
            }),
        ),
        one("LoadBalancer", "balancer", {
            loadBalancerName: "lb",
            frontendIPConfigurations: [
                world.balancer.isPublic
                    ? { publicIPAddress: { id: `${ID}/publicIPAddresses/front` } }
                    : { subnet: subnet("hub") },
            ],
            outboundRules: world.balancer.outbound ? [{ name: "out" }] : [],
        }),
        ...(world.natOf ? [one("NatGateway", "nat", { sourceVirtualNetwork: { id: network(world.natOf) } })] : []),
        ...(world.gatewayIn
            ? [
                  one("Subnet", "gateway-subnet", {
                      virtualNetworkName: world.gatewayIn,
                      subnetName: "GatewaySubnet",
                      addressPrefix: SPACES[world.gatewayIn].replace(".0/24", ".64/26"),
                  }),
                  one("VirtualNetworkGateway", "gateway", {
                      ipConfigurations: [{ subnet: { id: `${network(world.gatewayIn)}/subnets/GatewaySubnet` } }],
                  }),
              ]
            : []),
        one("ConnectivityConfiguration", "mesh", {
            connectivityTopology: world.mesh.topology,
            appliesToGroups: [
                {
                    groupConnectivity: world.mesh.direct ? "DirectlyConnected" : "None",
                    networkGroupId: `${ID}/networkManagers/avnm/networkGroups/meshed`,
                },
            ],
        }),
    ];
}

/** Public addresses of every part that a route can tell apart, and none that a network of the platform has. */
const PLACES = ["1.1.1.1", "20.0.1.1", "130.0.0.1", "203.0.113.7"].map(placeOf);

/** Whether one packet to the Internet goes to the firewall: of all routes that hold its address, the longest decides. */
function isLed(written: readonly Route[]): boolean {
    return PLACES.some((place) => {
        const fitting = written
            .map(({ prefix, hop }) => ({ hop, prefix: parsePrefix(prefix) }))
            .filter(({ prefix }) => prefix && prefix.first <= place && place <= prefix.last)
            .sort((one, other) => (other.prefix?.length ?? 0) - (one.prefix?.length ?? 0));
        return fitting[0]?.hop === "VirtualAppliance";
    });
}

function blamedIn({ routes: written, machines, balancer, natOf, gatewayIn, mesh }: World): string[] {
    const led = (name: Name | undefined) => name !== undefined && isLed(written[name]);
    const isOpen = balancer.isPublic || balancer.outbound;
    return [
        ...machines.flatMap(({ network: name, isPublic, balanced }, index) =>
            led(name) && (isPublic || (balanced && isOpen)) ? [`machine-${index}`] : [],
        ),
        ...(led(natOf) ? ["nat"] : []),
        ...(gatewayIn !== "hub" && led(gatewayIn) ? ["gateway"] : []),
        ...((mesh.topology === "Mesh" || mesh.direct) && mesh.members.some(led) ? ["mesh"] : []),
    ];
}

function placeOf(text: string): bigint {
    return parsePrefix(text)?.first ?? -1n;
}

describe("The proof that nothing stands beside the firewall", () => {
    it("blames exactly what gives a guarded subnet a second way out", () => {
        fc.assert(
            fc.property(worlds, (world) => {
                const scene = sceneOf(world);
                const findings = new Findings();
                new BypassProof(graphOf(scene), []).prove(findings);
                const urns = new Map(scene.map((resource) => [urnOf(resource), resource.name]));
                const blamed = new Set(findings.list.map(({ urn }) => urns.get(urn ?? "")));
                expect([...blamed].sort()).to.deep.equal(blamedIn(world).sort());
                expect(findings.list.every(({ verdict }) => verdict === "fail")).to.equal(true);
            }),
            { numRuns: 300 },
        );
    });
});
