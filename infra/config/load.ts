import * as pulumi from "@pulumi/pulumi";
import { engineNamespace, engineSwitches } from "../engine-settings";
import { crossChecks } from "./cross-checks";
import { describeProblems, show, type Problem } from "./problem";
import { configSchema, type Config } from "./schema/config";
import { hubSchema, type HubConfig } from "./schema/hub";
import { shapeProblems } from "./shape-problems";
import { soundParts } from "./sound-parts";

/** A stack's settings, checked. */
export interface Settings extends Config {
    /** The subscription that the default provider writes to. */
    readonly subscriptionId: string;
    /** Absent where the hub is an existing one. */
    readonly hub?: HubConfig;
}

const namespace = "secure-aks-ml";
const subscriptionKey = "azure-native:subscriptionId";

/**
 * Reads and checks the whole configuration of the stack that runs.
 * @throws pulumi.RunError that lists every problem: Pulumi prints it without a stack trace, before any resource is made.
 */
export function loadSettings(): Settings {
    const all = pulumi.runtime.allConfig();
    const { settings, problems } = readSettings(all);
    const allProblems = [...problems, ...plainKeyProblems(all)];
    if (!settings || allProblems.length > 0) {
        throw new pulumi.RunError(describeProblems(pulumi.getStack(), allProblems));
    }
    return settings;
}

/** Keys that stand in the stack file as they are: it goes into a repository, and so would they. */
function plainKeyProblems(all: Readonly<Record<string, string>>): Problem[] {
    const path = `${namespace}:gatewayKeys`;
    // A language host tells it to the SDK, which keeps it to itself; some hosts write keys as a:config:b.
    const secretKeys: unknown = parseJson(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]");
    const encrypted =
        Array.isArray(secretKeys) && secretKeys.some((key) => String(key).replace(":config:", ":") === path);
    if (encrypted || /^\s*(\{\s*\})?\s*$/.test(all[path] ?? "")) {
        return [];
    }
    return [
        {
            path,
            found: "keys that are not encrypted",
            allowed: "values that Pulumi encrypts, or takes from an environment of Pulumi ESC as secrets",
            remedy: `Make new keys, and set each with: pulumi config set --secret --path '${path}.<connection>'`,
        },
    ];
}

/** The same for any configuration: `all` holds values as Pulumi keeps them, objects and lists as JSON. */
export function readSettings(all: Readonly<Record<string, string>>): { settings?: Settings; problems: Problem[] } {
    const raw = ownValues(all);
    const parsed = configSchema.safeParse(raw);
    const subscriptionId = all[subscriptionKey];
    const misshapen = parsed.success ? [] : shapeProblems(parsed.error.issues, raw, namespace);
    const problems = [
        ...subscriptionProblems(subscriptionId),
        ...misshapen,
        // What is misshapen counts as absent there; it isn't to be reported a second time for that.
        ...crossChecks(soundParts(raw)).filter(({ path }) => !misshapen.some((other) => other.path === path)),
        ...switchProblems(all),
    ];
    if (problems.length > 0 || !parsed.success || subscriptionId === undefined) {
        return { problems };
    }
    const { hub, existingHub } = parsed.data;
    return {
        settings: { ...parsed.data, subscriptionId, hub: existingHub ? undefined : (hub ?? hubSchema.parse({})) },
        problems,
    };
}

function ownValues(all: Readonly<Record<string, string>>): Record<string, unknown> {
    const prefix = `${namespace}:`;
    return Object.fromEntries(
        Object.entries(all)
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, value]) => [key.slice(prefix.length), /^\s*[[{]/.test(value) ? parseJson(value) : value]),
    );
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        // Not JSON after all: the schema reports it as the text that it is.
        return text;
    }
}

function switchProblems(all: Readonly<Record<string, string>>): Problem[] {
    const prefix = `${engineNamespace}:`;
    return Object.entries(all)
        .filter(([key]) => key.startsWith(prefix))
        .flatMap(([path, value]): Problem[] => {
            if (!engineSwitches.some((name) => path === prefix + name)) {
                const allowed = `the keys ${engineSwitches.join(", ")}`;
                return [{ path, found: "an unknown key", allowed, remedy: "Remove it, or spell it as one of those." }];
            }
            return value === "true" || value === "false"
                ? []
                : [{ path, found: show(value), allowed: "true or false", remedy: "Change it in the stack file." }];
        });
}

function subscriptionProblems(subscriptionId: string | undefined): Problem[] {
    if (subscriptionId !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(subscriptionId)) {
        return [];
    }
    return [
        {
            path: subscriptionKey,
            found: show(subscriptionId),
            allowed: "the id (a GUID) of the subscription to deploy to",
            remedy: `Set it in the stack file, or with: pulumi config set ${subscriptionKey} <id>`,
        },
    ];
}
