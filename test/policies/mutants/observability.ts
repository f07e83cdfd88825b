import { faultsOf, gone, MISSING, type Mutant } from "./mutant";

const SETTING = "monitor:DiagnosticSetting";

export const observabilityMutants: Mutant[] = [
    gone(SETTING, "logs-kv-platform-contoso-prod", "kv-logs"),
    gone(SETTING, "logs-kv-ml-learning-contoso-prod", "kv-logs"),
    gone(SETTING, "logs-aks-learning-contoso-prod", "aks-logs"),
    gone(SETTING, "logs-agw-platform-contoso-prod", "agw-diag"),
    gone(SETTING, "logs-afw-hub-contoso-prod", "diag-all"),
    gone(SETTING, "logs-cr-platform-contoso-prod", "diag-all"),
    gone(SETTING, "logs-bas-hub-contoso-prod", "diag-all"),
    gone(SETTING, "logs-vgw-hub-contoso-prod", "diag-all"),
    gone(SETTING, "logs-mlw-learning-contoso-prod", "diag-all"),
    ...faultsOf(SETTING, "logs-kv-platform-contoso-prod", [
        ["logs.0.enabled", false, "kv-logs"],
        ["logs", [], "kv-logs"],
        ["workspaceId", MISSING, "kv-logs"],
    ]),
    ...faultsOf(SETTING, "logs-aks-platform-contoso-prod", [["logs", [], "aks-logs"]]),
    ...faultsOf("operationalinsights:Workspace", "log-hub-contoso-prod", [
        ["features.disableLocalAuth", false, "la-no-local-auth"],
        ["features", MISSING, "la-no-local-auth"],
        ["retentionInDays", 7, "la-retention"],
        ["features.immediatePurgeDataOn30Days", true, "la-no-early-purge"],
    ]),
    ...faultsOf("applicationinsights:Component", "appi-ml-learning-contoso-prod", [
        ["disableLocalAuth", false, "ai-local-auth"],
        ["disableLocalAuth", MISSING, "ai-local-auth"],
        ["workspaceResourceId", MISSING, "ai-workspace"],
        ["immediatePurgeDataOn30Days", true, "la-no-early-purge"],
    ]),
    gone(
        "containerservice:MaintenanceConfiguration",
        "mc-platform-contoso-prod-aksManagedAutoUpgradeSchedule",
        "maint-window",
    ),
    gone(
        "containerservice:MaintenanceConfiguration",
        "mc-platform-contoso-prod-aksManagedNodeOSUpgradeSchedule",
        "maint-window",
    ),
];
