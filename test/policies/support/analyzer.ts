import type { ChildProcessByStdio } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { credentials } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
    AnalyzeRequest,
    AnalyzerResource,
    AnalyzerResourceOptions,
    AnalyzerPropertyDependencies,
    AnalyzerStackConfigureRequest,
    AnalyzeStackRequest,
    ConfigureAnalyzerRequest,
    EnforcementLevel,
    PolicyConfig,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type {
    AnalyzeDiagnostic,
    AnalyzerInfo,
    AnalyzeResponse,
    PolicyInfo,
    RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Declared, Properties } from "./scene";
import { dependenciesOf, sourcesOf, urnOf } from "./scene";

const PACK = join(__dirname, "..", "..", "..", "policies");

/** The compiled pack in a process of its own, driven over the protocol that the engine speaks. */
export class Analyzer {
    private policies: PolicyInfo[] | undefined;

    private constructor(
        private readonly process: ChildProcessByStdio<null, Readable, Readable>,
        private readonly client: AnalyzerClient,
    ) {}

    /** Starts `policies/bin`. Fails if the pack is not built, prints anything but its port, or ends. */
    static async start(): Promise<Analyzer> {
        if (!existsSync(join(PACK, "bin", "index.js"))) {
            throw new Error("policies/bin is missing: run npm run build");
        }
        const host = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
        const child = spawn(process.execPath, [host, "127.0.0.1:1", PACK], {
            cwd: PACK,
            stdio: ["ignore", "pipe", "pipe"],
        });
        const port = await firstLine(child);
        if (!/^\d+$/.test(port)) {
            child.kill();
            throw new Error(`the pack printed ${JSON.stringify(port)} where the engine reads its port`);
        }
        return new Analyzer(child, new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()));
    }

    stop(): void {
        this.client.close();
        this.process.kill();
    }

    info(): Promise<AnalyzerInfo> {
        return call((done) => this.client.getAnalyzerInfo(new Empty(), done));
    }

    /**
     * Sets every policy's options and level, as the engine does from what the pack announces and the user's file. Like the
     * engine it sends whatever else the user wrote, and a level under `enforcementLevel`.
     */
    async configure(overrides: Record<string, Properties | string> = {}): Promise<void> {
        const request = new ConfigureAnalyzerRequest();
        this.policies ??= (await this.info()).getPoliciesList();
        const all = overrides["all"];
        for (const policy of this.policies) {
            const schema = policy.getConfigschema()?.getProperties()?.toJavaScript() ?? {};
            const defaults = Object.entries(schema).flatMap(([option, value]): [string, unknown][] => {
                const declared = (value as Properties)["default"];
                return declared === undefined ? [] : [[option, declared]];
            });
            const level = typeof all === "string" ? levelNamed(all) : policy.getEnforcementlevel();
            request.getPolicyconfigMap().set(policy.getName(), configOf(level, Object.fromEntries(defaults)));
        }
        for (const [name, override] of Object.entries(overrides)) {
            const announced = request.getPolicyconfigMap().get(name);
            const { enforcementLevel, ...options } =
                typeof override === "string" ? { enforcementLevel: override } : override;
            const level = enforcementLevel ? levelNamed(String(enforcementLevel)) : announced?.getEnforcementlevel();
            const properties = { ...announced?.getProperties()?.toJavaScript(), ...options };
            request.getPolicyconfigMap().set(name, configOf(level ?? EnforcementLevel.ADVISORY, properties));
        }
        await call<Empty>((done) => this.client.configure(request, done));
    }

    /** Tells the pack the stack's tags. */
    async tag(tags: Record<string, string>): Promise<void> {
        const request = new AnalyzerStackConfigureRequest();
        for (const [name, value] of Object.entries(tags)) {
            request.getTagsMap().set(name, value);
        }
        await call((done) => this.client.configureStack(request, done));
    }

    /** Analyses every resource and then the stack, and returns what the pack reports. */
    async judge(scene: readonly Declared[]): Promise<Report[]> {
        const reports: AnalyzeDiagnostic[] = [];
        for (const resource of scene) {
            reports.push(...(await this.analyze(resource)).getDiagnosticsList());
        }
        return [...reports.map(reportOf), ...(await this.judgeStack(scene))];
    }

    /** Analyses the stack alone, as if no resource had been analysed before. */
    async judgeStack(scene: readonly Declared[]): Promise<Report[]> {
        const request = new AnalyzeStackRequest();
        request.setResourcesList(scene.map((resource) => analyzerResource(resource, scene)));
        const response = await call<AnalyzeResponse>((done) => this.client.analyzeStack(request, done));
        return response.getDiagnosticsList().map(reportOf);
    }

    analyze(resource: Declared): Promise<AnalyzeResponse> {
        return call((done) => this.client.analyze(requestOf(resource), done));
    }

    /** The resource as rules at the level `remediate` change it, and the names of those rules. */
    async remediate(resource: Declared): Promise<{ rules: string[]; resource: Declared }> {
        const request = requestOf(resource);
        const response = await call<RemediateResponse>((done) => this.client.remediate(request, done));
        const remediations = response.getRemediationsList();
        const inputs = remediations.at(-1)?.getProperties()?.toJavaScript() ?? resource.inputs;
        return { rules: remediations.map((each) => each.getPolicyname()), resource: { ...resource, inputs } };
    }

    /** Names of the rules that do not apply to the stack. */
    async notApplicableToStack(scene: readonly Declared[]): Promise<string[]> {
        const request = new AnalyzeStackRequest();
        request.setResourcesList(scene.map((resource) => analyzerResource(resource, scene)));
        const response = await call<AnalyzeResponse>((done) => this.client.analyzeStack(request, done));
        return response.getNotApplicableList().map((each) => each.getPolicyName());
    }
}

