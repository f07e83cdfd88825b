import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Sandbox } from "../sandbox/sandbox";
import type { PulumiResult } from "../sandbox/sandbox";
import { BARE, CLOSED_WITHOUT_ENDPOINT, printedAt, WITHOUT_BARE } from "./bare-programs";

const REPOSITORY = join(__dirname, "..", "..");
const PACK = join(REPOSITORY, "policies");

/** What the violating stacks break beside what is bare: a next hop that only `up` knows, and a route to the Internet. */
const INLINE = ["egress-through-firewall", "no-way-around-firewall"];
/** Which network the next hop stands in is not known in a preview, and so not which peerings carry its packets. */
const INLINE_IN_PREVIEW = [...INLINE, "peering-pairs"];
const PINNED = ["acr-no-public", "egress-through-firewall", "route-no-internet-hop"];

const refusals = (result: PulumiResult) => printedAt("mandatory", result);

describe("The policy pack on programs that others wrote", function () {
    this.timeout(240_000);
    let root: string;
    let judged: string;
    before(() => {
        root = mkdtempSync(join(tmpdir(), "foreign-programs-"));
        judged = join(root, "judged.json");
        writeFileSync(judged, JSON.stringify(WITHOUT_BARE));
    });
    after(() => rmSync(root, { recursive: true, force: true }));

    async function withSandbox<T>(program: string, use: (sandbox: Sandbox) => Promise<T>): Promise<T> {
        const sandbox = await Sandbox.start({
            root: join(root, program),
            projectDir: join(REPOSITORY, "test", "programs", program),
            packages: ["azure-native_network_v20240501"],
        });
        try {
            return await use(sandbox);
        } finally {
            await sandbox.stop();
        }
    }

    const preview = (sandbox: Sandbox, stack: string, ...options: string[]) =>
        sandbox.run(["preview", "--stack", stack, "--non-interactive", ...(options.length > 0 ? options : pack())]);
    const pack = () => ["--policy-pack", PACK, "--policy-pack-config", judged];

    it("accepts inline subnets, rules and routes, and refuses a next hop that is known only after create", async () => {
        await withSandbox("inline-network", async (sandbox) => {
            const compliant = await preview(sandbox, "compliant");
            expect(refusals(compliant), compliant.stdout).to.deep.equal([]);
            expect(compliant.exitCode).to.equal(0);
            const violating = await preview(sandbox, "violating");
            expect(violating.exitCode).not.to.equal(0);
            expect(refusals(violating), violating.stdout).to.deep.equal(INLINE_IN_PREVIEW);
            expect(violating.stdout).to.contain(
                "routes[0].nextHopIpAddress: the address is not known yet, and it comes from network:NetworkInterface machine",
            );
        });
    });

    it("judges them by all of its rules where nothing is configured", async () => {
        const whole = ["--policy-pack", PACK];
        await withSandbox("pinned-versions", async (sandbox) => {
            const compliant = await preview(sandbox, "compliant", ...whole);
            expect(compliant.exitCode).not.to.equal(0);
            expect(refusals(compliant)).to.deep.equal([...BARE["pinned-versions"], CLOSED_WITHOUT_ENDPOINT].sort());
        });
        await withSandbox("inline-network", async (sandbox) => {
            const violating = await preview(sandbox, "violating", ...whole);
            expect(violating.exitCode).not.to.equal(0);
            expect(refusals(violating)).to.deep.equal([...BARE["inline-network"], ...INLINE_IN_PREVIEW].sort());
        });
    });

    it("judges versioned types, from azure-native and from a local package", async () => {
        await withSandbox("pinned-versions", async (sandbox) => {
            const compliant = await preview(sandbox, "compliant");
            expect(refusals(compliant), compliant.stdout).to.deep.equal([]);
            expect(compliant.exitCode).to.equal(0);
            const violating = await preview(sandbox, "violating");
            expect(violating.exitCode).not.to.equal(0);
            expect(refusals(violating), violating.stdout).to.deep.equal(PINNED);
            expect(violating.stdout).to.contain('route to "13.64.0.0/11" -> nextHopType is "Internet"');
        });
    });

    it("reaches the same verdicts in up and on an exported state", async () => {
        await withSandbox("inline-network", async (sandbox) => {
            const up = (stack: string) =>
                sandbox.run(["up", "--stack", stack, "--yes", "--skip-preview", "--non-interactive", ...pack()]);
            const created = await up("compliant");
            expect(created.exitCode, created.stdout + created.stderr).to.equal(0);
            expect(await analysed(sandbox, "compliant")).to.deep.equal({ exitCode: 0, refused: [] });

            const destroyed = await sandbox.run(["destroy", "--stack", "compliant", "--yes", "--non-interactive"]);
            expect(destroyed.exitCode, destroyed.stdout).to.equal(0);
            const refused = await up("violating");
            expect(refused.exitCode).not.to.equal(0);
            expect(refusals(refused), refused.stdout).to.deep.equal(INLINE);
            const state = await analysed(sandbox, "violating");
            expect(state.exitCode).not.to.equal(0);
            expect(state.refused).to.deep.equal(INLINE);
        });
    });

    async function analysed(sandbox: Sandbox, stack: string): Promise<{ exitCode: number; refused: string[] }> {
        const file = join(root, `${stack}.json`);
        const exported = await sandbox.run(["stack", "export", "--stack", stack, "--file", file]);
        expect(exported.exitCode, exported.stderr).to.equal(0);
        const result = await sandbox.run(["policy", "analyze", ...pack(), "--file", file, "--non-interactive"]);
        return { exitCode: result.exitCode, refused: refusals(result) };
    }

    it("refuses a wrong option of a rule with one message and no stack trace", async () => {
        const config = join(root, "policy.json");
        writeFileSync(config, JSON.stringify({ "egress-through-firewall": { trustedNextHops: ["the firewall"] } }));
        await withSandbox("pinned-versions", async (sandbox) => {
            const options = ["--policy-pack", PACK, "--policy-pack-config", config];
            const result = await preview(sandbox, "compliant", ...options);
            const output = result.stdout + result.stderr;
            expect(result.exitCode).not.to.equal(0);
            expect(output).to.contain("egress-through-firewall: trustedNextHops.0");
            expect(output).not.to.match(/^\s+at .+:\d+:\d+/m);
        });
    });
});
