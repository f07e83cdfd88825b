import type { Properties } from "../../sandbox/provider/values";
import { Builder, GROUP, network } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

const window = (more: Properties = {}) => ({
    configName: "aksManagedAutoUpgradeSchedule",
    maintenanceWindow: {
        durationHours: 4,
        startTime: "02:00",
        utcOffset: "+01:00",
        schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
        ...more,
    },
});
const weekly = (more: Properties = {}) => ({
    configName: "default",
    timeInWeek: [{ day: "Sunday", hourSlots: [2, 3] }],
    ...more,
});

const CASES: Readonly<Record<string, { good: Properties; bad: Properties; code?: string; word: string }>> = {
    "a name of one's own": { good: window(), bad: { ...window(), configName: "nightly" }, word: "nightly" },
    "a window of 'default'": { good: weekly(), bad: { ...window(), configName: "default" }, word: "timeInWeek" },
    "'default' without hours": {
        good: weekly(),
        bad: weekly({ timeInWeek: undefined }),
        code: "TimeInWeekIsNil",
        word: "timeInWeek",
    },
    "hours of an upgrade's schedule": {
        good: window(),
        bad: { ...window(), timeInWeek: [{ day: "Sunday", hourSlots: [2] }] },
        word: "maintenanceWindow",
    },
    "an upgrade without a window": {
        good: window(),
        bad: { configName: "aksManagedNodeOSUpgradeSchedule" },
        word: "aksManagedNodeOSUpgradeSchedule",
    },
    "hour 24": {
        good: weekly({ timeInWeek: [{ day: "Sunday", hourSlots: [23] }] }),
        bad: weekly({ timeInWeek: [{ day: "Sunday", hourSlots: [24] }] }),
        code: "InvalidHourSlot",
        word: "24",
    },
    "a pause that ends before it starts": {
        good: weekly({ notAllowedTime: [{ start: "2026-12-20T00:00:00Z", end: "2027-01-03T00:00:00Z" }] }),
        bad: weekly({ notAllowedTime: [{ start: "2027-01-03T00:00:00Z", end: "2026-12-20T00:00:00Z" }] }),
        code: "InvalidStartEndTime",
        word: "2026-12-20",
    },
    "a window of 3 hours": { good: window(), bad: window({ durationHours: 3 }), word: "4 to 24" },
    "a start at 24:00": { good: window(), bad: window({ startTime: "24:00" }), word: "24:00" },
    "an offset without a sign": { good: window(), bad: window({ utcOffset: "01:00" }), word: "+05:30" },
    "a date of another form": {
        good: window({ startDate: "2026-12-31" }),
        bad: window({ startDate: "31.12.2026" }),
        word: "31.12.2026",
    },
    "two schedules": {
        good: window({ schedule: { daily: { intervalDays: 1 } } }),
        bad: window({ schedule: { daily: { intervalDays: 1 }, weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } } }),
        word: "Exactly one",
    },
    "a schedule of every 5 weeks": {
        good: window(),
        bad: window({ schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 5 } } }),
        word: "1 to 4",
    },
    "the 32nd of a month": {
        good: window({ schedule: { absoluteMonthly: { dayOfMonth: 31, intervalMonths: 1 } } }),
        bad: window({ schedule: { absoluteMonthly: { dayOfMonth: 32, intervalMonths: 1 } } }),
        word: "1 to 31",
    },
};

describe("the simulated AKS", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.routeTable("rt", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.255.4" });
        await build.subnet("vnet", "nodes", "10.0.0.0/24", { routeTable: { id: network("routeTables/rt") } });
        await build.cluster(network("virtualNetworks/vnet/subnets/nodes"));
    });
    afterEach(() => simulation.stop());

    for (const [what, { good, bad, code = "InvalidParameter", word }] of Object.entries(CASES)) {
        it(`refuses, of maintenance, ${what}`, async () => {
            const make = (more: Properties) =>
                build.make("containerservice:MaintenanceConfiguration", { resourceName: "aks", ...more });
            await refuses(make(bad), code, word);
            await make(good);
        });
    }

    describe("grants trusted access", () => {
        const vault = `${GROUP}/providers/Microsoft.DataProtection/backupVaults/bvault`;
        const role = "Microsoft.DataProtection/backupVaults/backup-operator";
        const bind = (more: Properties = {}) =>
            build.make("containerservice:TrustedAccessRoleBinding", {
                resourceName: "aks",
                trustedAccessRoleBindingName: "backup",
                sourceResourceId: vault,
                roles: [role],
                ...more,
            });
        beforeEach(() =>
            build.make("dataprotection:BackupVault", {
                location: "westeurope",
                vaultName: "bvault",
                properties: { storageSettings: [{ datastoreType: "VaultStore", type: "LocallyRedundant" }] },
            }),
        );

        it("in roles that the source's type has", async () => {
            await refuses(
                bind({ roles: ["Microsoft.DataProtection/backupVaults/owner"] }),
                "InvalidParameter",
                "backup-operator",
            );
            const foreign = "Microsoft.MachineLearningServices/workspaces/mlworkload";
            await refuses(bind({ roles: [foreign] }), "InvalidParameter", "does not belong");
            await bind();
        });

        it("under a name of up to 24 characters", async () => {
            await refuses(bind({ trustedAccessRoleBindingName: "x".repeat(25) }), "InvalidParameter", "1 to 24");
            await bind({ trustedAccessRoleBindingName: "x".repeat(24) });
        });

        it("once per source", async () => {
            await bind();
            await refuses(bind({ trustedAccessRoleBindingName: "again" }), "Conflict", "backup");
        });

        it("to what exists alone", async () => {
            await refuses(bind({ sourceResourceId: `${vault}-other` }), "InvalidResourceReference", "bvault-other");
        });
    });
});
