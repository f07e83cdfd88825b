import * as grpc from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { receive, send } from "./values";
import type { Properties, Received } from "./values";

/** What distinguishes one property in a diff, at a path in Pulumi's notation. */
export interface PropertyChange {
    readonly kind: "add" | "delete" | "update";
    readonly replaces: boolean;
}

export interface Difference {
    readonly changes: ReadonlyMap<string, PropertyChange>;
    readonly deleteBeforeReplace: boolean;
}

export interface CheckFailure {
    readonly property: string;
    readonly reason: string;
}

/** The request parts that every operation on a resource shares. */
export interface Target {
    readonly urn: string;
    readonly type: string;
    /** Logical name in the program. */
    readonly name: string;
}

export interface State {
    readonly id: string;
    readonly outputs: Properties;
    readonly inputs?: Properties;
}

type Eventually<T> = T | Promise<T>;

/** One provider instance: the engine opens a connection for each and configures it. Errors are shown as they are. */
export interface ProviderInstance {
    check(target: Target, news: Properties, olds: Properties, seed: Uint8Array): Eventually<Checked>;
    diff(target: Target, id: string, oldInputs: Properties, news: Properties): Eventually<Difference>;
    create(target: Target, inputs: Properties, preview: boolean): Eventually<State>;
    update(target: Target, id: string, inputs: Properties, preview: boolean): Eventually<State>;
    /** Undefined if no such resource exists. Without inputs it is an import, or `.get` in the program. */
    read(target: Target, id: string, inputs: Properties | undefined): Eventually<State | undefined>;
    delete(target: Target, id: string): Eventually<void>;
    invoke(token: string, args: Properties): Eventually<Properties>;
}

export interface Checked {
    readonly inputs: Properties;
    readonly failures: CheckFailure[];
}

export interface Provider {
    /** Version reported to the engine; it warns about one older than the SDK's. */
    readonly version: string;
    configure(config: Properties): ProviderInstance;
    /** For packages made from this one, such as `azure-native_network_v20240501`. */
    parameterize?(parameters: string[] | Buffer): { name: string; version: string };
}

type Handler<Request, Response> = grpc.handleUnaryCall<Request, Response>;

/** Turns a function into a handler; what it throws reaches the person as a message without a stack. */
function unary<Request, Response>(
    answer: (request: Request, peer: string) => Response | Promise<Response>,
): Handler<Request, Response> {
    const run = async (call: grpc.ServerUnaryCall<Request, Response>) => answer(call.request, call.getPeer());
    return (call, callback) => {
        run(call).then(
            (response) => callback(null, response),
            (error: unknown) => {
                const code = error instanceof UnimplementedError ? grpc.status.UNIMPLEMENTED : grpc.status.UNKNOWN;
                callback({ code, message: error instanceof Error ? error.message : String(error) });
            },
        );
    };
}

/** The engine takes this answer as "the provider has no such method". */
class UnimplementedError extends Error {}

function unimplemented(method: string): Handler<object, object> {
    return unary<object, object>(() => {
        throw new UnimplementedError(`${method} is not part of the simulated provider.`);
    });
}

function target(request: { getUrn(): string; getType(): string; getName(): string }): Target {
    const urn = request.getUrn();
    const [, , qualifiedType = "", name = ""] = urn.split("::");
    return {
        urn,
        type: request.getType() || (qualifiedType.split("$").pop() ?? ""),
        name: request.getName() || name,
    };
}

