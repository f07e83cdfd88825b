import type { Policies } from "@pulumi/policy";
import * as server from "@pulumi/policy/server";
import type { AnalyzeRequest, AnalyzeResponse, AnalyzeStackRequest } from "@pulumi/pulumi/proto/analyzer_pb";

type Method<Request> = (
    call: { request: Request },
    done: (error: Error | null | undefined, response: AnalyzeResponse) => void,
) => void;

/** The SDK's own methods, which its declaration leaves out. */
type Maker<Request> = (pack: string, version: string, level: string, policies: Policies) => Method<Request>;
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = server as unknown as {
    makeAnalyzeRpcFun: Maker<AnalyzeRequest>;
    makeAnalyzeStackRpcFun: Maker<AnalyzeStackRequest>;
};

/** A pack as the SDK serves it, without a process and a connection between. */
export interface ServedPack {
    analyze(request: AnalyzeRequest): Promise<AnalyzeResponse>;
    analyzeStack(request: AnalyzeStackRequest): Promise<AnalyzeResponse>;
}

export function serve(policies: Policies): ServedPack {
    return {
        analyze: answered(makeAnalyzeRpcFun("pack", "1", "mandatory", policies)),
        analyzeStack: answered(makeAnalyzeStackRpcFun("pack", "1", "mandatory", policies)),
    };
}

function answered<Request>(method: Method<Request>): (request: Request) => Promise<AnalyzeResponse> {
    return (request) =>
        new Promise((resolve, reject) =>
            method({ request }, (error, response) => (error ? reject(error) : resolve(response))),
        );
}
