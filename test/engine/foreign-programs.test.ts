import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Sandbox } from "../sandbox/sandbox";
import type { PulumiResult } from "../sandbox/sandbox";

const REPOSITORY = join(__dirname, "..", "..");
const PACK = join(REPOSITORY, "policies");

/** These programs are about networks and forms of declaration: clusters and registries in them are bare. */
const JUDGED = {
    all: "disabled",
    ...Object.fromEntries(
        [
            // Settings are read by a rule of their own, which also keeps the inputs that graph rules judge.
            "pack-settings",
            "acr-no-public",
            "egress-through-firewall",
            "nic-no-public-ip",
            "public-ip-owner",
            "route-table-bgp-off",
            "subnet-nsg",
            "subnet-private",
        ].map((rule) => [rule, "mandatory"]),
    ),
};

/** Names of the rules that Pulumi prints as mandatory violations. */
function refusals({ stdout }: PulumiResult): string[] {
    const names = [...stdout.matchAll(/\[mandatory\] \[severity: \w+\]\s+(\S+)/g)].map((match) => match[1] ?? "");
    return [...new Set(names)].sort();
}

describe("The policy pack on programs that others wrote", function () {
    this.timeout(240_000);
    let root: string;
    let judged: string;
    before(() => {
        root = mkdtempSync(join(tmpdir(), "foreign-programs-"));
        judged = join(root, "judged.json");
        writeFileSync(judged, JSON.stringify(JUDGED));
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
            expect(refusals(violating), violating.stdout).to.deep.equal(["egress-through-firewall"]);
            expect(violating.stdout).to.contain(
                "routes[0].nextHopIpAddress: the address is not known yet, and it comes from network:NetworkInterface machine",
            );
        });
    });

    it("judges versioned types, from azure-native and from a local package", async () => {
        await withSandbox("pinned-versions", async (sandbox) => {
            const compliant = await preview(sandbox, "compliant");
            expect(refusals(compliant), compliant.stdout).to.deep.equal([]);
            expect(compliant.exitCode).to.equal(0);
            const violating = await preview(sandbox, "violating");
            expect(violating.exitCode).not.to.equal(0);
            expect(refusals(violating), violating.stdout).to.deep.equal(["acr-no-public", "egress-through-firewall"]);
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
            expect(refusals(refused), refused.stdout).to.deep.equal(["egress-through-firewall"]);
            const state = await analysed(sandbox, "violating");
            expect(state.exitCode).not.to.equal(0);
            expect(state.refused).to.deep.equal(["egress-through-firewall"]);
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
