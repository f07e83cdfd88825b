import { expect } from "chai";
import fc from "fast-check";
import { planHub, planSpoke, type SpokePlan } from "../../components/network/address-plan";
import {
    apiServerRules,
    bastionRules,
    loadBalancerRules,
    privateEndpointRules,
    systemPoolRules,
    tenantPoolRules,
    userPoolRules,
    type NsgRule,
    type SpokeFlows,
} from "../../components/network/nsg-rules";
import { addressIn, blocks, bounds } from "./arbitraries";
import {
    azureCloud,
    decide,
    gatewayManager,
    inNetwork,
    internet,
    loadBalancer,
    type End,
    type Flow,
} from "./first-match";

/** A spoke with one member of each of its parts, all drawn. */
interface Scene {
    readonly flows: SpokeFlows;
    readonly ends: Record<
        | "node"
        | "otherNode"
        | "tenant"
        | "ownTenant"
        | "otherTenant"
        | "pod"
        | "otherPod"
        | "ingress"
        | "balancer"
        | "endpoint"
        | "apiServer"
        | "bastion"
        | "stranger",
        End
    >;
}

const scenes: fc.Arbitrary<Scene> = fc
    .tuple(
        fc
            .tuple(blocks(12, 22), blocks(12, 23), blocks(12, 20), blocks(21, 24))
            .filter((all) => all.every((one, index) => all.slice(0, index).every((other) => apart(one, other)))),
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 2 }),
    )
    .chain(([[spoke, hub, pods, foreign], places]) => {
        const plan = planSpoke(spoke);
        const tenants = places.map((place) => plan.tenantSubnets[place]);
        const bastion = planHub(hub).subnets.bastion;
        const member = (block: string) => addressIn(block).map(inNetwork);
        return fc.record({
            flows: fc.constant(flowsOf(plan, tenants, pods, bastion)),
            ends: fc.record({
                node: member(plan.subnets.systemPool),
                otherNode: member(plan.subnets.userPools),
                tenant: member(tenants[0]),
                ownTenant: member(tenants[0]),
                otherTenant: member(tenants[1]),
                pod: member(pods),
                otherPod: member(pods),
                ingress: member(plan.subnets.ingress),
                balancer: member(plan.subnets.loadBalancers),
                endpoint: member(plan.subnets.privateEndpoints),
                apiServer: member(plan.subnets.apiServer),
                bastion: member(bastion),
                // A machine in another network that is peered with the hub.
                stranger: member(foreign),
            }),
        });
    });

const port = fc.integer({ min: 1, max: 65535 });
const protocol = fc.constantFrom<Flow["protocol"]>("Tcp", "Udp");

describe("Security rules of every subnet", () => {
    const ruleSets = ({ flows }: Scene): Record<string, NsgRule[]> => ({
        ...Object.fromEntries(
            [flows, { ...flows, pods: undefined }, withoutTenants(flows)].flatMap((given, index) =>
                Object.entries(poolRules(given)).map(([name, rules]) => [`${name} ${index}`, rules]),
            ),
        ),
        loadBalancer: loadBalancerRules(flows),
        privateEndpoint: privateEndpointRules(flows),
        apiServer: apiServerRules(flows),
        bastion: bastionRules(),
    });

    it("have names that Azure can tell apart", () => {
        everySet(ruleSets, (rules) => {
            expect(new Set(rules.map(({ name }) => name.toLowerCase()))).to.have.property("size", rules.length);
        });
    });

    it("have priorities of their own in each direction, from 100 to 4096", () => {
        everySet(ruleSets, (rules) => {
            const keys = rules.map(({ direction, priority }) => `${direction} ${priority}`);
            expect(new Set(keys)).to.have.property("size", rules.length);
            for (const { priority } of rules) {
                expect(priority).to.be.within(100, 4096);
            }
        });
    });

    it("end inbound with a deny of everything, behind every priority that a person may add", () => {
        everySet(ruleSets, (rules) => {
            const inbound = rules.filter(({ direction }) => direction === "Inbound");
            const last = inbound.reduce((one, other) => (other.priority > one.priority ? other : one));
            expect(last).to.deep.include({ access: "Deny", priority: 4096, protocol: "*" });
            expect([last.sources, last.destinations, last.ports]).to.deep.equal([["*"], ["*"], ["*"]]);
        });
    });

    it("mix no service tag or * with other values, which Azure refuses", () => {
        everySet(ruleSets, (rules) => {
            for (const values of rules.flatMap(({ sources, destinations }) => [sources, destinations])) {
                expect(values.length === 1 || values.every((value) => /^\d/.test(value))).to.equal(true);
            }
        });
    });

    it("let the Internet in at Bastion alone", () => {
        fc.assert(
            fc.property(scenes, port, protocol, (scene, drawn, kind) => {
                for (const [name, rules] of Object.entries(ruleSets(scene))) {
                    for (const to of Object.values(scene.ends)) {
                        const access = decide(rules, "Inbound", { from: internet, to, protocol: kind, port: drawn });
                        expect(access === "Deny" || name === "bastion", name).to.equal(true);
                    }
                }
            }),
        );
    });

    function everySet(sets: (scene: Scene) => Record<string, NsgRule[]>, check: (rules: NsgRule[]) => void): void {
        fc.assert(fc.property(scenes, (scene) => Object.values(sets(scene)).forEach(check)));
    }
});

