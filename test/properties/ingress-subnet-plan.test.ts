import { expect } from "chai";
import fc from "fast-check";
import { planIngressSubnet, type SpokeIngress } from "../../components/network/ingress-subnet-plan";
import { userPoolRules } from "../../components/network/nsg-rules";
import { planSpoke } from "../../components/network/address-plan";
import { addressIn, blocks, bounds } from "./arbitraries";
import { decide, gatewayManager, inNetwork, internet, loadBalancer, type End } from "./first-match";

const shares = blocks(16, 24);
const clientRanges = fc.array(blocks(8, 28), { minLength: 1, maxLength: 6 });
const ingresses: fc.Arbitrary<SpokeIngress> = fc.oneof(
    fc.constant<SpokeIngress>({ mode: "none" }),
    fc.boolean().map((networkIsolation): SpokeIngress => ({ mode: "public", networkIsolation })),
    clientRanges.map((clients): SpokeIngress => ({ mode: "private", clients })),
    fc.constant<SpokeIngress>({ mode: "containers" }),
);
const port = fc.integer({ min: 1, max: 65535 });
const controlPort = fc.integer({ min: 65200, max: 65535 });

describe("The ingress subnet", () => {
    it("never shadows a rule that Azure demands of what stands there", () => {
        fc.assert(
            fc.property(ingresses, shares, port, controlPort, (ingress, share, anyPort, control) => {
                if (ingress.mode === "none") {
                    return;
                }
                const { arrives, member } = sceneOf(ingress, share);
                expect(arrives(loadBalancer, member, anyPort), "probes").to.equal(true);
                if (ingress.mode === "public" && !ingress.networkIsolation) {
                    expect(arrives(gatewayManager, member, control), "Azure's control").to.equal(true);
                }
                for (const at of [443, 80]) {
                    for (const from of clientsOf(ingress)) {
                        expect(arrives(from, member, at), "clients").to.equal(true);
                    }
                }
            }),
        );
    });

    it("lets clients in on 443 and on 80, which redirects, and on no other port", () => {
        fc.assert(
            fc.property(ingresses, shares, port, (ingress, share, drawn) => {
                const { arrives, member } = sceneOf(ingress, share);
                for (const from of clientsOf(ingress)) {
                    expect(arrives(from, member, drawn)).to.equal(drawn === 443 || drawn === 80);
                }
            }),
        );
    });

    it("lets the Internet in where it is public, and Azure's control where nothing else controls the gateway", () => {
        fc.assert(
            fc.property(ingresses, shares, controlPort, (ingress, share, control) => {
                const { arrives, member } = sceneOf(ingress, share);
                const isPublic = ingress.mode === "public" || ingress.mode === "containers";
                fc.pre(ingress.mode !== "private" || !ingress.clients.some((range) => holds(range, internet)));
                expect(arrives(internet, member, 443)).to.equal(isPublic);
                expect(arrives(internet, member, control)).to.equal(false);
                const needsControl = ingress.mode === "public" && !ingress.networkIsolation;
                expect(arrives(gatewayManager, member, control)).to.equal(needsControl);
            }),
        );
    });

    it("lets nobody but clients into a private gateway", () => {
        fc.assert(
            fc.property(clientRanges, shares, blocks(32, 32), port, (clients, share, stranger, drawn) => {
                const from = inNetwork(stranger.split("/")[0]);
                fc.pre(!clients.some((range) => holds(range, from)));
                const { arrives, member } = sceneOf({ mode: "private", clients }, share);
                expect(arrives(from, member, drawn)).to.equal(false);
            }),
        );
    });

    it("names no range of clients twice, whole or in part", () => {
        fc.assert(
            fc.property(clientRanges, shares, (clients, share) => {
                const { rules } = planIngressSubnet({ mode: "private", clients: [...clients, clients[0]] }, share);
                const sources = rules.find(({ name }) => name === "AllowClients")?.sources ?? [];
                sources.forEach((one, index) => {
                    for (const other of sources.slice(index + 1)) {
                        const [a, b] = [bounds(one), bounds(other)];
                        expect(a.last < b.first || b.last < a.first).to.equal(true);
                    }
                });
            }),
        );
    });

    it("leaves the way out to routes: no rule closes what Azure needs", () => {
        fc.assert(
            fc.property(ingresses, shares, (ingress, share) => {
                const { rules } = planIngressSubnet(ingress, share);
                expect(rules.every(({ direction }) => direction === "Inbound")).to.equal(true);
            }),
        );
    });

    it("goes through the firewall but where clients' answers would not find their way", () => {
        fc.assert(
            fc.property(ingresses, shares, (ingress, share) => {
                const isPublic = ingress.mode === "public" || ingress.mode === "containers";
                expect(planIngressSubnet(ingress, share).toFirewall).to.equal(!isPublic);
            }),
        );
    });

    it("is a /24 within its share for Application Gateway for Containers, and the whole share otherwise", () => {
        fc.assert(
            fc.property(ingresses, shares, (ingress, share) => {
                const { addressPrefix } = planIngressSubnet(ingress, share);
                if (ingress.mode === "containers") {
                    expect(addressPrefix).to.match(/\/24$/);
                    expect(bounds(addressPrefix).first).to.equal(bounds(share).first);
                } else {
                    expect(addressPrefix).to.equal(share);
                }
            }),
        );
        expect(() => planIngressSubnet({ mode: "containers" }, "10.0.0.0/25")).to.throw(RangeError, "takes a /24");
    });

    it("is delegated to what alone may stand in it", () => {
        const delegationOf = (ingress: SpokeIngress) => planIngressSubnet(ingress, "10.0.0.0/24").delegation;
        expect(delegationOf({ mode: "none" })).to.equal(undefined);
        expect(delegationOf({ mode: "public", networkIsolation: false })).to.equal(undefined);
        for (const ingress of [
            { mode: "public", networkIsolation: true },
            { mode: "private", clients: [] },
        ] as const) {
            expect(delegationOf(ingress)).to.equal("Microsoft.Network/applicationGateways");
        }
        expect(delegationOf({ mode: "containers" })).to.equal("Microsoft.ServiceNetworking/trafficControllers");
    });
});

