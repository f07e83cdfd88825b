import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks";
import { unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc";
import type { Settings } from "../../infra/config/load";
import { mapValues } from "../../components/record";
import { outputsOf } from "../../infra/outputs";
import { buildPlatform } from "../../infra/platform";
import { AzureProvider } from "../sandbox/azure/provider";
import { Cloud } from "../sandbox/cloud/cloud";
import { addExisting, existingIn } from "../sandbox/existing";
import { Faults } from "../sandbox/faults";
import type { ProviderInstance } from "../sandbox/provider/server";
import type { Properties } from "../sandbox/provider/values";
import { capture } from "./capture";

/**
 * Deploys a platform into a simulated Azure inside this process: no engine and no CLI, so that many platforms can be
 * tried; what Azure would refuse is refused.
 * @throws Error that Azure answers with.
 */
export async function deploy(settings: Settings): Promise<Cloud> {
    const cloud = new Cloud();
    addExisting(existingIn(JSON.stringify(settings)), cloud);
    const azure = new AzureProvider(cloud, new Faults([]));
    const instances = new Map<string, ProviderInstance>();
    const standard = azure.configure({ subscriptionId: settings.subscriptionId, location: settings.location });

    const create = (args: MockResourceArgs) => {
        if (args.type === "pulumi:providers:azure-native") {
            instances.set(args.name, azure.configure(args.inputs as Properties));
            return { id: args.name, state: args.inputs };
        }
        if (!args.type.startsWith("azure-native:")) {
            return { id: args.name, state: args.inputs };
        }
        const instance = instances.get(args.provider?.split("::").at(-1) ?? "") ?? standard;
        return createIn(instance, args);
    };
    await capture(() => void outputsOf(buildPlatform(settings)), { create });
    return cloud;
}

function createIn(instance: ProviderInstance, { type, name, inputs }: MockResourceArgs) {
    const target = { type, name, urn: `urn:pulumi:test::secure-aks-ml::${type}::${name}` };
    // The SDK marks the outermost property that holds a secret.
    const plain = mapValues(inputs as Properties, unwrapRpcSecret) as Properties;
    const checked = instance.check(target, plain, {}, new Uint8Array(32));
    if (checked instanceof Promise) {
        throw new TypeError("The simulated Azure answers at once.");
    }
    if (checked.failures.length > 0) {
        throw new Error(`${type} ${name}: ${checked.failures.map(({ reason }) => reason).join("; ")}`);
    }
    const created = instance.create(target, checked.inputs, false);
    if (created instanceof Promise) {
        throw new TypeError("The simulated Azure answers at once.");
    }
    return { id: created.id, state: created.outputs as Record<string, unknown> };
}
