import { z } from "zod";
import { kubernetesName } from "./values";

/** What is watched and kept of one cluster. `infra/defaults.ts` closes what is left open here. */

export const monitoringSchema = z
    .strictObject({
        fullAudit: z
            .boolean()
            .default(false)
            .describe(
                "Log reads of the Kubernetes API too; they are about ten times the rest, and paid for by volume.",
            ),
        containerLogs: z
            .boolean()
            .optional()
            .describe("Container Insights: logs of containers and events; by volume. Default: on in prod, else off."),
        prometheus: z
            .boolean()
            .optional()
            .describe("Managed Prometheus: metrics, paid for by sample. Default: on in prod, else off."),
        recordingRules: z
            .boolean()
            .default(true)
            .describe("With Prometheus, the series that Grafana's stock dashboards read; free of charge."),
        excludedNamespaces: z
            .array(kubernetesName("A Kubernetes namespace."))
            .default(["kube-system", "gatekeeper-system"])
            .describe("Namespaces whose containers' logs are not kept."),
    })
    .prefault({})
    .describe("Logs and metrics of the cluster.");

export const backupSchema = z
    .strictObject({
        enabled: z
            .boolean()
            .optional()
            .describe("Daily backups; paid for by namespace and snapshot. Default: on in prod, else off."),
        retentionInDays: z.int().min(1).max(360).default(7).describe("How long backups are kept, as snapshots."),
        startTime: z
            .string()
            .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as "02:00"')
            .default("02:00")
            .describe("UTC."),
        excludedNamespaces: z
            .array(kubernetesName("A Kubernetes namespace."))
            .default([])
            .describe("Namespaces that are not backed up."),
        redundancy: z
            .enum(["LocallyRedundant", "ZoneRedundant", "GeoRedundant"])
            .optional()
            .describe("Of the vault; it can't be changed. Default: ZoneRedundant where there are zones."),
        immutability: z
            .enum(["Disabled", "Unlocked", "Locked"])
            .default("Unlocked")
            .describe("Whether backups can be deleted early. Unlocked can be undone, Locked never."),
        softDeleteInDays: z
            .int()
            .min(14)
            .max(180)
            .default(14)
            .describe("How long deleted backups can be brought back; the first 14 are free of charge."),
    })
    .prefault({})
    .describe("Backup of the cluster's objects and volumes.");

export type MonitoringConfig = z.output<typeof monitoringSchema>;
export type BackupConfig = z.output<typeof backupSchema>;
