import { z } from "zod";
import { cidr } from "./values";

export const addressesSchema = z
    .strictObject({
        supernet: cidr(
            "Holds the hub (slot 0) and the spokes that name a slot. Decide once: a change moves everything.",
        ),
        slots: z
            .int()
            .min(2)
            .max(4096)
            .refine((slots) => Number.isInteger(Math.log2(slots)), "a power of two")
            .default(32)
            .describe("Equal parts that supernet, pods and services are cut into. Decide once, like supernet."),
        pods: cidr("Overlay ranges of the clusters' pods are cut from it.").default("100.64.0.0/11"),
        services: cidr(
            "Ranges of the clusters' services are cut from it. Default: 100.96.0.0/11; 100.96.0.0/16 with sharedOverlays, because Azure takes a /13 or smaller.",
        ).optional(),
        sharedOverlays: z
            .boolean()
            .default(false)
            .describe("Whether all clusters take the whole of pods and services; Azure lets overlays be used again."),
    })
    .transform(({ services, ...pool }) => ({
        ...pool,
        services: services ?? (pool.sharedOverlays ? "100.96.0.0/16" : "100.96.0.0/11"),
    }))
    .describe("Lays out hub and spokes. Default: each has an addressSpace of its own.");

export type AddressesConfig = z.output<typeof addressesSchema>;