describe("Security rules of node pools", () => {
    /** Where each end's node stands: its subnet's rules decide what reaches it, and what leaves it. */
    const rulesAt = ({ flows }: Scene) => {
        const rules = { system: systemPoolRules(flows), user: userPoolRules(flows) };
        const [first, second] = flows.tenants.map((subnet) => tenantPoolRules(flows, subnet));
        return {
            node: rules.system,
            otherNode: rules.user,
            tenant: first,
            ownTenant: first,
            otherTenant: second,
        };
    };
    type Node = keyof ReturnType<typeof rulesAt>;
    const nodes: Node[] = ["node", "otherNode", "tenant", "ownTenant", "otherTenant"];

    /** Whether a flow leaves the node that it comes from and enters the one that it goes to. */
    const passes = (scene: Scene, from: [Node, End], to: [Node, End], drawn: Pick<Flow, "port" | "protocol">) => {
        const flow = { from: from[1], to: to[1], ...drawn };
        const rules = rulesAt(scene);
        return (
            decide(rules[from[0]], "Outbound", flow) === "Allow" && decide(rules[to[0]], "Inbound", flow) === "Allow"
        );
    };
    const isLogin = ({ port: at, protocol: kind }: Pick<Flow, "port" | "protocol">) =>
        kind === "Tcp" && (at === 22 || at === 3389);

    /** A pool's nodes among themselves, and with the system pool, both ways. */
    const together: [Node, Node][] = [
        ...nodes.flatMap((node): [Node, Node][] => [
            ["node", node],
            [node, "node"],
        ]),
        ["otherNode", "otherNode"],
        ["tenant", "ownTenant"],
        ["ownTenant", "tenant"],
    ];
    const apartFromEachOther: [Node, Node][] = [
        ["tenant", "otherTenant"],
        ["otherTenant", "tenant"],
        ["tenant", "otherNode"],
        ["otherNode", "tenant"],
    ];

    it("let nodes of a pool and of the system pool reach each other on any port but for logins", () => {
        fc.assert(
            fc.property(scenes, port, protocol, (scene, drawn, kind) => {
                const at = { port: drawn, protocol: kind };
                for (const [from, to] of together) {
                    const passed = passes(scene, [from, scene.ends[from]], [to, scene.ends[to]], at);
                    expect(passed, `${from} to ${to}`).to.equal(!isLogin(at));
                }
            }),
        );
    });

    it("keep a tenant's nodes from other tenants' and from those that everybody shares, both ways", () => {
        fc.assert(
            fc.property(scenes, port, protocol, (scene, drawn, kind) => {
                const rules = rulesAt(scene);
                for (const [from, to] of apartFromEachOther) {
                    const flow = { from: scene.ends[from], to: scene.ends[to], protocol: kind, port: drawn };
                    expect(decide(rules[to], "Inbound", flow), `${from} into ${to}`).to.equal("Deny");
                    if (from.includes("enant")) {
                        expect(decide(rules[from], "Outbound", flow), `${from} out to ${to}`).to.equal("Deny");
                    }
                }
                for (const pod of [scene.ends.pod, scene.ends.otherPod]) {
                    const flow = { from: pod, to: scene.ends.tenant, protocol: kind, port: drawn };
                    expect(decide(rules.tenant, "Inbound", flow), "a pod's own address").to.equal("Deny");
                }
            }),
        );
    });

    it("let pods reach each other, and every node reach them, wherever they run", () => {
        fc.assert(
            fc.property(scenes, port, protocol, (scene, drawn, kind) => {
                const at = { port: drawn, protocol: kind };
                for (const from of nodes) {
                    for (const to of nodes) {
                        for (const source of [scene.ends[from], scene.ends.pod]) {
                            const passed = passes(scene, [from, source], [to, scene.ends.otherPod], at);
                            expect(passed, `${from} to a pod on ${to}`).to.equal(!isLogin(at));
                        }
                    }
                }
            }),
        );
    });

    it("let the load balancer's probes in on any port", () => {
        fc.assert(
            fc.property(scenes, port, (scene, drawn) => {
                for (const node of nodes) {
                    expect(arrives(rulesAt(scene)[node], loadBalancer, scene.ends[node], drawn)).to.equal(true);
                }
            }),
        );
    });

    it("let the gateway in over TLS, to nodes and to the load balancer's address, and on no other port", () => {
        fc.assert(
            fc.property(scenes, port, (scene, drawn) => {
                for (const node of nodes) {
                    for (const to of [scene.ends[node], scene.ends.balancer]) {
                        const rules = rulesAt(scene)[node];
                        expect(arrives(rules, scene.ends.ingress, to, 443)).to.equal(true);
                        expect(arrives(rules, scene.ends.ingress, to, drawn)).to.equal(drawn === 443);
                    }
                }
            }),
        );
    });

    it("keep other networks out", () => {
        fc.assert(
            fc.property(scenes, port, (scene, drawn) => {
                const { ends } = scene;
                for (const node of nodes) {
                    for (const from of [ends.stranger, ends.bastion, ends.endpoint, internet]) {
                        expect(arrives(rulesAt(scene)[node], from, ends[node], drawn)).to.equal(false);
                    }
                }
            }),
        );
    });

    it("let nodes out to the Internet's door, the API server and private endpoints", () => {
        fc.assert(
            fc.property(scenes, port, (scene, drawn) => {
                const { ends } = scene;
                for (const node of nodes) {
                    const leaves = (to: End, at: number) =>
                        decide(rulesAt(scene)[node], "Outbound", { from: ends[node], to, protocol: "Tcp", port: at });
                    expect(leaves(internet, drawn)).to.equal("Allow");
                    expect(leaves(ends.apiServer, 443)).to.equal("Allow");
                    expect(leaves(ends.apiServer, 4443)).to.equal("Allow");
                    expect(leaves(ends.endpoint, 443)).to.equal("Allow");
                    expect(leaves(ends.balancer, 443)).to.equal("Allow");
                    expect(leaves(ends.node, 22)).to.equal("Deny");
                }
            }),
        );
    });

    it("are the same for system and user pools where no tenant has a pool", () => {
        fc.assert(
            fc.property(scenes, ({ flows }) => {
                const bare = withoutTenants(flows);
                expect(systemPoolRules(bare)).to.deep.equal(userPoolRules(bare));
            }),
        );
    });
});

