import { z } from "zod";
import { containersFirewallSchema, firewallSchema } from "./ingress-firewall";
import { backendsSchema, sitesSchema } from "./ingress-site";
import { cidr, distinct } from "./values";

const ofEveryGateway = {
    sites: sitesSchema,
    backends: backendsSchema,
    capacity: z
        .strictObject({ min: z.int().min(0).max(125), max: z.int().min(2).max(125) })
        .default({ min: 2, max: 10 })
        .describe("Instances."),
    firewall: firewallSchema.prefault({}),
};

export const ingressSchema = z
    .discriminatedUnion("mode", [
        z.strictObject({ mode: z.literal("none") }),
        z.strictObject({
            mode: z.literal("public"),
            ...ofEveryGateway,
            networkIsolation: z
                .boolean()
                .default(false)
                .describe(
                    "Whether the subscription has Microsoft.Network/EnableApplicationGatewayNetworkIsolation registered: every new gateway wants a delegated subnet then.",
                ),
        }),
        z
            .strictObject({
                mode: z.literal("private"),
                ...ofEveryGateway,
                clients: distinct(cidr("A network of clients."))
                    .optional()
                    .describe("Who may come in. Default: hub, spokes and onPremises."),
            })
            .describe(
                "Needs the subscription feature Microsoft.Network/EnableApplicationGatewayNetworkIsolation, registered before.",
            ),
        z
            .strictObject({
                mode: z.literal("containers"),
                frontends: distinct(
                    z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, "1 to 20 lower-case letters, digits and hyphens"),
                )
                    .min(1)
                    .default(["apps"])
                    .describe("Ways in; Azure gives each a public host name."),
                firewall: containersFirewallSchema.prefault({}),
            })
            .describe("Routes are Gateway API objects, which the teams write. Always public."),
    ])
    .default({ mode: "none" })
    .describe(
        "How clients come in: through Application Gateway, on a public address or a private one, through Application Gateway for Containers, or not at all. A web application firewall is always there.",
    );

export type IngressConfig = z.output<typeof ingressSchema>;
/** The modes with an Application Gateway that this program gives its sites. */
export type GatewayIngressConfig = Extract<IngressConfig, { sites: unknown }>;
