import type { ConfigureAnalyzerRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { analyzerService } from "./analyzer-service";

/** What a user says of one policy. Pulumi fills in the announced level and the options' defaults before it sends this. */
export interface ReceivedPolicy {
    level: "advisory" | "mandatory" | "remediate" | "disabled";
    options: Readonly<Record<string, unknown>>;
}

/** The configuration of the pack as the engine sends it, by the names that the user wrote. */
export type ReceivedConfig = ReadonlyMap<string, ReceivedPolicy>;

/** Numbers of the protocol's `EnforcementLevel`. */
const LEVELS = ["advisory", "mandatory", "disabled", "remediate"] as const;

/**
 * Shows the whole configuration to `listener` when it arrives. The SDK shows every policy its own part alone, so a part
 * under a misspelt name is seen by nobody. Must be called before the pack is constructed, which is when the SDK takes the
 * methods of its service.
 */
export function onConfigure(listener: (config: ReceivedConfig) => void): void {
    const { configure } = analyzerService();
    const deserialize = configure.requestDeserialize;
    configure.requestDeserialize = (bytes) => {
        const request = deserialize(bytes);
        listener(receivedConfig(request as ConfigureAnalyzerRequest));
        return request;
    };
}

function receivedConfig(request: ConfigureAnalyzerRequest): ReceivedConfig {
    const config = new Map<string, ReceivedPolicy>();
    for (const [name, policy] of request.getPolicyconfigMap().entries()) {
        const options = policy.getProperties()?.toJavaScript() ?? {};
        config.set(name, { level: LEVELS[policy.getEnforcementlevel()] ?? "mandatory", options });
    }
    return config;
}
