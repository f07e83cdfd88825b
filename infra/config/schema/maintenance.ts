import { z } from "zod";
import { weekDays } from "../../../components/cluster/maintenance-plan";

const weekly = z.strictObject({
    day: z.enum(weekDays),
    startHour: z.int().min(0).max(23),
    durationHours: z.int().min(4).max(24).describe("Azure takes no less than 4."),
});

const date = z.iso.date(`a date in quotes, such as "2026-12-20": YAML makes something else of it without them`);

export const maintenanceSchema = z
    .strictObject({
        utcOffset: z
            .string()
            .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, "an offset such as +01:00")
            .default("+00:00")
            .describe("Time that the windows are written in; Azure knows no daylight saving time."),
        releases: weekly
            .default({ day: "Saturday", startHour: 0, durationHours: 4 })
            .describe("AKS's weekly releases: control plane and add-ons."),
        clusterUpgrades: weekly
            .default({ day: "Saturday", startHour: 6, durationHours: 8 })
            .describe("New Kubernetes versions."),
        nodeImages: weekly
            .default({ day: "Sunday", startHour: 0, durationHours: 8 })
            .describe("New images or patches of nodes."),
        freezes: z
            .array(z.strictObject({ start: date, end: date }))
            .default([])
            .describe("Days on which nothing may change; first and last included."),
    })
    .prefault({})
    .describe("When Azure may change the cluster by itself.");

export type MaintenanceConfig = z.output<typeof maintenanceSchema>;
