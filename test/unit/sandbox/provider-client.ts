import { expect } from "chai";
import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { AzureProvider } from "../../sandbox/azure/provider";
import { Cloud } from "../../sandbox/cloud/cloud";
import { Faults } from "../../sandbox/faults";
import type { Fault } from "../../sandbox/faults";
import { KubernetesProvider } from "../../sandbox/kubernetes/provider";
import { serve } from "../../sandbox/provider/server";
import type { Provider, RunningServer } from "../../sandbox/provider/server";
import { receive, send } from "../../sandbox/provider/values";
import type { Properties } from "../../sandbox/provider/values";

export const SUBSCRIPTION = "00000000-0000-0000-0000-0000000000aa";

export interface Created {
    readonly id: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
    /** Paths of secret outputs. */
    readonly secrets: ReadonlySet<string>;
}

export interface Diffed {
    readonly changes: boolean;
    readonly replaces: string[];
    readonly deleteBeforeReplace: boolean;
    readonly paths: string[];
}

/** What the engine does with one provider instance, over real gRPC. */
export class ProviderClient {
    private readonly client: ResourceProviderClient;

    private constructor(port: number) {
        // A channel of its own, as the engine has one per provider instance.
        const options = { "grpc.use_local_subchannel_pool": 1 };
        this.client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), options);
    }

    static async connect(port: number, config: Properties): Promise<ProviderClient> {
        const connected = new ProviderClient(port);
        const request = new messages.ConfigureRequest();
        request.setArgs(send(config));
        await connected.call<messages.ConfigureRequest, messages.ConfigureResponse>("configure", request);
        return connected;
    }

    close(): void {
        this.client.close();
    }

    async check(type: string, name: string, news: Properties, olds: Properties = {}): Promise<messages.CheckResponse> {
        const request = new messages.CheckRequest();
        request.setUrn(urnOf(type, name));
        request.setNews(send(news));
        request.setOlds(send(olds));
        request.setRandomseed(new Uint8Array(32));
        return this.call("check", request);
    }

    /** Check and Create, as for a new resource. */
    async create(type: string, name: string, news: Properties, preview = false): Promise<Created> {
        const checked = await this.check(type, name, news);
        const failures = checked.getFailuresList().map((failure) => failure.getReason());
        if (failures.length > 0) throw new Error(failures.join("; "));
        const request = new messages.CreateRequest();
        request.setUrn(urnOf(type, name));
        request.setPreview(preview);
        request.setProperties(checked.getInputs());
        const response = await this.call<messages.CreateRequest, messages.CreateResponse>("create", request);
        const outputs = receive(response.getProperties());
        const inputs = receive(checked.getInputs()).properties;
        return { id: response.getId(), inputs, outputs: outputs.properties, secrets: outputs.secrets };
    }

    async update(type: string, name: string, created: Created, news: Properties, preview = false): Promise<Properties> {
        const checked = await this.check(type, name, news, created.inputs);
        const request = new messages.UpdateRequest();
        request.setUrn(urnOf(type, name));
        request.setId(created.id);
        request.setPreview(preview);
        request.setNews(checked.getInputs());
        const response = await this.call<messages.UpdateRequest, messages.UpdateResponse>("update", request);
        return receive(response.getProperties()).properties;
    }

    async diff(type: string, id: string, oldInputs: Properties, news: Properties): Promise<Diffed> {
        const request = new messages.DiffRequest();
        request.setUrn(urnOf(type, "it"));
        request.setId(id);
        request.setOldInputs(send(oldInputs));
        request.setNews(send(news));
        const response = await this.call<messages.DiffRequest, messages.DiffResponse>("diff", request);
        return {
            changes: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
            replaces: response.getReplacesList(),
            deleteBeforeReplace: response.getDeletebeforereplace(),
            paths: [...response.getDetaileddiffMap().toArray()].map(([path]) => path),
        };
    }

    /** Undefined if the provider says that the resource is gone. */
    async read(
        type: string,
        id: string,
        inputs?: Properties,
    ): Promise<{ inputs: Properties; outputs: Properties } | undefined> {
        const request = new messages.ReadRequest();
        request.setUrn(urnOf(type, "it"));
        request.setId(id);
        if (inputs) request.setInputs(send(inputs));
        const response = await this.call<messages.ReadRequest, messages.ReadResponse>("read", request);
        if (response.getId() === "") return undefined;
        return {
            inputs: receive(response.getInputs()).properties,
            outputs: receive(response.getProperties()).properties,
        };
    }

    async delete(type: string, id: string): Promise<void> {
        const request = new messages.DeleteRequest();
        request.setUrn(urnOf(type, "it"));
        request.setId(id);
        await this.call("delete", request);
    }

    async invoke(token: string, args: Properties): Promise<Properties> {
        const request = new messages.InvokeRequest();
        request.setTok(token);
        request.setArgs(send(args));
        const response = await this.call<messages.InvokeRequest, messages.InvokeResponse>("invoke", request);
        return receive(response.getReturn() ?? new Struct()).properties;
    }

    async parameterize(args: string[]): Promise<string> {
        const request = new messages.ParameterizeRequest();
        const parameters = new messages.ParameterizeRequest.ParametersArgs();
        parameters.setArgsList(args);
        request.setArgs(parameters);
        const response = await this.call<messages.ParameterizeRequest, messages.ParameterizeResponse>(
            "parameterize",
            request,
        );
        return response.getName();
    }

    private call<Request, Response>(method: keyof ResourceProviderClient, request: Request): Promise<Response> {
        const invokeMethod = this.client[method] as unknown as (
            this: ResourceProviderClient,
            request: Request,
            callback: (error: grpc.ServiceError | null, response: Response) => void,
        ) => void;
        return new Promise((resolve, reject) =>
            invokeMethod.call(this.client, request, (error, response) =>
                error ? reject(new Error(error.details)) : resolve(response),
            ),
        );
    }
}

