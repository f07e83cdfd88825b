import { createRequire } from "node:module";

/** A method of the analyzer, as gRPC describes it. */
export interface AnalyzerMethod {
    requestDeserialize(bytes: Buffer): unknown;
    responseSerialize(response: unknown): Buffer;
}

interface AnalyzerService {
    configure: AnalyzerMethod;
    analyze: AnalyzerMethod;
    analyzeStack: AnalyzerMethod;
}

/**
 * The engine's protocol as the SDK sees it, should the SDK have a copy of `@pulumi/pulumi` for itself. What changes here
 * must do so before the pack is constructed, which is when the SDK takes the methods of its service.
 */
export function analyzerService(): AnalyzerService {
    const requireAsSdk = createRequire(require.resolve("@pulumi/policy"));
    const module: { AnalyzerService: AnalyzerService } = requireAsSdk("@pulumi/pulumi/proto/analyzer_grpc_pb");
    return module.AnalyzerService;
}
