import { spawn } from "node:child_process";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { pulumiCli } from "../cli/pulumi-cli";
import type { PulumiCli } from "../cli/pulumi-cli";
import { AzureProvider } from "./azure/provider";
import { pathsFrom } from "./caller-paths";
import { Cloud } from "./cloud/cloud";
import { addExisting, existingIn } from "./existing";
import type { ExistingResource } from "./existing";
import { Faults, faultsFromEnvironment } from "./faults";
import type { Fault } from "./faults";
import { KubernetesProvider } from "./kubernetes/provider";
import { prepareCommand } from "./command";
import { compilePolicyPack } from "./policy-pack";
import { ScratchProject } from "./scratch-project";
import { serve } from "./provider/server";
import type { RunningServer } from "./provider/server";

export interface SandboxOptions {
    /** State folder: Pulumi's file backend, the simulated cloud and a scratch project. It is created. */
    readonly root: string;
    /** The Pulumi project. Default: this repository. Nothing in it is changed. */
    readonly projectDir?: string;
    /** Failures to produce, in addition to those in the environment variable SANDBOX_FAULTS. */
    readonly faults?: readonly Fault[];
    /** What exists before any stack is deployed, besides what the stacks' configuration names by its id. */
    readonly existing?: readonly ExistingResource[];
    /** Packages made from azure-native with their own names, such as `azure-native_network_v20240501`. */
    readonly packages?: readonly string[];
}

export interface RunOptions {
    readonly env?: Readonly<Record<string, string>>;
    /** The terminal's own streams; stdout and stderr of the result are then empty. Default: false. */
    readonly inherit?: boolean;
    /** Where relative paths in the arguments start. Default: the folder in which this process runs. */
    readonly folder?: string;
}

export interface PulumiResult {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
}

const REPOSITORY = resolve(__dirname, "..", "..");
const PASSPHRASE = "sandbox";

/** The real Pulumi engine on simulated providers: no account, no login, no prompt. */
export class Sandbox {
    private lastRun: Promise<unknown> = Promise.resolve();

    private constructor(
        /** What exists in the simulated Azure and its clusters. */
        readonly cloud: Cloud,
        private readonly cli: PulumiCli,
        private readonly project: ScratchProject,
        private readonly azure: RunningServer,
        private readonly kubernetes: RunningServer,
        private readonly packages: readonly string[],
    ) {}

    /** @throws Error if the CLI can't be provided or the faults aren't valid. */
    static async start(options: SandboxOptions): Promise<Sandbox> {
        const root = resolve(options.root);
        const projectDir = resolve(options.projectDir ?? REPOSITORY);
        const faults = new Faults([...faultsFromEnvironment(process.env["SANDBOX_FAULTS"]), ...(options.faults ?? [])]);
        const cloud = new Cloud(join(root, "cloud.json"));
        addExisting(options.existing ?? [], cloud);
        const project = new ScratchProject(root, projectDir);
        const cli = await pulumiCli();
        skipEngineLog(cli.home);
        const [azure, kubernetes] = await Promise.all([
            serve(new AzureProvider(cloud, faults)),
            serve(new KubernetesProvider(cloud, faults, projectDir)),
        ]);
        return new Sandbox(cloud, cli, project, azure, kubernetes, options.packages ?? []);
    }

    /**
     * Runs `pulumi <args>`. A stack that has a configuration file is created on first use; without `--stack` it is `dev`.
     * Calls wait for each other: what a preview plans in the simulated cloud belongs to that preview alone.
     * @throws Error for a stack without a configuration file.
     */
    run(args: readonly string[], options: RunOptions = {}): Promise<PulumiResult> {
        const result = this.lastRun.then(() => this.runNow(args, options));
        this.lastRun = result.catch(() => undefined);
        return result;
    }

    async stop(): Promise<void> {
        this.azure.stop();
        this.kubernetes.stop();
        this.cloud.flush();
    }

    private async runNow(args: readonly string[], options: RunOptions): Promise<PulumiResult> {
        this.cloud.forgetPlans();
        this.project.refresh();
        const meant = pathsFrom(options.folder ?? process.cwd(), args);
        const command = prepareCommand(meant, { project: this.project, repository: REPOSITORY });
        if (command.stack !== undefined && !this.project.hasStack(command.stack)) await this.createStack(command.stack);
        if (command.stack !== undefined) addExisting(existingIn(this.project.configuration(command.stack)), this.cloud);
        if (command.policyPack !== undefined) compilePolicyPack(command.policyPack);
        const result = await this.pulumi(command.args, { ...options, stack: command.stack });
        this.cloud.flush();
        return result;
    }

    private async createStack(stack: string): Promise<void> {
        const created = await this.pulumi(["stack", "init", stack, "--non-interactive"], {});
        // Another process may have been faster, and then its stack is as good.
        if (created.exitCode !== 0 && !this.project.hasStack(stack))
            throw new Error(`Stack '${stack}' can't be created in the sandbox.\n${created.stderr}`);
    }

    private async pulumi(args: readonly string[], options: RunOptions & { stack?: string }): Promise<PulumiResult> {
        const child = spawn(this.cli.executable, ["--cwd", this.project.directory, ...args], {
            env: { ...process.env, ...this.environment(options.stack), ...options.env },
            stdio: options.inherit ? "inherit" : ["ignore", "pipe", "pipe"],
        });
        const output = { stdout: "", stderr: "" };
        child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
        child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
        const exitCode = await new Promise<number>((done, failed) => {
            child.on("error", failed);
            child.on("close", (code) => done(code ?? 1));
        });
        return { exitCode, ...output };
    }

    private environment(stack: string | undefined): Record<string, string> {
        mkdirSync(this.project.backend, { recursive: true });
        const providers = ["azure-native", ...this.packages].map((name) => `${name}:${this.azure.port}`);
        return {
            PATH: `${this.cli.bin}${delimiter}${process.env["PATH"] ?? ""}`,
            PULUMI_HOME: this.cli.home,
            PULUMI_BACKEND_URL: `file://${this.project.backend}`,
            PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
            PULUMI_SKIP_UPDATE_CHECK: "true",
            // The engine lives for seconds: it need not collect its garbage before there is a good deal of it.
            GOGC: process.env["GOGC"] ?? "off",
            GOMEMLIMIT: process.env["GOMEMLIMIT"] ?? "1GiB",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            PULUMI_DEBUG_PROVIDERS: [...providers, `kubernetes:${this.kubernetes.port}`].join(","),
            ...(stack === undefined ? {} : { PULUMI_STACK: stack }),
        };
    }
}

/**
 * The engine writes every message and property to a compressed log in its home, which nobody reads here: a third of its
 * time. It goes on without one where a file has the place of the folder.
 */
function skipEngineLog(home: string): void {
    const place = join(home, "logs");
    if (statSync(place, { throwIfNoEntry: false })?.isFile()) return;
    rmSync(place, { recursive: true, force: true });
    writeFileSync(place, "The sandbox keeps no logs of the engine.\n");
}
