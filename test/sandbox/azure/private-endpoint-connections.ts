import type { Properties } from "../provider/values";
import { lastSegment } from "./arm-id";
import { guid } from "./derive";
import type { CloudView, Resource } from "./resource-type";

/** The connections that private endpoints have made to a resource, as its outputs list them. */
export function connectionsTo(target: Resource, cloud: CloudView): Properties[] {
    return cloud
        .holders(target.id)
        .filter(({ type }) => type === "network:PrivateEndpoint")
        .map((endpoint) => ({
            id: `${target.id}/privateEndpointConnections/${lastSegment(endpoint.id)}.${guid("connection", endpoint.id)}`,
            name: `${lastSegment(endpoint.id)}.${guid("connection", endpoint.id)}`,
            privateEndpoint: { id: endpoint.id },
            privateLinkServiceConnectionState: { status: "Approved", description: "Auto-approved" },
        }));
}
