import { expect } from "chai";
import fc from "fast-check";
import {
    answers,
    bySpecificity,
    patternFor,
    redirectLoop,
    sitesInOrder,
    takes,
} from "../../components/ingress/path-rules";

const segment = fc.constantFrom("a", "b", "C", "api", "login");
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join("/")}`);
const pattern = fc.tuple(path, fc.boolean()).map(([text, wildcard]) => (wildcard ? `${text}/*` : text));
const patterns = fc.uniqueArray(pattern, { maxLength: 8, selector: (text) => text.toLowerCase() });

describe("Path patterns", () => {
    it("take what a reader expects", () => {
        expect(takes("/api/*", "/api/v1/users")).to.equal(true);
        expect(takes("/api/*", "/API/")).to.equal(true);
        expect(takes("/api/*", "/api")).to.equal(false);
        expect(takes("/login", "/login")).to.equal(true);
        expect(takes("/login", "/login/now")).to.equal(false);
    });

    it("are tried in an order that has nothing to do with how they are written down", () => {
        fc.assert(
            fc.property(patterns, fc.infiniteStream(fc.nat()), (all, keys) => {
                const shuffled = all.map((text) => [keys.next().value as number, text] as const);
                shuffled.sort(([a], [b]) => a - b);
                expect(bySpecificity(shuffled.map(([, text]) => text))).to.deep.equal(bySpecificity(all));
            }),
        );
    });

    it("are tried the most specific first: what takes a path is never wider than another that does", () => {
        fc.assert(
            fc.property(patterns, path, (all, asked) => {
                const chosen = patternFor(all, asked);
                for (const other of all.filter((text) => takes(text, asked))) {
                    // Where one lies inside the other, the inner one is chosen.
                    expect(other.length <= (chosen?.length ?? 0) || other === `${chosen}*`).to.equal(true);
                }
                expect(chosen === undefined).to.equal(!all.some((text) => takes(text, asked)));
            }),
        );
    });
});

describe("Host names", () => {
    it("stand for themselves, and with a wildcard for one label more", () => {
        expect(answers(["*.contoso.com"], "a.contoso.com")).to.equal(true);
        expect(answers(["*.contoso.com"], "a.b.contoso.com")).to.equal(false);
        expect(answers(["*.contoso.com"], "contoso.com")).to.equal(false);
        expect(answers(["a.contoso.com"], "a.contoso.com")).to.equal(true);
    });

    it("are asked for before wildcards that would take them", () => {
        const sites = { all: { hostNames: ["*.contoso.com"] }, shop: { hostNames: ["shop.contoso.com"] } };
        expect(sitesInOrder(sites)).to.deep.equal(["shop", "all"]);
    });
});

describe("Redirects", () => {
    const site = (hostName: string, redirects: Record<string, string>, paths: Record<string, string> = {}) => ({
        hostNames: [hostName],
        redirects,
        paths,
    });

    it("are followed to their end by a client, which the check foresees", () => {
        const target = fc.oneof(
            path,
            path.map((text) => `https://two.contoso.com${text}`),
        );
        const redirects = fc.dictionary(pattern, target, { maxKeys: 5 });
        fc.assert(
            fc.property(redirects, redirects, (one, two) => {
                const sites = { one: site("one.contoso.com", one), two: site("two.contoso.com", two) };
                for (const [name, { redirects: own }] of Object.entries(sites)) {
                    for (const from of Object.keys(own)) {
                        const loops = redirectLoop(sites, name, from) !== undefined;
                        expect(loops, from).to.equal(browse(sites, name, own[from]) === "for ever");
                    }
                }
            }),
        );
    });

    it("go round in circles over two sites, and through a wildcard that takes its own target", () => {
        const sites = {
            one: site("one.contoso.com", { "/a": "https://two.contoso.com/b", "/old/*": "/old/new" }),
            two: site("two.contoso.com", { "/b": "https://one.contoso.com/A" }),
        };
        expect(redirectLoop(sites, "one", "/a")).to.deep.equal(["one /a", "two /b", "one /a"]);
        expect(redirectLoop(sites, "one", "/old/*")).to.deep.equal(["one /old/*", "one /old/*"]);
    });

    it("come to an end at a backend, at another port and elsewhere", () => {
        const sites = {
            one: site(
                "one.contoso.com",
                {
                    "/a/*": "/a/now",
                    "/b": "https://one.contoso.com:8443/b",
                    "/c": "https://contoso.com/c",
                },
                { "/a/now": "cluster" },
            ),
        };
        for (const from of Object.keys(sites.one.redirects)) {
            expect(redirectLoop(sites, "one", from), from).to.equal(undefined);
        }
    });

    /** What a browser does, without looking at the code under test: twenty redirects are for ever. */
    function browse(
        sites: Record<string, { redirects: Record<string, string> }>,
        start: string,
        first: string,
    ): "for ever" | "arrived" {
        let [name, location] = [start, first];
        for (let hops = 0; hops < 20; hops += 1) {
            name = location.startsWith("https://two.") ? "two" : name;
            const asked = location.replace(/^https:\/\/[^/]+/, "").toLowerCase();
            const fitting = Object.entries(sites[name].redirects).filter(([text]) => {
                const regex = new RegExp(`^${text.toLowerCase().replace("*", ".*")}$`);
                return regex.test(asked);
            });
            fitting.sort(([a], [b]) => b.replace("*", "").length - a.replace("*", "").length || a.length - b.length);
            if (fitting.length === 0) {
                return "arrived";
            }
            location = fitting[0][1];
        }
        return "for ever";
    }
});