function urnOf(type: string, name: string): string {
    return `urn:pulumi:test::test::${type}::${name}`;
}

export interface Simulation {
    readonly cloud: Cloud;
    readonly azure: ProviderClient;
    /** A further provider instance of azure-native. */
    connect(config: Properties): Promise<ProviderClient>;
    kubernetes(config: Properties): Promise<ProviderClient>;
    stop(): void;
}

export async function simulate(
    options: { file?: string; faults?: Fault[]; projectDir?: string } = {},
): Promise<Simulation> {
    const cloud = new Cloud(options.file);
    const faults = new Faults(options.faults);
    const clients: ProviderClient[] = [];
    const servers: RunningServer[] = [];
    const start = async (provider: Provider) => {
        const server = await serve(provider);
        servers.push(server);
        return async (config: Properties) => {
            const client = await ProviderClient.connect(server.port, config);
            clients.push(client);
            return client;
        };
    };
    const connect = await start(new AzureProvider(cloud, faults));
    const kubernetes = await start(new KubernetesProvider(cloud, faults, options.projectDir ?? "."));
    return {
        cloud,
        azure: await connect({ subscriptionId: SUBSCRIPTION }),
        connect,
        kubernetes,
        stop: () => {
            for (const client of clients) client.close();
            for (const server of servers) server.stop();
            cloud.flush();
        },
    };
}

/** The message with which a promise is rejected; fails if it isn't. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
    try {
        await promise;
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
    throw new Error("The simulation accepted what it should have refused.");
}

/** Expects that the simulated Azure refuses, with this code and these words in its message. */
export async function refuses(promise: Promise<unknown>, code: string, ...words: string[]): Promise<void> {
    const message = await refusal(promise);
    expect(message).to.contain(`Code="${code}"`);
    for (const word of words) expect(message).to.contain(word);
}