describe("Security rules of a spoke's services", () => {
    it("let gateway and nodes reach the load balancer over TLS alone", () => {
        fc.assert(
            fc.property(scenes, port, ({ flows, ends }, drawn) => {
                const rules = loadBalancerRules(flows);
                for (const from of [ends.ingress, ends.node, ends.otherNode, ends.tenant]) {
                    expect(arrives(rules, from, ends.balancer, 443)).to.equal(true);
                    expect(arrives(rules, from, ends.balancer, drawn)).to.equal(drawn === 443);
                }
                expect(arrives(rules, loadBalancer, ends.balancer, drawn)).to.equal(true);
                expect(arrives(rules, ends.stranger, ends.balancer, drawn)).to.equal(false);
            }),
        );
    });

    it("let every peered network reach private endpoints over TLS, and nodes their file shares", () => {
        fc.assert(
            fc.property(scenes, port, ({ flows, ends }, drawn) => {
                const rules = privateEndpointRules(flows);
                expect(arrives(rules, ends.stranger, ends.endpoint, 443)).to.equal(true);
                expect(arrives(rules, ends.stranger, ends.endpoint, drawn)).to.equal(drawn === 443);
                expect(arrives(rules, ends.otherNode, ends.endpoint, 445)).to.equal(true);
                expect(arrives(rules, ends.ingress, ends.endpoint, 445)).to.equal(false);
            }),
        );
    });

    it("let nodes, Bastion and probes reach the API server as Azure demands, and nobody else", () => {
        fc.assert(
            fc.property(scenes, port, ({ flows, ends }, drawn) => {
                const rules = apiServerRules(flows);
                for (const at of [443, 4443]) {
                    expect(arrives(rules, ends.node, ends.apiServer, at)).to.equal(true);
                    expect(arrives(rules, ends.otherNode, ends.apiServer, at)).to.equal(true);
                    expect(arrives(rules, ends.otherTenant, ends.apiServer, at)).to.equal(true);
                }
                expect(arrives(rules, loadBalancer, ends.apiServer, 9988)).to.equal(true);
                expect(arrives(rules, ends.bastion, ends.apiServer, 443)).to.equal(true);
                expect(arrives(rules, ends.bastion, ends.apiServer, 4443)).to.equal(false);
                expect(arrives(rules, ends.stranger, ends.apiServer, drawn)).to.equal(false);
            }),
        );
    });
});

