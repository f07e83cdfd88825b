import { expect } from "chai";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mapValues } from "../../components/record";
import { egressAddressCount } from "../../infra/config/checks/egress";
import { Sandbox } from "../sandbox/sandbox";
import { eventsIn, expectSuccess, packsOf, report, urnsOf, violationsOf } from "../sandbox/testing/engine-events";
import { ProgramProject, REPOSITORY } from "../sandbox/testing/program-project";
import { soundSettings } from "../support/platform";
import { stackConfig, stackNames } from "../support/stack-files";

interface Outputs {
    readonly operators: {
        readonly egressAddresses: string[];
        readonly firewallId?: string;
        readonly bastionId?: string;
        readonly jumpHosts: Record<string, string>;
        readonly networks: Record<string, string>;
        readonly clusters: Record<string, ClusterOutputs>;
    };
    readonly dataScientists?: Record<
        string,
        { readonly workspace: string; readonly compute: string; readonly namespace: string; instanceTypes: string[] }
    >;
}

interface ClusterOutputs {
    readonly id: string;
    readonly apiServer: string;
    readonly connect?: string;
    readonly registry: string;
    readonly vault: string;
    readonly ingress?: { readonly address: string; readonly sites: Record<string, string[]> };
}

const IP = /^\d+(\.\d+){3}$/;