/** A violation as the engine gets it. */
export interface Report {
    policy: string;
    level: "mandatory" | "advisory" | "other";
    message: string;
    urn: string;
}

function reportOf(diagnostic: AnalyzeDiagnostic): Report {
    const levels = { [EnforcementLevel.MANDATORY]: "mandatory", [EnforcementLevel.ADVISORY]: "advisory" } as const;
    const level = diagnostic.getEnforcementlevel();
    return {
        policy: diagnostic.getPolicyname(),
        level: level === EnforcementLevel.MANDATORY || level === EnforcementLevel.ADVISORY ? levels[level] : "other",
        message: diagnostic.getMessage(),
        urn: diagnostic.getUrn(),
    };
}

function analyzerResource(resource: Declared, scene: readonly Declared[]): AnalyzerResource {
    const result = new AnalyzerResource();
    result.setType(resource.type);
    result.setName(resource.name);
    result.setUrn(urnOf(resource));
    result.setProperties(structOf({ ...resource.inputs, ...resource.outputs }));
    result.setOptions(new AnalyzerResourceOptions());
    result.setDependenciesList(dependenciesOf(resource, scene));
    for (const [property, urns] of Object.entries(sourcesOf(resource, scene))) {
        const dependencies = new AnalyzerPropertyDependencies();
        dependencies.setUrnsList(urns);
        result.getPropertydependenciesMap().set(property, dependencies);
    }
    return result;
}

function requestOf(resource: Declared): AnalyzeRequest {
    const request = new AnalyzeRequest();
    request.setType(resource.type);
    request.setName(resource.name);
    request.setUrn(urnOf(resource));
    request.setProperties(structOf(resource.inputs));
    request.setOptions(new AnalyzerResourceOptions());
    return request;
}

function configOf(level: EnforcementLevel, options: Properties): PolicyConfig {
    const config = new PolicyConfig();
    config.setEnforcementlevel(level);
    config.setProperties(structOf(options));
    return config;
}

function levelNamed(name: string): EnforcementLevel {
    return EnforcementLevel[name.toUpperCase() as keyof typeof EnforcementLevel];
}

function structOf(properties: Properties): Struct {
    // The wire has no undefined: what a fixture leaves out that way is not sent.
    const sent = JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>;
    return Struct.fromJavaScript(sent);
}

function call<T>(start: (done: (error: ServiceError | null, response: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => start((error, response) => (error ? reject(error) : resolve(response))));
}

function firstLine(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
    return new Promise((resolve, reject) => {
        let errors = "";
        child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
        child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
        child.once("exit", (code) => reject(new Error(`the pack ended with ${code}: ${errors}`)));
    });
}
