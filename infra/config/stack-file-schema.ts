import { z } from "zod";
import { engineNamespace, engineSwitches } from "../engine-settings";
import { configSchema } from "./schema/config";

type JsonSchema = z.core.JSONSchema.JSONSchema;

const project = "secure-aks-ml";
const guid = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";

/**
 * JSON Schema of a whole `stacks/Pulumi.<stack>.yaml`, for editors: the settings of this program, and what Pulumi
 * itself keeps there. Draft 7, because the YAML language server knows that one in full.
 */
export function stackFileSchema(): JsonSchema {
    const { $schema, properties, required } = z.toJSONSchema(configSchema, { io: "input", target: "draft-7" });
    return {
        $schema,
        title: "Stack of secure-aks-ml",
        type: "object",
        properties: {
            config: {
                type: "object",
                properties: {
                    ...providerSettings,
                    ...withPrefix(properties ?? {}),
                    ...engineSettings,
                },
                required: ["azure-native:subscriptionId", ...(required ?? []).map((key) => `${project}:${key}`)],
                // Other providers have settings of their own.
                patternProperties: { [`^(?!${project}(-engine)?:)[^:]+:.+$`]: {} },
                additionalProperties: false,
            },
            ...pulumiKeys,
        },
        required: ["config"],
        additionalProperties: false,
    };
}

const providerSettings: Record<string, JsonSchema> = {
    "azure-native:subscriptionId": { type: "string", pattern: guid, description: "The subscription to deploy to." },
    "azure-native:tenantId": {
        type: "string",
        pattern: guid,
        description: "Tenant to sign in to, where not the default.",
    },
};

const switchDescriptions: Record<(typeof engineSwitches)[number], string> = {
    keepVersionedAliases: "For the update that takes over a stack from a program with versioned type tokens.",
    keepTracesOfPromises: "To find promises that never end; takes a third more time.",
    keepDebugMessages: "Send the SDK's debug messages to the engine, which shows them with --debug.",
};

const engineSettings: Record<string, JsonSchema> = Object.fromEntries(
    engineSwitches.map((name) => [
        `${engineNamespace}:${name}`,
        { type: "boolean", default: false, description: switchDescriptions[name] },
    ]),
);

/** From "Pulumi stack settings file reference". */
const pulumiKeys: Record<string, JsonSchema> = {
    secretsprovider: { type: "string", description: "Written by Pulumi: who encrypts secrets." },
    encryptedkey: { type: "string", description: "Written by Pulumi." },
    encryptionsalt: { type: "string", description: "Written by Pulumi." },
    environment: { description: "Environments of Pulumi ESC, by name." },
};

function withPrefix(properties: Readonly<Record<string, unknown>>): Record<string, JsonSchema> {
    return Object.fromEntries(
        Object.entries(properties).map(([key, schema]) => [`${project}:${key}`, schema as JsonSchema]),
    );
}
