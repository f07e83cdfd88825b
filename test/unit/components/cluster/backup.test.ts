import { expect } from "chai";
import { ClusterBackup } from "../../../../components/cluster/backup";
import { allDependencies, capture, only, type Registration } from "../../../support/capture";
import { grants, idOf, placement, privateAccess, privateEndpoints, tenantId } from "../fixtures";

describe("Backup of a cluster", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(
            () =>
                void new ClusterBackup("learn", {
                    cluster: { id: "/clusters/learn", name: "aks-learn", principalId: "control-plane" },
                    subscriptionId: "s",
                    tenantId,
                    schedule: { retentionInDays: 14, startTime: "03:30" },
                    excludedNamespaces: ["scratch"],
                    redundancy: "ZoneRedundant",
                    immutability: "Unlocked",
                    softDeleteInDays: 14,
                    storageAccountName: "stbackuplearn",
                    storageSku: "Standard_ZRS",
                    access: privateAccess(),
                    snapshots: { id: "/groups/snapshots", name: "snapshots" },
                    foundation: [],
                    ...placement,
                }),
            {
                outputs: {
                    "azure-native:dataprotection:BackupVault": { identity: { principalId: "vault" } },
                    "azure-native:kubernetesconfiguration:Extension": {
                        aksAssignedIdentity: { principalId: "extension" },
                    },
                },
            },
        );
    });
    const inputsOf = (type: string) => only(registered, `azure-native:${type}`).inputs;

    it("has a vault whose backups can't be deleted early, and come back when they are", () => {
        expect(inputsOf("dataprotection:BackupVault")).to.have.deep.nested.property("properties.securitySettings", {
            immutabilitySettings: { state: "Unlocked" },
            softDeleteSettings: { state: "On", retentionDurationInDays: 14 },
        });
    });

    it("runs daily at the time asked for, and keeps as long as asked", () => {
        const policy = inputsOf("dataprotection:BackupPolicy");
        expect(policy).to.have.nested.property(
            "properties.policyRules[0].trigger.schedule.repeatingTimeIntervals[0]",
            "R/2025-01-01T03:30:00+00:00/P1D",
        );
        expect(policy).to.have.nested.property("properties.policyRules[1].lifecycles[0].deleteAfter.duration", "P14D");
    });

    it("keeps objects in a private account without keys, by the extension's identity", () => {
        expect(privateEndpoints(registered)).to.deep.equal({
            [idOf("storage:StorageAccount", "st-backup-learn")]: ["blob"],
        });
        expect(inputsOf("kubernetesconfiguration:Extension")["configurationSettings"]).to.deep.include({
            "configuration.backupStorageLocation.bucket": "backups",
            "configuration.backupStorageLocation.config.storageAccount": "stbackuplearn",
            "configuration.backupStorageLocation.config.useAAD": "true",
            "credentials.tenantId": tenantId,
        });
    });

    it("gives each identity what Azure Backup asks for, and no more", () => {
        const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
        const found = Object.values(grants(registered)).map(({ principalId, role, scope }) => [
            principalId,
            role,
            scope,
        ]);
        expect(found).to.have.deep.members([
            ["vault", reader, "/clusters/learn"],
            ["vault", reader, "/groups/snapshots"],
            ["control-plane", "b24988ac-6180-42a0-ab88-20f7382dd24c", "/groups/snapshots"],
            ["extension", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", idOf("storage:StorageAccount", "st-backup-learn")],
        ]);
    });

    it("begins when extension, trusted access and roles are there", () => {
        const before = allDependencies(registered, only(registered, "azure-native:dataprotection:BackupInstance"));
        expect([...before]).to.include.members([
            "azure-native:kubernetesconfiguration:Extension::backup-learn",
            "azure-native:containerservice:TrustedAccessRoleBinding::tarb-backup-learn",
            ...Object.keys(grants(registered)).map((name) => `azure-native:authorization:RoleAssignment::${name}`),
        ]);
    });

    it("leaves out the namespaces that were named", () => {
        expect(inputsOf("dataprotection:BackupInstance")).to.have.deep.nested.property(
            "properties.policyInfo.policyParameters.backupDatasourceParametersList[0].excludedNamespaces",
            ["scratch"],
        );
    });
});
