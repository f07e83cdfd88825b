import { inGroup, lastSegment } from "./arm-id";
import { nameIsGloballyUnique } from "./names";
import type { ServiceTypes } from "./resource-type";

/** Microsoft.Relay: what the Azure ML extension needs on an Arc-enabled cluster. */

const NAMESPACE = "Microsoft.Relay/namespaces/{namespaceName}";

export const relay: ServiceTypes = {
    Namespace: {
        id: inGroup(NAMESPACE),
        rules: [nameIsGloballyUnique("relay:Namespace", "NamespaceUnavailable")],
        computed: ({ id }) => ({
            serviceBusEndpoint: `https://${lastSegment(id)}.servicebus.windows.net:443/`,
            metricId: lastSegment(id),
        }),
    },
    HybridConnection: {
        id: inGroup(`${NAMESPACE}/hybridConnections/{hybridConnectionName}`),
        replaceOn: ["requiresClientAuthorization"],
        computed: () => ({ listenerCount: 0 }),
    },
    HybridConnectionAuthorizationRule: {
        id: inGroup(`${NAMESPACE}/hybridConnections/{hybridConnectionName}/authorizationRules/{authorizationRuleName}`),
        sets: ["rights"],
    },
};