describe("Security rules of Bastion", () => {
    const bastion = inNetwork("10.0.0.132");
    const machine = inNetwork("10.1.0.4");
    const rules = bastionRules();

    it("let in clients, Azure's control, probes and Bastion's own hosts", () => {
        for (const from of [internet, gatewayManager, loadBalancer]) {
            expect(arrives(rules, from, bastion, 443)).to.equal(true);
        }
        for (const at of [8080, 5701]) {
            expect(decide(rules, "Inbound", { from: bastion, to: bastion, protocol: "Tcp", port: at })).to.equal(
                "Allow",
            );
            expect(decide(rules, "Inbound", { from: bastion, to: bastion, protocol: "Udp", port: at })).to.equal(
                "Allow",
            );
        }
    });

    it("let in nothing else", () => {
        fc.assert(
            fc.property(port, (drawn) => {
                expect(arrives(rules, internet, bastion, drawn)).to.equal(drawn === 443);
                expect(arrives(rules, machine, bastion, drawn)).to.equal(drawn === 8080 || drawn === 5701);
            }),
        );
    });

    it("let out sessions, data plane, Azure and certificate checks, and nothing else", () => {
        const leaves = (to: End, at: number) =>
            decide(rules, "Outbound", { from: bastion, to, protocol: "Tcp", port: at }) === "Allow";
        fc.assert(
            fc.property(port, (drawn) => {
                expect(leaves(machine, drawn)).to.equal([22, 3389, 443, 8080, 5701].includes(drawn));
                expect(leaves(internet, drawn)).to.equal(drawn === 80);
                expect(leaves(azureCloud, drawn)).to.equal(drawn === 443 || drawn === 80);
            }),
        );
        for (const [to, at] of [
            [machine, 22],
            [machine, 3389],
            [machine, 443],
            [azureCloud, 443],
            [internet, 80],
        ] as const) {
            expect(leaves(to, at), `${at}`).to.equal(true);
        }
    });
});

function arrives(rules: readonly NsgRule[], from: End, to: End, at: number): boolean {
    return decide(rules, "Inbound", { from, to, protocol: "Tcp", port: at }) === "Allow";
}

function poolRules(flows: SpokeFlows): Record<string, NsgRule[]> {
    return {
        systemPool: systemPoolRules(flows),
        userPool: userPoolRules(flows),
        ...Object.fromEntries(flows.tenants.map((subnet) => [subnet, tenantPoolRules(flows, subnet)])),
    };
}

function withoutTenants(flows: SpokeFlows): SpokeFlows {
    return { ...flows, tenants: [], nodes: flows.nodes.filter((subnet) => !flows.tenants.includes(subnet)) };
}

function flowsOf({ subnets }: SpokePlan, tenants: string[], pods: string, bastion: string): SpokeFlows {
    return { ...subnets, nodes: [subnets.systemPool, subnets.userPools, ...tenants], tenants, pods, bastion };
}

function apart(one: string, other: string): boolean {
    const [a, b] = [bounds(one), bounds(other)];
    return a.last < b.first || b.last < a.first;
}
