import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import { policyReport } from "../../policies/src/report/command";
import { compilePolicyPack } from "../sandbox/policy-pack";
import { Sandbox } from "../sandbox/sandbox";
import type { PulumiResult } from "../sandbox/sandbox";
import { BARE, printedAt, WITHOUT_BARE } from "./bare-programs";

const REPOSITORY = join(__dirname, "..", "..");
const SOURCE = join(REPOSITORY, "policies");

interface PackageFile {
    dependencies?: Record<string, string>;
}

/** Packs the policy pack, unpacks it into a folder and gives it its dependencies, as an installation would. */
function install(folder: string): string {
    compilePolicyPack(SOURCE);
    mkdirSync(folder, { recursive: true });
    const output = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
        cwd: SOURCE,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ filename }]: [{ filename: string }] = JSON.parse(output);
    execFileSync("tar", ["-xzf", join(folder, filename), "-C", folder]);
    const pack = join(folder, "package");
    for (const from of dependenciesOf(join(SOURCE, "package.json"))) {
        const to = join(pack, relative(REPOSITORY, from));
        // A package's own node_modules are in the list by themselves, as far as they are needed.
        cpSync(from, to, { recursive: true, filter: (path) => path === from || !/node_modules$/.test(path) });
    }
    return pack;
}

/** Folders of all packages that a package needs, directly or not. */
function dependenciesOf(packageFile: string, known = new Set<string>()): Set<string> {
    const { dependencies = {} }: PackageFile = JSON.parse(readFileSync(packageFile, "utf8"));
    for (const name of Object.keys(dependencies)) {
        const folder = folderOf(name, packageFile);
        if (!known.has(folder)) {
            known.add(folder);
            dependenciesOf(join(folder, "package.json"), known);
        }
    }
    return known;
}

function folderOf(name: string, packageFile: string): string {
    for (const modules of createRequire(packageFile).resolve.paths(name) ?? []) {
        const folder = join(modules, name);
        try {
            readFileSync(join(folder, "package.json"));
            return folder;
        } catch {
            continue;
        }
    }
    throw new Error(`${name}, which ${dirname(packageFile)} needs, is not installed`);
}

/** What the violating stack breaks beside what is bare in both. */
const REFUSED = ["acr-no-public", "egress-through-firewall", "route-no-internet-hop"];

