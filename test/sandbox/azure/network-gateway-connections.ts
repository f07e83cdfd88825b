import { itemsAt, stringAt, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, subscriptionOf } from "./arm-id";
import type { Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: connections of virtual network gateways to sites, to each other and to ExpressRoute circuits. */

interface Kind {
    readonly gatewayType: string;
    /** Properties without which there is nothing to connect to. */
    readonly needs: readonly string[];
}

const KINDS: Readonly<Record<string, Kind>> = {
    IPsec: { gatewayType: "Vpn", needs: ["localNetworkGateway2", "sharedKey"] },
    Vnet2Vnet: { gatewayType: "Vpn", needs: ["virtualNetworkGateway2", "sharedKey"] },
    ExpressRoute: { gatewayType: "ExpressRoute", needs: ["peer"] },
};

function kindOf({ inputs }: Resource): Kind | undefined {
    return KINDS[stringAt(inputs, "connectionType") ?? ""];
}

const otherEndIsGiven: Rule = (connection) => {
    const missing = kindOf(connection)?.needs.filter((property) => connection.inputs[property] === undefined) ?? [];
    if (missing.length === 0) return undefined;
    const type = String(connection.inputs["connectionType"]);
    const message = `Connection ${lastSegment(connection.id)} of type ${type} needs ${missing.join(" and ")}.`;
    return new ArmError("VirtualNetworkGatewayConnectionIncomplete", message);
};

const gatewayFitsType: Rule = (connection, cloud) => {
    const gateway = cloud.get(stringAt(connection.inputs, "virtualNetworkGateway1.id") ?? "");
    const [needed, found] = [kindOf(connection)?.gatewayType, gateway?.inputs["gatewayType"]];
    if (!gateway || needed === undefined || found === needed || typeof found !== "string") return undefined;
    const type = String(connection.inputs["connectionType"]);
    const message = `Connection ${lastSegment(connection.id)} of type ${type} needs a gateway of type ${needed}, but ${lastSegment(gateway.id)} is of type ${found}.`;
    return new ArmError("VirtualNetworkGatewayConnectionTypeMismatch", message);
};

/** "About cryptographic requirements and Azure VPN gateways". */
const policiesAreUsable: Rule = ({ id, inputs }, cloud) => {
    const policies = itemsAt(inputs, "ipsecPolicies");
    const gateway = cloud.get(stringAt(inputs, "virtualNetworkGateway1.id") ?? "");
    const refuse = (reason: string) =>
        new ArmError("IpsecPolicyInvalid", `IPsec policy of connection ${lastSegment(id)} is not valid: ${reason}.`);
    if (policies.length > 0 && stringAt(gateway?.inputs, "sku.name") === "Basic") {
        return refuse("gateways of SKU Basic take no custom policy");
    }
    if (policies.length > 1) return refuse(`a connection takes one policy, found ${policies.length}`);
    for (const policy of policies) {
        const { ipsecEncryption: encryption, ipsecIntegrity: integrity, saLifeTimeSeconds: lifetime } = policy;
        if (typeof encryption === "string" && encryption.startsWith("GCM") && integrity !== encryption) {
            return refuse(`ipsecEncryption ${encryption} needs the same ipsecIntegrity, found ${String(integrity)}`);
        }
        if (typeof lifetime === "number" && lifetime < 300) {
            return refuse(`saLifeTimeSeconds ${lifetime} is below 300`);
        }
        const size = policy["saDataSizeKilobytes"];
        if (typeof size === "number" && size !== 0 && size < 1024) {
            return refuse(`saDataSizeKilobytes ${size} is below 1024`);
        }
    }
    return undefined;
};

const selectorsNeedPolicy: Rule = ({ id, inputs }) => {
    if (inputs["usePolicyBasedTrafficSelectors"] !== true || valueAt(inputs, "ipsecPolicies[]") !== undefined) {
        return undefined;
    }
    const message = `Connection ${lastSegment(id)} has usePolicyBasedTrafficSelectors, which needs a custom policy in ipsecPolicies.`;
    return new ArmError("PolicyBasedTrafficSelectorsRequireIpsecPolicy", message);
};

const bothEndsSpeakBgp: Rule = ({ id, inputs }, cloud) => {
    if (inputs["enableBgp"] !== true) return undefined;
    const gateway = cloud.get(stringAt(inputs, "virtualNetworkGateway1.id") ?? "");
    const site = cloud.get(stringAt(inputs, "localNetworkGateway2.id") ?? "");
    const silent = [
        ...(gateway && gateway.inputs["enableBgp"] !== true ? [`${lastSegment(gateway.id)} has enableBgp off`] : []),
        ...(site && site.inputs["bgpSettings"] === undefined ? [`${lastSegment(site.id)} has no bgpSettings`] : []),
    ];
    if (silent.length === 0) return undefined;
    const message = `Connection ${lastSegment(id)} can't enable BGP: ${silent.join(", ")}.`;
    return new ArmError("ConnectionBgpNotSupportedByGateway", message);
};

/** A circuit of another subscription is shared by an authorization. */
const foreignCircuitIsAuthorized: Rule = ({ id, inputs }) => {
    const circuit = stringAt(inputs, "peer.id");
    if (circuit === undefined || id === "" || inputs["authorizationKey"] !== undefined) return undefined;
    if (idKey(subscriptionOf(circuit) ?? "") === idKey(subscriptionOf(id) ?? "")) return undefined;
    const message = `Connection ${lastSegment(id)} needs an authorizationKey: circuit ${circuit} is in another subscription.`;
    return new ArmError("ExpressRouteCircuitAuthorizationKeyRequired", message);
};

export const gatewayConnections: ServiceTypes = {
    VirtualNetworkGatewayConnection: {
        id: inGroup("Microsoft.Network/connections/{virtualNetworkGatewayConnectionName}"),
        required: ["virtualNetworkGateway1.id"],
        replaceOn: [
            "connectionType",
            "connectionProtocol",
            "virtualNetworkGateway1",
            "virtualNetworkGateway2",
            "localNetworkGateway2",
            "peer",
        ],
        rules: [
            otherEndIsGiven,
            gatewayFitsType,
            policiesAreUsable,
            selectorsNeedPolicy,
            bothEndsSpeakBgp,
            foreignCircuitIsAuthorized,
        ],
        computed: ({ inputs }) => ({
            // Azure has asked nobody yet; what the other end answers is beyond the simulation.
            connectionStatus: "Unknown",
            egressBytesTransferred: 0,
            ingressBytesTransferred: 0,
            routingWeight: inputs["routingWeight"] ?? 0,
            enableBgp: inputs["enableBgp"] ?? false,
            connectionProtocol:
                inputs["connectionType"] === "ExpressRoute" ? undefined : (inputs["connectionProtocol"] ?? "IKEv2"),
        }),
    },
};
