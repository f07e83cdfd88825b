import type { Cloud } from "../cloud/cloud";
import type { Properties } from "../provider/values";
import { ArmError, notFound } from "./arm-error";
import { fillId, idArguments } from "./arm-id";
import { apiServerNames } from "./container-service";
import { accessKey, clientIdOf, guid, principalIdOf, SIMULATED_TENANT } from "./derive";
import type { InstanceConfig } from "./provider";
import { canonicalType, knownTypes, resourceType } from "./registry";
import type { Resource } from "./resource-type";
import { kubeconfig } from "./kubeconfig";

/** The program's own identity, as `az login` with a service principal would give it. */
const DEPLOYER = "sandbox-deployer";

type Answer = (resource: Resource) => Properties;

const credentials: Answer = (cluster) => {
    const names = apiServerNames(cluster);
    const server = `https://${names.private ?? names.public}:443`;
    const config = kubeconfig(server, cluster.id.slice(cluster.id.lastIndexOf("/") + 1));
    return { kubeconfigs: [{ name: "clusterUser", value: Buffer.from(config).toString("base64") }] };
};

/** POST actions on a resource of the given type. As with the real provider, results aren't marked secret. */
const ACTIONS: Readonly<Record<string, { readonly type: string; readonly answer: Answer }>> = {
    "containerservice:listManagedClusterUserCredentials": {
        type: "containerservice:ManagedCluster",
        answer: credentials,
    },
    "containerservice:listManagedClusterAdminCredentials": {
        type: "containerservice:ManagedCluster",
        answer: (cluster) => {
            if (cluster.inputs["disableLocalAccounts"] !== true) return credentials(cluster);
            const message =
                "Getting static credential is not allowed because this cluster is set to disable local accounts.";
            throw new ArmError("BadRequest", message);
        },
    },
    "storage:listStorageAccountKeys": {
        type: "storage:StorageAccount",
        answer: ({ id }) => ({
            keys: ["key1", "key2"].map((keyName) => ({
                keyName,
                value: accessKey(64, id, keyName),
                permissions: "FULL",
                creationTime: "2026-01-01T00:00:00.0000000Z",
            })),
        }),
    },
    "containerregistry:listRegistryCredentials": {
        type: "containerregistry:Registry",
        answer: ({ id, inputs }) => {
            const username = id.slice(id.lastIndexOf("/") + 1);
            if (inputs["adminUserEnabled"] !== true) {
                throw new ArmError(
                    "UnAuthorizedForCredentialOperations",
                    `Admin user is not enabled on registry ${username}.`,
                );
            }
            return {
                username,
                passwords: ["password", "password2"].map((name) => ({ name, value: accessKey(32, id, name) })),
            };
        },
    },
    "operationalinsights:getSharedKeys": { type: "operationalinsights:Workspace", answer: sharedKeys },
    "operationalinsights:getWorkspaceSharedKeys": { type: "operationalinsights:Workspace", answer: sharedKeys },
    "relay:listHybridConnectionKeys": {
        type: "relay:HybridConnectionAuthorizationRule",
        answer: ({ id }) => {
            const [, namespace = "", connection = "", rule = ""] =
                /namespaces\/([^/]+)\/hybridConnections\/([^/]+)\/authorizationRules\/([^/]+)$/i.exec(id) ?? [];
            const key = (name: string) => accessKey(32, id, name);
            const connectionString = (name: string) =>
                `Endpoint=sb://${namespace}.servicebus.windows.net/;SharedAccessKeyName=${rule};SharedAccessKey=${key(name)};EntityPath=${connection}`;
            return {
                keyName: rule,
                primaryKey: key("primary"),
                secondaryKey: key("secondary"),
                primaryConnectionString: connectionString("primary"),
                secondaryConnectionString: connectionString("secondary"),
            };
        },
    },
};

function sharedKeys({ id }: Resource): Properties {
    return { primarySharedKey: accessKey(64, id, "primary"), secondarySharedKey: accessKey(64, id, "secondary") };
}

/**
 * Functions of azure-native: `getClientConfig`, the actions above, and `getX` for every type.
 * @throws ArmError `ResourceNotFound`; Error for a function that isn't simulated.
 */
export function invoke(token: string, args: Properties, config: InstanceConfig, cloud: Cloud): Properties {
    const name = canonicalType(token);
    if (name === "authorization:getClientConfig") return clientConfig(config);
    if (name === "authorization:getClientToken") return { token: guid("token", config.subscriptionId) };
    const action = ACTIONS[name];
    if (action) return action.answer(existing(action.type, args, config, cloud));
    const type = name.replace(":get", ":");
    if (name !== type && knownTypes().includes(type)) {
        const { id, outputs } = existing(type, args, config, cloud);
        return { id, ...outputs };
    }
    throw new Error(`The function azure-native:${name} is not simulated. Add it to test/sandbox/azure/invokes.ts.`);
}

function clientConfig({ subscriptionId }: InstanceConfig): Properties {
    return {
        clientId: clientIdOf(DEPLOYER),
        objectId: principalIdOf(DEPLOYER),
        subscriptionId,
        tenantId: SIMULATED_TENANT,
    };
}

function existing(type: string, args: Properties, config: InstanceConfig, cloud: Cloud): Resource {
    const { id: template } = resourceType(type);
    const id = fillId(template, config.subscriptionId, args);
    if (id === undefined)
        throw new Error(`${type} is looked up by ${idArguments(template).join(", ")}; one of them is missing.`);
    const found = cloud.get(id);
    if (!found) throw notFound(id);
    return found;
}