for (const stack of stackNames()) {
    // Each step of the story builds on the ones before it.
    describe(`The stack ${stack}, from its first preview to its end`, function () {
        this.timeout(300_000);
        const settings = soundSettings(stackConfig(stack));
        let root: string;
        let project: ProgramProject;
        let sandbox: Sandbox;
        let planned: string[];

        before(async () => {
            root = mkdtempSync(join(tmpdir(), `program-${stack}-`));
            project = new ProgramProject(join(root, "project"));
            sandbox = await Sandbox.start({ root: join(root, "sandbox"), projectDir: project.directory });
        });
        after(async () => {
            await sandbox.stop();
            rmSync(root, { recursive: true });
        });

        const run = (command: string, ...args: string[]) => report(sandbox, command, "--stack", stack, ...args);
        /** What the stack has made in the simulated Azure; what its configuration takes to exist has no URN. */
        const made = () => sandbox.cloud.resources().filter(({ urn }) => urn !== "");

        it("is previewed with the policy pack, which finds nothing to object to", async () => {
            const preview = await run("preview");
            expectSuccess(preview);
            expect(packsOf(preview)).to.deep.equal(["secure-aks-ml-guardrails"]);
            expect(violationsOf(preview)).to.deep.equal([]);
            planned = urnsOf(preview, "create");
            expect(planned).to.not.be.empty;
            expect(made()).to.deep.equal([]);
        });

        it("creates exactly what was planned", async () => {
            const up = await run("up");
            expectSuccess(up);
            expect(violationsOf(up)).to.deep.equal([]);
            expect(urnsOf(up, "create")).to.deep.equal(planned);
            const urns = made().map(({ urn }) => urn);
            expect(urns.sort()).to.deep.equal(planned.filter(isAzureResource));
        });

        it("has nothing more to do then", async () => {
            expectSuccess(await run("preview", "--expect-no-changes"));
        });

        it("finds on refresh that Azure holds what it deployed", async () => {
            expectSuccess(await run("refresh", "--expect-no-changes"));
        });

        it("has a state to which the policy pack has no objection either", async () => {
            const file = join(root, "state.json");
            await pulumi("stack", "export", "--stack", stack, "--file", file);
            const pack = join(REPOSITORY, "policies");
            const settingsOfPack = join(REPOSITORY, "stacks", `policy.${stack}.json`);
            const result = await sandbox.run([
                ...["policy", "analyze", "--policy-pack", pack, "--file", file, "--json"],
                ...(existsSync(settingsOfPack) ? ["--policy-pack-config", settingsOfPack] : []),
            ]);
            const analysed = { result, events: eventsIn(result) };
            expectSuccess(analysed);
            expect(packsOf(analysed)).to.deep.equal(["secure-aks-ml-guardrails"]);
            expect(violationsOf(analysed)).to.deep.equal([]);
        });

        it("tells operators the ids of what they run and how to reach each API server", async () => {
            const { operators } = await outputs();
            const ids = made().map(({ id }) => id);
            const { hub, existingHub } = settings;
            expect(operators.egressAddresses).to.have.lengthOf(egressAddressCount({ hub, existingHub }));
            for (const address of operators.egressAddresses) expect(address).to.match(IP);
            expect(operators.firewallId !== undefined).to.equal(hub?.egress.mode === "firewall");
            expect(operators.bastionId !== undefined).to.equal(hub !== undefined && hub.bastion.mode !== "none");
            const own = [operators.firewallId, operators.bastionId].filter((id) => id !== undefined);
            expect(ids).to.include.members([...own, ...Object.values(operators.jumpHosts)]);
            expect(ids).to.include.members(Object.values(operators.networks));
            expect(operators.networks).to.have.all.keys(...Object.keys(settings.spokes));
            for (const [name, { cluster, ingress }] of Object.entries(settings.spokes)) {
                const told = operators.clusters[name];
                expect(told !== undefined, name).to.equal(cluster !== undefined);
                if (!told) continue;
                expect(ids).to.include(told.id);
                expect(told.apiServer).to.match(/\.azmk8s\.io$/);
                expect(told.connect).to.equal(
                    operators.bastionId && `az aks bastion --ids ${told.id} --bastion ${operators.bastionId}`,
                );
                expect(told.registry).to.match(/\.azurecr\.io$/);
                expect(told.vault).to.match(/^https:\/\/.+\.vault\.azure\.net\/$/);
                if (ingress.mode === "public" || ingress.mode === "private") {
                    expect(told.ingress?.address).to.match(IP);
                    expect(told.ingress?.sites).to.deep.equal(mapValues(ingress.sites, ({ hostNames }) => hostNames));
                }
                expect(told.ingress !== undefined).to.equal(ingress.mode !== "none");
            }
        });

        it("tells data scientists what to write into their jobs", async () => {
            const { dataScientists } = await outputs();
            for (const [name, { machineLearning }] of Object.entries(settings.spokes)) {
                const told = dataScientists?.[name];
                expect(told !== undefined, name).to.equal(machineLearning !== undefined);
                if (!told || !machineLearning) continue;
                const ids = made().map(({ id }) => id);
                const compute = `/workspaces/${told.workspace}/computes/${machineLearning.computeName}`;
                expect(ids.filter((id) => id.endsWith(compute))).to.have.lengthOf(1);
                expect(told.compute).to.equal(`azureml:${machineLearning.computeName}`);
                expect(told.namespace).to.equal(machineLearning.namespace);
                const configured = Object.keys(machineLearning.instanceTypes);
                expect(told.instanceTypes).to.have.members(["defaultinstancetype", ...configured]);
            }
        });

        it("is destroyed in an order that Azure accepts, and nothing is left", async () => {
            const destroyed = await run("destroy");
            expectSuccess(destroyed);
            expect(urnsOf(destroyed, "delete")).to.deep.equal(planned);
            expect(made()).to.deep.equal([]);
            const state = await pulumi("stack", "export", "--stack", stack);
            expect(JSON.parse(state)).to.not.have.nested.property("deployment.resources");
        });

        it("has changed none of the project's own files", () => {
            const tracked = join(REPOSITORY, "stacks");
            const text = (folder: string) =>
                readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
            expect(text(project.stackFolder)).to.deep.equal(text(tracked));
        });

        async function outputs(): Promise<Outputs> {
            return JSON.parse(await pulumi("stack", "output", "--stack", stack, "--json")) as Outputs;
        }

        async function pulumi(...args: string[]): Promise<string> {
            const { exitCode, stdout, stderr } = await sandbox.run(args);
            expect(exitCode, stderr).to.equal(0);
            return stdout;
        }
    });
}

function isAzureResource(urn: string): boolean {
    return /^azure-native:/.test(urn.split("::")[2]?.split("$").at(-1) ?? "");
}