for (const [form, entry] of Object.entries({ "its folder": "", "its executable": "guardrails" })) {
    describe(`The policy pack as it is published, installed elsewhere and started by ${form}`, function () {
        this.timeout(240_000);
        let root: string;
        let pack: string;
        let sandbox: Sandbox;

        before(async () => {
            root = mkdtempSync(join(tmpdir(), "published-policies-"));
            pack = join(install(join(root, "installed")), entry);
            sandbox = await Sandbox.start({
                root: join(root, "sandbox"),
                projectDir: join(REPOSITORY, "test", "programs", "pinned-versions"),
                packages: ["azure-native_network_v20240501"],
            });
        });
        after(async () => {
            await sandbox.stop();
            rmSync(root, { recursive: true, force: true });
        });

        function run(command: string[], config: object | undefined = undefined): Promise<PulumiResult> {
            const file = join(root, "policy.json");
            const options = config === undefined ? [] : ["--policy-pack-config", file];
            if (config !== undefined) {
                writeFileSync(file, JSON.stringify(config));
            }
            const env = { PULUMI_DEBUG_COMMANDS: "true" };
            return sandbox.run([...command, "--policy-pack", pack, ...options, "--non-interactive"], { env });
        }

        const preview = (config?: object, ...options: string[]) =>
            run(["preview", "--stack", "violating", ...options], config);

        it("refuses a foreign program by all of its rules, and its events make reports", async () => {
            const log = join(root, "events.json");
            const result = await preview(undefined, "--event-log", log);
            expect(result.exitCode, result.stdout + result.stderr).not.to.equal(0);
            expect(printedAt("mandatory", result), result.stdout).to.deep.equal(
                [...BARE["pinned-versions"], ...REFUSED].sort(),
            );
            expect(result.stdout).to.contain(pack);

            const report = policyReport([log, "--matrix", join(root, "matrix.csv")]);
            expect(report).to.match(/\d+ violations \(\d+ failed, \d+ undecided, 0 waived\)/);
            expect(readFileSync(join(root, "matrix.csv"), "utf8")).to.match(/Registry::registry,.*fail/);
        });

        it("obeys profiles, levels and waivers of the configuration, and a profile in the stack's tags", async () => {
            const waiver = { reason: "A test", owner: "team@example.com", ticket: "OPS-1", expires: "2999-12-31" };
            const waivers = [
                { ...waiver, rule: "egress-through-firewall", urn: "*:Route::shortcut" },
                { ...waiver, rule: "route-no-internet-hop", urn: "*:RouteTable::table" },
            ];
            const levels = { "acr-no-public": "advisory" };
            const settings = { profile: "regulated-2026-11", waivers, levels };
            const accepted = await preview({ ...WITHOUT_BARE, "pack-settings": settings });
            expect(printedAt("mandatory", accepted), accepted.stdout).to.deep.equal([]);
            expect(printedAt("advisory", accepted)).to.include.members(REFUSED);
            expect(accepted.exitCode).to.equal(0);

            await sandbox.run(["stack", "tag", "set", "guardrails:profile", "none", "--stack", "violating"]);
            const tagged = await preview(WITHOUT_BARE);
            await sandbox.run(["stack", "tag", "rm", "guardrails:profile", "--stack", "violating"]);
            expect(printedAt("mandatory", tagged), tagged.stdout).to.deep.equal([...REFUSED, "pack-settings"].sort());
            expect(tagged.exitCode).not.to.equal(0);
            expect(tagged.stdout).to.contain("The stack's tag guardrails:profile is");
        });

        it("refuses misspelt rules and options with one violation, which Pulumi itself accepts", async () => {
            const result = await preview({
                ...WITHOUT_BARE,
                "acr-no-publc": "disabled",
                "aks-outbound-udr": { alowed: ["none"] },
            });
            expect(result.exitCode).not.to.equal(0);
            expect(printedAt("mandatory", result)).to.deep.equal([...REFUSED, "pack-settings"].sort());
            expect(result.stdout.match(/\[severity: \w+\]\s+pack-settings/g), result.stdout).to.have.length(1);
            expect(result.stdout).to.contain('"acr-no-publc" is no rule of this pack. Did you mean "acr-no-public"?');
            expect(result.stdout).to.contain('"aks-outbound-udr" has no option "alowed".');
        });

        it("mends what it is asked to, and then accepts it", async () => {
            const result = await preview({ ...WITHOUT_BARE, "acr-no-public": "remediate" });
            expect(printedAt("mandatory", result), result.stdout).to.deep.equal(
                REFUSED.filter((rule) => rule !== "acr-no-public"),
            );
            expect(result.exitCode).not.to.equal(0);
            expect(result.stdout).to.contain("[remediate]");
        });

        it("reaches the same verdicts in preview, in up and on the exported state", async () => {
            const up = await run(["up", "--stack", "violating", "--yes", "--skip-preview"], {
                all: "advisory",
                "pack-settings": "mandatory",
                "egress-through-firewall": "mandatory",
            });
            expect(up.exitCode).not.to.equal(0);
            expect(printedAt("mandatory", up), up.stdout).to.deep.equal(["egress-through-firewall"]);
            expect(printedAt("advisory", up)).to.include.members(["acr-no-public", "route-no-internet-hop"]);
            const state = join(root, "state.json");
            const exported = await sandbox.run(["stack", "export", "--stack", "violating", "--file", state]);
            expect(exported.exitCode, exported.stderr).to.equal(0);
            const analyzed = await run(["policy", "analyze", "--file", state], WITHOUT_BARE);
            expect(analyzed.exitCode).not.to.equal(0);
            expect(printedAt("mandatory", analyzed), analyzed.stdout).to.deep.equal(REFUSED);
        });
    });
}