const KINDS = {
    add: [provider.PropertyDiff.Kind.ADD, provider.PropertyDiff.Kind.ADD_REPLACE],
    delete: [provider.PropertyDiff.Kind.DELETE, provider.PropertyDiff.Kind.DELETE_REPLACE],
    update: [provider.PropertyDiff.Kind.UPDATE, provider.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

function diffResponse(difference: Difference): provider.DiffResponse {
    const response = new provider.DiffResponse();
    const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
    response.setChanges(difference.changes.size > 0 ? DIFF_SOME : DIFF_NONE);
    response.setHasdetaileddiff(true);
    response.setDeletebeforereplace(difference.deleteBeforeReplace);
    const changed = new Set<string>();
    const replaced = new Set<string>();
    for (const [path, change] of difference.changes) {
        const detail = new provider.PropertyDiff();
        detail.setKind(KINDS[change.kind][change.replaces ? 1 : 0]);
        detail.setInputdiff(true);
        response.getDetaileddiffMap().set(path, detail);
        const top = path.split(/[.[]/, 1)[0] ?? path;
        changed.add(top);
        if (change.replaces) replaced.add(top);
    }
    response.setDiffsList([...changed]);
    response.setReplacesList([...replaced]);
    return response;
}

/** Configuration arrives typed in `args` and, from older engines, as JSON strings in `variables`. */
function configuration(request: provider.ConfigureRequest): Properties {
    const config: Properties = {};
    for (const [key, value] of request.getVariablesMap().toArray()) {
        config[key.replace(/^.*:/, "")] = value;
    }
    return { ...config, ...receive(request.getArgs()).properties };
}

function implementation(served: Provider): grpc.UntypedServiceImplementation {
    const instances = new Map<string, ProviderInstance>();
    const instance = (peer: string): ProviderInstance => {
        const found = instances.get(peer) ?? served.configure({});
        instances.set(peer, found);
        return found;
    };
    const secretsOf = (...received: Received[]) => new Set(received.flatMap(({ secrets }) => [...secrets]));

    return {
        handshake: unary(() => {
            const response = new provider.ProviderHandshakeResponse();
            response.setAcceptSecrets(true);
            return response;
        }),
        attach: unary(() => new Empty()),
        cancel: unary(() => new Empty()),
        getPluginInfo: unary(() => {
            const info = new plugin.PluginInfo();
            info.setVersion(served.version);
            return info;
        }),
        getSchema: unimplemented("GetSchema"),
        getMapping: unimplemented("GetMapping"),
        getMappings: unimplemented("GetMappings"),
        construct: unimplemented("Construct"),
        call: unimplemented("Call"),
        list: unimplemented("List"),
        parameterize: unary((request: provider.ParameterizeRequest) => {
            if (!served.parameterize) throw new UnimplementedError("This package takes no parameters.");
            const value = request.getValue();
            const { name, version } = served.parameterize(
                value ? Buffer.from(value.getValue_asU8()) : (request.getArgs()?.getArgsList() ?? []),
            );
            const response = new provider.ParameterizeResponse();
            response.setName(name);
            response.setVersion(version);
            return response;
        }),
        checkConfig: unary((request: provider.CheckRequest) => {
            const response = new provider.CheckResponse();
            response.setInputs(request.getNews());
            return response;
        }),
        diffConfig: unary(() => new provider.DiffResponse()),
        configure: unary((request: provider.ConfigureRequest, peer) => {
            instances.set(peer, served.configure(configuration(request)));
            const response = new provider.ConfigureResponse();
            response.setAcceptsecrets(true);
            response.setSupportspreview(true);
            return response;
        }),
        check: unary(async (request: provider.CheckRequest, peer) => {
            const news = receive(request.getNews());
            const olds = receive(request.getOlds());
            const checked = await instance(peer).check(
                target(request),
                news.properties,
                olds.properties,
                request.getRandomseed_asU8(),
            );
            const response = new provider.CheckResponse();
            response.setInputs(send(checked.inputs, news.secrets));
            response.setFailuresList(
                checked.failures.map(({ property, reason }) => {
                    const failure = new provider.CheckFailure();
                    failure.setProperty(property);
                    failure.setReason(reason);
                    return failure;
                }),
            );
            return response;
        }),
        diff: unary(async (request: provider.DiffRequest, peer) =>
            diffResponse(
                await instance(peer).diff(
                    target(request),
                    request.getId(),
                    receive(request.getOldInputs()).properties,
                    receive(request.getNews()).properties,
                ),
            ),
        ),
        create: unary(async (request: provider.CreateRequest, peer) => {
            const inputs = receive(request.getProperties());
            const preview = request.getPreview();
            const created = await instance(peer).create(target(request), inputs.properties, preview);
            const response = new provider.CreateResponse();
            if (!preview) response.setId(created.id);
            response.setProperties(send(created.outputs, inputs.secrets));
            return response;
        }),
        update: unary(async (request: provider.UpdateRequest, peer) => {
            const news = receive(request.getNews());
            const preview = request.getPreview();
            const updated = await instance(peer).update(target(request), request.getId(), news.properties, preview);
            const response = new provider.UpdateResponse();
            response.setProperties(send(updated.outputs, news.secrets));
            return response;
        }),
        read: unary(async (request: provider.ReadRequest, peer) => {
            const olds = receive(request.getProperties());
            const inputs = receive(request.getInputs());
            const known = request.getInputs() && Object.keys(inputs.properties).length > 0;
            const state = await instance(peer).read(
                target(request),
                request.getId(),
                known ? inputs.properties : undefined,
            );
            const response = new provider.ReadResponse();
            if (!state) return response;
            response.setId(state.id);
            response.setProperties(send(state.outputs, secretsOf(olds, inputs)));
            response.setInputs(send(state.inputs ?? inputs.properties, inputs.secrets));
            return response;
        }),
        delete: unary(async (request: provider.DeleteRequest, peer) => {
            await instance(peer).delete(target(request), request.getId());
            return new Empty();
        }),
        invoke: unary(async (request: provider.InvokeRequest, peer) => {
            const args = receive(request.getArgs());
            const result = await instance(peer).invoke(request.getTok(), args.properties);
            const response = new provider.InvokeResponse();
            response.setReturn(send(result));
            return response;
        }),
    };
}

export interface RunningServer {
    readonly port: number;
    stop(): void;
}

/** Serves a provider on a free port of 127.0.0.1. */
export async function serve(served: Provider): Promise<RunningServer> {
    const unlimited = -1;
    const server = new grpc.Server({
        "grpc.max_receive_message_length": unlimited,
        "grpc.max_send_message_length": unlimited,
    });
    server.addService(ResourceProviderService, implementation(served));
    const port = await new Promise<number>((resolve, reject) =>
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        ),
    );
    return { port, stop: () => server.forceShutdown() };
}
