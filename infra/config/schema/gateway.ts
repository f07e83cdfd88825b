import { z } from "zod";
import { address, cidr, distinct, guid, kubernetesName, resourceId } from "./values";

/** Azure's own numbers besides 65515, which a gateway of ours may have. From "About BGP with VPN Gateway". */
const azuresAsns = [8074, 8075, 12076, 65517, 65518, 65519, 65520];

const asn = z
    .int()
    .min(1)
    .max(4_294_967_295)
    .refine(
        (number) => !azuresAsns.includes(number) && !isReservedByIana(number),
        "an AS number that neither Azure nor IANA reserves, such as 65010",
    );

function isReservedByIana(number: number): boolean {
    return number === 23456 || (number >= 64496 && number <= 64511) || (number >= 65535 && number <= 65551);
}

/** IKEv2 and IPsec, as both ends must have it. Weaker algorithms that Azure still knows are left out. */
const ipsecPolicy = z
    .strictObject({
        ikeEncryption: z.enum(["GCMAES256", "AES256"]).default("GCMAES256"),
        ikeIntegrity: z.enum(["SHA384", "SHA256"]).default("SHA384"),
        dhGroup: z.enum(["ECP384", "ECP256", "DHGroup24", "DHGroup14"]).default("ECP384"),
        ipsecEncryption: z
            .enum(["GCMAES256", "GCMAES128"])
            .default("GCMAES256")
            .describe("Its integrity is the same algorithm's."),
        pfsGroup: z.enum(["ECP384", "ECP256", "PFS24", "PFS2048"]).default("ECP384"),
        lifetimeSeconds: z.int().min(300).max(172_799).default(27_000).describe("Of a security association."),
        lifetimeKilobytes: z
            .int()
            .min(1024)
            .max(2_147_483_647)
            .default(102_400_000)
            .describe("Of a security association."),
    })
    .prefault({})
    .describe("Cryptography, one proposal: the device at the other end must have the same.");

const hostOrAddress = z
    .string()
    .regex(
        /^((\d{1,3}\.){3}\d{1,3}|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})$/,
        "a public IPv4 address, or a host name such as vpn.contoso.com",
    );

const vpnConnection = z.strictObject({
    peer: hostOrAddress.describe("Public address or host name of the VPN device at the other end."),
    networks: distinct(cidr("A network behind it, part of onPremises."))
        .optional()
        .describe("What lies behind it, where BGP doesn't tell. Default: onPremises."),
    bgp: z
        .strictObject({
            asn: asn.describe("AS number of the other end; not the gateway's own."),
            peerAddress: address("Address of its BGP speaker, in a network of its own."),
        })
        .optional()
        .describe("Routes are learned and told. Default: networks are fixed."),
    policy: ipsecPolicy,
    dpdTimeoutSeconds: z.int().min(9).max(3600).default(45).describe("Silence after which the other end is dead."),
    initiator: z.enum(["both", "azure", "peer"]).default("both").describe("Who begins a tunnel."),
});

const circuit = z.strictObject({
    circuitId: resourceId(
        "Microsoft.Network/expressRouteCircuits",
        "an ExpressRoute circuit",
        "The circuit, provisioned by its provider. One of another subscription takes a key in gatewayKeys.",
    ),
    routingWeight: z.int().min(0).max(32_000).default(0).describe("The highest weight is preferred."),
    fastPath: z
        .boolean()
        .default(false)
        .describe(
            "Data goes past the gateway. Takes ErGw3AZ; whether it keeps to the gateway's routes to the firewall depends on the circuit, so ask its provider first.",
        ),
});

const connectionName = kubernetesName("Ends up in the connection's name.");

const inspectInbound = z
    .boolean()
    .default(true)
    .describe("Whether what comes from other sites passes the firewall or appliance on its way to a spoke.");

export const gatewaySchema = z
    .discriminatedUnion("mode", [
        z.strictObject({ mode: z.literal("none") }),
        z.strictObject({
            mode: z.literal("vpn"),
            sku: z
                .enum(["VpnGw1AZ", "VpnGw2AZ", "VpnGw3AZ", "VpnGw4AZ", "VpnGw5AZ"])
                .default("VpnGw1AZ")
                .describe("Throughput and number of tunnels. From VpnGw1AZ to another takes a new gateway."),
            activeActive: z
                .boolean()
                .default(true)
                .describe("Two instances, each with a public address: other sites make a tunnel to each."),
            bgp: z
                .strictObject({ asn: asn.default(65_515).describe("AS number of the gateway.") })
                .optional()
                .describe("Default: no BGP."),
            connections: z.record(connectionName, vpnConnection).default({}).describe("Other sites, by name."),
            pointToSite: z
                .strictObject({
                    clientAddresses: distinct(cidr("A range of its own, which clients get addresses from.")).min(1),
                    audience: guid(
                        "Application that clients sign in to. Default: Microsoft's own Azure VPN Client.",
                    ).default("c632b3df-fb67-4d84-bdcf-b95ad541b5c8"),
                })
                .optional()
                .describe("Single machines, over OpenVPN, signed in to Entra. Default: none."),
            inspectInbound,
        }),
        z.strictObject({
            mode: z.literal("expressRoute"),
            sku: z.enum(["ErGw1AZ", "ErGw2AZ", "ErGw3AZ"]).default("ErGw1AZ"),
            publicAddress: z
                .enum(["own", "azure"])
                .default("own")
                .describe("azure: Azure brings the gateway's address itself, which some regions offer."),
            connections: z.record(connectionName, circuit).default({}).describe("Circuits, by name."),
            inspectInbound,
        }),
    ])
    .default({ mode: "none" })
    .describe("The way to other sites.");

/**
 * Apart from the rest, because one encrypted value makes Pulumi keep the whole of its key as a secret, and no reader of
 * the stack file would see what the hub is.
 */
export const gatewayKeysSchema = z
    .record(
        connectionName,
        z
            .string()
            .min(16)
            .max(128)
            // What stands in a stack file is what Pulumi makes of it.
            .meta({ type: ["string", "object"] })
            .describe("pulumi config set --secret --path 'secure-aks-ml:gatewayKeys.<connection>' <key>"),
    )
    .default({})
    .describe("The pre-shared key of each VPN connection, the authorization key of each circuit that needs one.");

export type GatewayConfig = z.output<typeof gatewaySchema>;
export type VpnConfig = Extract<GatewayConfig, { mode: "vpn" }>;
export type ExpressRouteConfig = Extract<GatewayConfig, { mode: "expressRoute" }>;