describe("Node pools behind Application Gateway for Containers", () => {
    it("let it reach pods and nodes on every port, and nothing else", () => {
        const { subnets } = planSpoke("10.1.0.0/16");
        const pods = "100.64.0.0/16";
        const common = { ...subnets, nodes: [subnets.systemPool, subnets.userPools], tenants: [], pods };
        const ingress = planIngressSubnet({ mode: "containers" }, subnets.ingress).addressPrefix;
        const rules = userPoolRules({ ...common, ingress, ingressReachesPods: true });
        const gatewayRules = userPoolRules({ ...common, ingress });
        fc.assert(
            fc.property(addressIn(ingress), addressIn(pods), port, (gateway, pod, drawn) => {
                const flow = { from: inNetwork(gateway), to: inNetwork(pod), protocol: "Tcp", port: drawn } as const;
                expect(decide(rules, "Inbound", flow)).to.equal("Allow");
                expect(decide(gatewayRules, "Inbound", flow)).to.equal("Deny");
            }),
        );
    });
});

/** One client of each range, or of the Internet. */
function clientsOf(ingress: SpokeIngress): End[] {
    switch (ingress.mode) {
        case "none":
            return [];
        case "private":
            return ingress.clients.map((range) => inNetwork(range.split("/")[0]));
        default:
            return [internet];
    }
}

function sceneOf(ingress: SpokeIngress, share: string) {
    const { addressPrefix, rules } = planIngressSubnet(ingress, share);
    return {
        member: inNetwork(addressPrefix.split("/")[0]),
        arrives: (from: End, to: End, at: number) =>
            decide(rules, "Inbound", { from, to, protocol: "Tcp", port: at }) === "Allow",
    };
}

function holds(range: string, { address }: End): boolean {
    const { first, last } = bounds(range);
    const number = bounds(`${address}/32`).first;
    return first <= number && number <= last;
}
