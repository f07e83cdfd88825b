import type { z } from "zod";
import { addressesSchema, type AddressesConfig } from "./schema/addresses";
import { gatewaySchema, type GatewayConfig } from "./schema/gateway";
import { existingHubSchema, hubSchema, type ExistingHubConfig, type HubConfig } from "./schema/hub";
import { environmentSchema, type Environment } from "./schema/environment";
import { observabilitySchema, type ObservabilityConfig } from "./schema/observability";
import { spokeSchema, type SpokeConfig } from "./schema/spoke";

/** What holds by itself, and so can be checked against the rest even where other parts are wrong. */
export interface SoundParts {
    /** Faults have given way to defaults; absent where the hub is an existing one. */
    readonly hub?: HubConfig;
    /** Where nothing is wrong in it by itself. */
    readonly existingHub?: ExistingHubConfig;
    /** Whether there are settings for a hub of its own beside those of an existing one. */
    readonly hasBothHubs: boolean;
    /** The hub's gateway, where nothing is wrong in it by itself; `none` where the hub is an existing one. */
    readonly gateway?: GatewayConfig;
    /** Connections that have a key. */
    readonly gatewayKeys: readonly string[];
    readonly addresses?: AddressesConfig;
    readonly environment?: Environment;
    /** Where nothing is wrong in it by itself. */
    readonly observability?: ObservabilityConfig;
    /** Those that can be read, each with its setting's path. */
    readonly onPremises: readonly { readonly path: string; readonly text: string }[];
    /** Spokes in which nothing is wrong by itself. */
    readonly spokes: Readonly<Record<string, SpokeConfig>>;
    /** All spokes whose address space can be read; other faults have given way to defaults, or are left out. */
    readonly addressed: Readonly<Record<string, SpokeConfig>>;
}

/** Finds the parts of a stack's values, however wrong the whole is: all problems are to show at once. */
export function soundParts(raw: Readonly<Record<string, unknown>>): SoundParts {
    const rawSpokes = Object.entries(recordOf(raw["spokes"]));
    const parsed = <Result>(parse: (value: unknown) => Result | undefined): Record<string, Result> =>
        Object.fromEntries(
            rawSpokes.flatMap(([name, value]) => {
                const result = parse(value);
                return result === undefined ? [] : [[name, result] as const];
            }),
        );
    return {
        hub: raw["existingHub"] === undefined ? withoutFaults(hubSchema, raw["hub"] ?? {}) : undefined,
        hasBothHubs: raw["hub"] !== undefined && raw["existingHub"] !== undefined,
        gateway: gatewaySchema.safeParse(raw["existingHub"] === undefined ? recordOf(raw["hub"])["gateway"] : undefined)
            .data,
        gatewayKeys: Object.keys(recordOf(raw["gatewayKeys"])),
        existingHub: existingHubSchema.optional().safeParse(raw["existingHub"]).data,
        addresses: addressesSchema.optional().safeParse(raw["addresses"]).data,
        environment: environmentSchema.safeParse(raw["environment"]).data,
        observability: observabilitySchema.safeParse(raw["observability"]).data,
        onPremises: textsOf(raw["onPremises"]).map((text, index) => ({ path: `onPremises[${index}]`, text })),
        spokes: parsed((value) => spokeSchema.safeParse(value).data),
        addressed: parsed((value) => withoutFaults(spokeSchema, value)),
    };
}

function recordOf(value: unknown): Record<string, unknown> {
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textsOf(value: unknown): string[] {
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : [];
}

/** The value without what the schema refuses in it; undefined where the faults reach its root. */
function withoutFaults<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> | undefined {
    let rest: unknown = structuredClone(value);
    for (;;) {
        const { data, error } = schema.safeParse(rest);
        if (!error) {
            return data;
        }
        for (const issue of error.issues) {
            const faults =
                issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
            for (const path of faults) {
                if (!remove(rest, path)) {
                    return undefined;
                }
            }
        }
        rest = structuredClone(rest);
    }
}

/** Removes what is at `path`, or where nothing is (a setting is missing) what it is missing from. */
function remove(root: unknown, path: readonly PropertyKey[]): boolean {
    for (let length = path.length; length > 0; length -= 1) {
        const holder = path
            .slice(0, length - 1)
            .reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], root);
        const key = path[length - 1];
        if (typeof holder === "object" && holder !== null && key in holder) {
            return Reflect.deleteProperty(holder, key);
        }
    }
    return false;
}
