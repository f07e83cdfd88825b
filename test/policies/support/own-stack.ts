import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { normalizeType } from "../../../policies/src/frame/azure-type";
import { Configuration } from "../../../policies/src/frame/configuration";
import { announcedLevel } from "../../../policies/src/frame/profile";
import type { ReceivedConfig, ReceivedPolicy } from "../../../policies/src/frame/received-config";
import type { Level } from "../../../policies/src/frame/rule";
import { PACK_SETTINGS } from "../../../policies/src/frame/settings";
import { Value } from "../../../policies/src/frame/value";
import type { GraphResource } from "../../../policies/src/graph/resource-graph";
import { allRules } from "../../../policies/src/rules/all-rules";
import { deployed, type Deployed } from "../../support/deploy";
import { soundSettings } from "../../support/platform";
import { stackConfig } from "../../support/stack-files";

/** The day on which the pack judges: no waiver of the stacks has ended by then. */
const TODAY = "2026-11-30";

/** When the pack looks: before anything exists, or after an update. */
export type View = "preview" | "up";
export const VIEWS: readonly View[] = ["preview", "up"];

const views = new Map<string, Promise<GraphResource[]>>();

/** A stack of this repository as the engine shows it to the pack. Deployed once, for all test files. */
export function ownStack(stack: string, view: View): Promise<GraphResource[]> {
    const key = `${stack} ${view}`;
    const known = views.get(key) ?? deployedStack(stack, view);
    views.set(key, known);
    return known;
}

async function deployedStack(stack: string, view: View): Promise<GraphResource[]> {
    const resources = await deployed(soundSettings(stackConfig(stack)), { preview: view === "preview" });
    return resources.map(asGraphResource);
}

function asGraphResource({ registration, inputs, outputs }: Deployed): GraphResource {
    const { urn, type, name, request } = registration;
    return {
        urn,
        type: normalizeType(type),
        name,
        inputs: new Value(inputs, ""),
        outputs: new Value(outputs, ""),
        dependencies: request.getDependenciesList(),
        propertyDependencies: Object.fromEntries(
            [...request.getPropertydependenciesMap().entries()].map(([property, sources]) => [
                property,
                sources.getUrnsList(),
            ]),
        ),
    };
}

/** The pack as `stacks/policy.<stack>.json` configures it, in a profile and with these levels. */
export function packConfigured(stack: string, profile: string, levels: Record<string, Level> = {}): Configuration {
    const file = join(__dirname, "..", "..", "..", "stacks", `policy.${stack}.json`);
    const written = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Written) : {};
    const settings = written[PACK_SETTINGS] as { levels?: Record<string, Level> } | undefined;
    const all = { ...written, [PACK_SETTINGS]: { ...settings, profile, levels: { ...settings?.levels, ...levels } } };
    return new Configuration(allRules, asReceived(all), TODAY);
}

/** What people write: a rule's level, or its options and perhaps its level. */
type Written = Record<string, string | Record<string, unknown>>;

function asReceived(written: Written): ReceivedConfig {
    return new Map(
        Object.entries(written).map(([name, own]): [string, ReceivedPolicy] => {
            const { enforcementLevel, ...options } = typeof own === "string" ? { enforcementLevel: own } : own;
            const rule = allRules.find((candidate) => candidate.name === name);
            const level = enforcementLevel ?? (rule ? announcedLevel(rule) : "mandatory");
            return [name, { level: level as ReceivedPolicy["level"], options }];
        }),
    );
}
