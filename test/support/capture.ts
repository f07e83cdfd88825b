import * as pulumi from "@pulumi/pulumi";
import { MockMonitor, type MockResourceArgs, type Mocks } from "@pulumi/pulumi/runtime/mocks";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";

/** One resource that a program registered, with the inputs and options that the engine would have got. */
export interface Registration {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly inputs: Readonly<Record<string, unknown>>;
    /** Type and name of its parent; empty for a child of the stack. */
    readonly parent: string;
    /** `type::name` of what it waits for, whether by `dependsOn` or by a value. */
    readonly dependencies: readonly string[];
    readonly request: Parameters<MockMonitor["registerResource"]>[0];
}

export interface CaptureOptions {
    /** Whether outputs that the program didn't set are unknown, as in a first preview. Default: false. */
    readonly preview?: boolean;
    readonly config?: Readonly<Record<string, string>>;
    /** Outputs that Azure would compute, by resource type; unknown in a preview. Default: a name and a principal's id. */
    readonly outputs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    /** Whether the program's aliases reach the engine; a hundred a resource take seconds. Default: false. */
    readonly aliases?: boolean;
    /** Makes a resource, or throws what Azure answers. Default: every resource is made as it was asked for. */
    readonly create?: Mocks["newResource"];
    /** Answers the provider functions that the program calls. Default: each gives back its arguments. */
    readonly answer?: (token: string) => Readonly<Record<string, unknown>>;
}

class CapturingMonitor extends MockMonitor {
    public readonly registered: Pick<Registration, "request" | "urn">[] = [];
    /** Rejects with the first thing that the mocks throw: the SDK waits for such a resource for ever. */
    public readonly refused: Promise<never>;
    private refuse!: (reason: Error) => void;

    constructor(mocks: Mocks) {
        super(mocks);
        this.refused = new Promise((_, reject) => (this.refuse = reject));
    }

    public override async registerResource(
        request: Registration["request"],
        callback: Parameters<MockMonitor["registerResource"]>[1],
    ): Promise<void> {
        const entry = { request, urn: "" };
        this.registered.push(entry);
        return super.registerResource(request, (error, response) => {
            if (error || !response) {
                this.refuse(error as Error);
                return;
            }
            entry.urn = response.getUrn();
            callback(error, response);
        });
    }
}

/**
 * Runs `program` against the SDK's in-process monitor and returns what it registered, after everything has settled.
 * @throws whatever the program throws, inside an `apply` or outside.
 * Resources that are made inside an `apply` show up only where the value is known: run it both ways and compare.
 */
export async function capture(program: () => void, options: CaptureOptions = {}): Promise<Registration[]> {
    const preview = options.preview ?? false;
    const mocks: Mocks = {
        newResource:
            options.create ??
            ((args) => ({
                id: preview ? "" : armId(args),
                state: { ...args.inputs, ...outputsOf(args, preview, options.outputs?.[args.type]) },
            })),
        call: ({ token, inputs }) => options.answer?.(token) ?? inputs,
    };
    pulumi.runtime.setAllConfig({ ...options.config });
    await pulumi.runtime.setMocks(mocks, "secure-aks-ml", "test", preview, "organization");
    const monitor = new CapturingMonitor(mocks);
    pulumi.runtime.setMockOptions(monitor, "secure-aks-ml", "test", preview, "organization");
    const run = async () => {
        await pulumi.runtime.runInPulumiStack(async () => {
            if (!options.aliases) {
                pulumi.runtime.registerStackTransformation(({ props, opts }) => ({
                    props,
                    opts: { ...opts, aliases: [] },
                }));
            }
            program();
        });
        await pulumi.runtime.disconnect();
    };
    await failingOnRejections(() => Promise.race([run(), monitor.refused]));
    return monitor.registered.map(toRegistration).filter(({ type }) => type !== "pulumi:pulumi:Stack");
}

/** What goes wrong inside an `apply` reaches nobody but the process, and mocha lets it pass: here it fails the run. */
async function failingOnRejections(run: () => Promise<void>): Promise<void> {
    const reasons: unknown[] = [];
    const note = (reason: unknown) => reasons.push(reason);
    process.on("unhandledRejection", note);
    try {
        await run();
        // Node reports rejections after the microtasks of a turn.
        await new Promise((resolve) => setImmediate(resolve));
    } finally {
        process.off("unhandledRejection", note);
    }
    if (reasons.length > 0) {
        throw reasons[0];
    }
}

/** The only registration of that type (and name, where one is given). */
export function only(registrations: readonly Registration[], type: string, name?: string): Registration {
    const found = registrations.filter((entry) => entry.type === type && (name === undefined || entry.name === name));
    if (found.length !== 1) {
        const names = found.map((entry) => entry.name).join(", ") || "none";
        throw new Error(`Expected one ${type}${name ? ` called ${name}` : ""}, found ${names}`);
    }
    return found[0];
}

/** `type::name` of everything that must stand before `registration`: what it waits for, and what that waits for. */
export function allDependencies(registrations: readonly Registration[], registration: Registration): Set<string> {
    const byKey = new Map(registrations.map((entry) => [`${entry.type}::${entry.name}`, entry]));
    const found = new Set<string>();
    const visit = ({ dependencies, request }: Registration): void => {
        // A provider must stand before the resources that it makes.
        const provider = shortUrn(request.getProvider().split("::").slice(0, 4).join("::"));
        for (const key of provider ? [...dependencies, provider] : dependencies) {
            const entry = byKey.get(key);
            if (entry && !found.has(key)) {
                found.add(key);
                visit(entry);
            }
        }
    };
    visit(registration);
    return found;
}

/** Whether a preview knows the whole of `value`. */
export function isKnown(value: unknown): boolean {
    return !JSON.stringify(value ?? null).includes(unknownValue);
}

function toRegistration({ request, urn }: Pick<Registration, "request" | "urn">): Registration {
    return {
        type: request.getType(),
        name: request.getName(),
        urn,
        inputs: request.getObject()?.toJavaScript() ?? {},
        parent: shortUrn(request.getParent()),
        dependencies: request.getDependenciesList().map(shortUrn),
        request,
    };
}

/** `type::name` of a URN, without the chain of parents' types. */
export function shortUrn(urn: string): string {
    const [, , types, name] = urn.split("::");
    return types === undefined || types === "pulumi:pulumi:Stack" ? "" : `${types.split("$").at(-1)}::${name}`;
}

function armId({ type, name }: MockResourceArgs): string {
    return `/simulated/${type}/${name}`;
}

function outputsOf(
    { name, inputs }: MockResourceArgs,
    preview: boolean,
    more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
    const computed: Record<string, unknown> = {
        name: inputs["name"] ?? name,
        principalId: `principal-of-${name}`,
        ...more,
    };
    return preview ? Object.fromEntries(Object.keys(computed).map((key) => [key, unknownValue])) : computed;
}
