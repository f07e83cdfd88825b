import { isUnknown } from "@pulumi/pulumi/output";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks";
import { unknownValue, unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc";
import type { Settings } from "../../infra/config/load";
import { mapValues } from "../../components/record";
import { outputsOf } from "../../infra/outputs";
import { buildPlatform } from "../../infra/platform";
import { AzureProvider } from "../sandbox/azure/provider";
import { Cloud } from "../sandbox/cloud/cloud";
import { addExisting, existingIn } from "../sandbox/existing";
import { Faults } from "../sandbox/faults";
import type { ProviderInstance } from "../sandbox/provider/server";
import type { Properties, Value } from "../sandbox/provider/values";
import { UNKNOWN } from "../sandbox/provider/values";
import { capture, type Registration } from "./capture";

/** A resource with what its provider made of it. What is not known stands there as the engine sends it. */
export interface Deployed {
    readonly registration: Registration;
    /** As the provider checked them. */
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Deploys a platform into a simulated Azure inside this process: no engine and no CLI, so that many platforms can be
 * tried; what Azure would refuse is refused.
 * @throws Error that Azure answers with.
 */
export async function deploy(settings: Settings): Promise<Cloud> {
    return (await run(settings, false)).cloud;
}

/** The same, and what all its resources then look like; or in a first preview. */
export async function deployed(settings: Settings, { preview }: { preview: boolean }): Promise<Deployed[]> {
    return (await run(settings, preview)).resources;
}

async function run(settings: Settings, preview: boolean): Promise<{ cloud: Cloud; resources: Deployed[] }> {
    const cloud = new Cloud();
    addExisting(existingIn(JSON.stringify(settings)), cloud);
    const azure = new AzureProvider(cloud, new Faults([]));
    const instances = new Map<string, ProviderInstance>();
    const standard = azure.configure({ subscriptionId: settings.subscriptionId, location: settings.location });
    const states = new Map<string, Pick<Deployed, "inputs" | "outputs">>();

    const create = (args: MockResourceArgs) => {
        // The SDK marks the outermost property that holds a secret.
        const inputs = mapValues(args.inputs as Properties, (value) => received(unwrapRpcSecret(value) as Value));
        if (args.type === "pulumi:providers:azure-native") {
            instances.set(args.name, azure.configure(inputs));
        }
        const instance = instances.get(args.provider?.split("::").at(-1) ?? "") ?? standard;
        const made = args.type.startsWith("azure-native:")
            ? createIn(instance, args, inputs, preview)
            : { id: args.name, inputs, outputs: inputs };
        const outputs = sent(made.outputs);
        states.set(`${args.type}::${args.name}`, { inputs: sent(made.inputs), outputs });
        return { id: preview ? "" : made.id, state: outputs };
    };
    // Where Kubernetes objects are applied, the program asks for a cluster's credentials.
    const answer = () => ({ kubeconfigs: [{ name: "clusterUser", value: "" }] });
    const registrations = await capture(() => void outputsOf(buildPlatform(settings)), { create, preview, answer });
    const resources = registrations.map((registration) => ({
        registration,
        ...(states.get(`${registration.type}::${registration.name}`) ?? { inputs: {}, outputs: {} }),
    }));
    return { cloud, resources };
}

function createIn(instance: ProviderInstance, { type, name }: MockResourceArgs, given: Properties, preview: boolean) {
    const target = { type, name, urn: `urn:pulumi:test::secure-aks-ml::${type}::${name}` };
    const checked = instance.check(target, given, {}, new Uint8Array(32));
    if (checked instanceof Promise) {
        throw new TypeError("The simulated Azure answers at once.");
    }
    const { inputs, failures } = checked;
    if (failures.length > 0) {
        throw new Error(`${type} ${name}: ${failures.map(({ reason }) => reason).join("; ")}`);
    }
    const created = instance.create(target, inputs, preview);
    if (created instanceof Promise) {
        throw new TypeError("The simulated Azure answers at once.");
    }
    return { id: created.id, inputs, outputs: created.outputs };
}

/** What the SDK's mocks hand over, as the sandbox reads it. */
function received(value: Value): Value {
    return replaced(value, (part) => (isUnknown(part) ? UNKNOWN : part));
}

/** What the sandbox answers, as the engine sends it. */
function sent(properties: Properties): Record<string, unknown> {
    return replaced(properties, (part) => (part === UNKNOWN ? unknownValue : part)) as Record<string, unknown>;
}

function replaced(value: Value, replace: (part: Value) => Value): Value {
    const own = replace(value);
    if (Array.isArray(own)) {
        return own.map((item) => replaced(item, replace));
    }
    return typeof own === "object" && own !== null ? mapValues(own, (part) => replaced(part as Value, replace)) : own;
}
