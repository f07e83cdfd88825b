import { z } from "zod";
import { bastionSchema } from "./bastion";
import { dnsSchema } from "./dns";
import { gatewaySchema } from "./gateway";
import { hubEgressSchema } from "./hub-egress";
import { address, cidr, distinct, resourceId } from "./values";

/** Zones that a hub finds, whoever made the hub. */
const existingZones = {
    privateDnsZoneIds: z
        .record(
            z.string(),
            resourceId("Microsoft.Network/privateDnsZones", "a private DNS zone", "The zone of that name."),
        )
        .default({})
        .describe("Private zones that exist already, by name; the others are made beside the spokes."),
    linkPrivateDnsZones: z
        .boolean()
        .default(true)
        .describe("Whether networks are linked to those zones by this stack, or by the zones' owners."),
};

/** A hub that this program makes. */
export const hubSchema = z
    .strictObject({
        addressSpace: cidr("A /23 or larger. Default: the first slot of addresses.supernet.").optional(),
        egress: hubEgressSchema,
        gateway: gatewaySchema,
        dns: dnsSchema.optional(),
        bastion: bastionSchema,
        ...existingZones,
    })
    .describe("The hub network: the way out, the operators' way in, and the way to other sites.");

/** A hub that others made and run. */
export const existingHubSchema = z
    .strictObject({
        networkId: resourceId(
            "Microsoft.Network/virtualNetworks",
            "a virtual network",
            "The hub's network; spokes are peered with it.",
        ),
        addressSpaces: distinct(cidr("One of its address spaces.")).min(1).describe("Its address spaces."),
        nextHop: address("Private address of its firewall or appliance: everything that leaves a spoke goes there."),
        egressAddresses: distinct(address("A public address."))
            .default([])
            .describe("What the Internet sees as the platform's sources; public API servers let them in."),
        dnsServers: distinct(address("Private address of a DNS server."))
            .default([])
            .describe("DNS servers of the spokes, which resolve the private zones. Default: Azure's own."),
        ...existingZones,
        bastionSubnet: cidr("Its AzureBastionSubnet. Default: no Bastion.").optional(),
        bastionId: resourceId(
            "Microsoft.Network/bastionHosts",
            "a Bastion host",
            "Its Bastion; outputs tell how to connect through it.",
        ).optional(),
        gatewayTransit: z
            .boolean()
            .default(false)
            .describe(
                "Whether spokes use its VPN or ExpressRoute gateway. With peering spokeSideOnly, switch it on when the hub's owners have made their side.",
            ),
        peering: z
            .enum(["both", "spokeSideOnly"])
            .default("both")
            .describe("spokeSideOnly: the hub's owners make the peerings from their side."),
    })
    .describe("A hub that others run; nothing of it is made or changed but the peerings to the spokes.");

export type HubConfig = z.output<typeof hubSchema>;
export type ExistingHubConfig = z.output<typeof existingHubSchema>;
