import {
    AnalyzeRequest,
    AnalyzerPropertyDependencies,
    AnalyzerResource,
    AnalyzerResourceOptions,
    AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { skipTracesOfPromises, translateFramesOnce } from "../../infra/engine-settings";
import { JudgingPolicies } from "../../policies/src/frame/judging-policy";
import { allRules } from "../../policies/src/rules/all-rules";
import { serve } from "../policies/support/sdk-server";
import { shortUrn, type Registration } from "../support/capture";
import { capturePlatform, soundSettings } from "../support/platform";
import { median } from "./measure";
import { configOfSpokes, sizes } from "./spokes";

/** What the pack itself takes to judge a platform: the SDK's part of the work included, engine and connection not. */
export interface Evaluation {
    readonly spokes: number;
    readonly resources: number;
    /** CPU of the rules about single resources, for each of them. */
    readonly millisecondsPerResource: number;
    /** CPU of the rules about the stack, all together. */
    readonly graphMilliseconds: number;
    /** Both, for each resource. */
    readonly totalPerResource: number;
}

const rounds = 3;

/** Judges the first preview of platforms of more and more spokes in this process, and counts its CPU time. */
export async function measureEvaluation(): Promise<Evaluation[]> {
    skipTracesOfPromises();
    translateFramesOnce();
    const evaluations: Evaluation[] = [];
    for (const spokes of sizes) {
        process.stderr.write(`evaluation: ${spokes} spokes\n`);
        const registrations = await capturePlatform(soundSettings(configOfSpokes(spokes)), true);
        // The first one compiles, and isn't counted.
        await judge(registrations);
        const measured = [];
        for (let round = 0; round < rounds; round += 1) {
            measured.push(await judge(registrations));
        }
        const single = median(measured.map(({ single }) => single));
        const graph = median(measured.map(({ graph }) => graph));
        evaluations.push({
            spokes,
            resources: registrations.length,
            millisecondsPerResource: single / registrations.length,
            graphMilliseconds: graph,
            totalPerResource: (single + graph) / registrations.length,
        });
    }
    return evaluations;
}

/**
 * The power of the number of resources with which time grows: the slope of a line through the points, both axes
 * logarithmic. n log n shows as little more than 1.
 */
export function growthExponent(points: readonly { resources: number; milliseconds: number }[]): number {
    const logs = points.map(({ resources, milliseconds }) => ({ x: Math.log(resources), y: Math.log(milliseconds) }));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [x, y] = [mean(logs.map((point) => point.x)), mean(logs.map((point) => point.y))];
    const covariance = mean(logs.map((point) => (point.x - x) * (point.y - y)));
    return covariance / mean(logs.map((point) => (point.x - x) ** 2));
}

/** Milliseconds of CPU for the resources one by one, and for the stack. */
async function judge(registrations: readonly Registration[]): Promise<{ single: number; graph: number }> {
    const pack = serve(new JudgingPolicies(allRules, "2026-11-30").policies());
    const single = await cpuOf(async () => {
        for (const registration of registrations) {
            await pack.analyze(described(new AnalyzeRequest(), registration));
        }
    });
    const stack = new AnalyzeStackRequest();
    stack.setResourcesList(registrations.map(resourceOfStack));
    const graph = await cpuOf(() => pack.analyzeStack(stack));
    return { single, graph };
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
}

function described<Request extends AnalyzeRequest | AnalyzerResource>(
    request: Request,
    { type, name, inputs }: Registration,
): Request {
    request.setType(type);
    request.setName(name);
    request.setUrn(urnOf(`${type}::${name}`));
    request.setProperties(Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>));
    request.setOptions(new AnalyzerResourceOptions());
    return request;
}

function resourceOfStack(registration: Registration): AnalyzerResource {
    const resource = described(new AnalyzerResource(), registration);
    resource.setDependenciesList(registration.dependencies.map(urnOf));
    for (const [property, { urns }] of dependenciesByProperty(registration)) {
        const dependencies = new AnalyzerPropertyDependencies();
        dependencies.setUrnsList(urns.map((urn) => urnOf(shortUrn(urn))));
        resource.getPropertydependenciesMap().set(property, dependencies);
    }
    return resource;
}

function dependenciesByProperty({ request }: Registration): [string, { urns: string[] }][] {
    return [...request.getPropertydependenciesMap().entries()].map(([property, list]) => [
        property,
        { urns: list.getUrnsList() },
    ]);
}

function urnOf(key: string): string {
    return `urn:pulumi:test::secure-aks-ml::${key}`;
}
