import * as pulumi from "@pulumi/pulumi";
import { MockMonitor, type MockResourceArgs, type Mocks } from "@pulumi/pulumi/runtime/mocks";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";

/** One resource that a program registered, with the inputs and options that the engine would have got. */
export interface Registration {
    readonly type: string;
    readonly name: string;
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
}

class CapturingMonitor extends MockMonitor {
    public readonly requests: Registration["request"][] = [];

    public override async registerResource(
        request: Registration["request"],
        callback: Parameters<MockMonitor["registerResource"]>[1],
    ): Promise<void> {
        this.requests.push(request);
        return super.registerResource(request, callback);
    }
}

/**
 * Runs `program` against the SDK's in-process monitor and returns what it registered, after everything has settled.
 * Resources that are made inside an `apply` show up only where the value is known: run it both ways and compare.
 */
export async function capture(program: () => void, options: CaptureOptions = {}): Promise<Registration[]> {
    const preview = options.preview ?? false;
    const mocks: Mocks = {
        newResource: (args) => ({ id: preview ? "" : armId(args), state: { ...args.inputs, ...outputsOf(args, preview) } }),
        call: ({ inputs }) => inputs,
    };
    pulumi.runtime.setAllConfig({ ...options.config });
    await pulumi.runtime.setMocks(mocks, "secure-aks-ml", "test", preview, "organization");
    const monitor = new CapturingMonitor(mocks);
    pulumi.runtime.setMockOptions(monitor, "secure-aks-ml", "test", preview, "organization");
    await pulumi.runtime.runInPulumiStack(async () => {
        pulumi.runtime.registerStackTransformation(({ props, opts }) => ({ props, opts: { ...opts, aliases: [] } }));
        program();
    });
    await pulumi.runtime.disconnect();
    return monitor.requests.filter((request) => request.getType() !== "pulumi:pulumi:Stack").map(toRegistration);
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

function toRegistration(request: Registration["request"]): Registration {
    return {
        type: request.getType(),
        name: request.getName(),
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

function outputsOf({ name, inputs }: MockResourceArgs, preview: boolean): Record<string, unknown> {
    const computed: Record<string, unknown> = { name: inputs["name"] ?? name, principalId: `principal-of-${name}` };
    return preview ? Object.fromEntries(Object.keys(computed).map((key) => [key, unknownValue])) : computed;
}
