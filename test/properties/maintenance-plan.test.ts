import { expect } from "chai";
import fc from "fast-check";
import {
    hoursInUtc,
    maintenanceConfigurations,
    weekDays,
    windowsOverlap,
    type WeeklyWindow,
} from "../../components/cluster/maintenance-plan";

const windows: fc.Arbitrary<WeeklyWindow> = fc.record({
    day: fc.constantFrom(...weekDays),
    startHour: fc.integer({ min: 0, max: 23 }),
    durationHours: fc.integer({ min: 4, max: 24 }),
});

const offsets = fc
    .tuple(fc.constantFrom("+", "-"), fc.nat(14), fc.constantFrom(0, 30, 45))
    .map(([sign, hours, minutes]) => ({
        text: `${sign}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`,
        minutes: (sign === "-" ? -1 : 1) * (hours * 60 + minutes),
    }));

/** Any Sunday: the calendar of the language is the second opinion. */
const sunday = Date.UTC(2026, 0, 4);

/** Every quarter of an hour of one week, in UTC, that lies inside a window. */
function quartersOf({ day, startHour, durationHours }: WeeklyWindow, ahead: number): Set<string> {
    const start = sunday + ((weekDays.indexOf(day) * 24 + startHour) * 60 - ahead) * 60_000;
    return new Set(Array.from({ length: durationHours * 4 }, (_, index) => quarter(start + index * 900_000)));
}

function quarter(time: number): string {
    const date = new Date(time);
    return `${weekDays[date.getUTCDay()]} ${date.getUTCHours()} ${date.getUTCMinutes()}`;
}

describe("Maintenance of a cluster: weekly releases", () => {
    it("take every whole hour of UTC inside the window, and no other", () => {
        fc.assert(
            fc.property(windows, offsets, (window, offset) => {
                const inside = quartersOf(window, offset.minutes);
                const slots = hoursInUtc(window, offset.text).flatMap(({ day, hourSlots }) =>
                    hourSlots.map((hour) => `${day} ${hour}`),
                );
                const whole = weekDays.flatMap((day) =>
                    Array.from({ length: 24 }, (_, hour) => `${day} ${hour}`).filter((slot) =>
                        [0, 15, 30, 45].every((minute) => inside.has(`${slot} ${minute}`)),
                    ),
                );
                expect(slots).to.have.members(whole);
                expect(slots.length).to.be.at.least(window.durationHours - 1);
            }),
        );
    });

    it("cross midnight, and the end of the week", () => {
        const window = { day: "Saturday", startHour: 22, durationHours: 4 } as const;
        expect(hoursInUtc(window, "+00:00")).to.deep.equal([
            { day: "Saturday", hourSlots: [22, 23] },
            { day: "Sunday", hourSlots: [0, 1] },
        ]);
        expect(hoursInUtc({ ...window, day: "Sunday", startHour: 0 }, "+01:00")).to.deep.equal([
            { day: "Saturday", hourSlots: [23] },
            { day: "Sunday", hourSlots: [0, 1, 2] },
        ]);
    });
});

describe("Maintenance of a cluster: windows that overlap", () => {
    it("are those that share a minute", () => {
        fc.assert(
            fc.property(windows, windows, (one, other) => {
                const first = quartersOf(one, 0);
                const shared = [...quartersOf(other, 0)].some((at) => first.has(at));
                expect(windowsOverlap(one, other)).to.equal(shared);
            }),
        );
    });
});

describe("Maintenance of a cluster: configurations", () => {
    const window: WeeklyWindow = { day: "Sunday", startHour: 1, durationHours: 6 };
    const plan = { utcOffset: "+02:00", releases: window, clusterUpgrades: window, nodeImages: window };

    it("have Azure's three names, and each the kind of hours that Azure takes there", () => {
        const { default: releases, ...scheduled } = maintenanceConfigurations({ ...plan, freezes: [] });
        expect(releases).to.deep.equal({ timeInWeek: hoursInUtc(window, "+02:00"), notAllowedTime: undefined });
        expect(Object.keys(scheduled)).to.deep.equal([
            "aksManagedAutoUpgradeSchedule",
            "aksManagedNodeOSUpgradeSchedule",
        ]);
        for (const { maintenanceWindow } of Object.values(scheduled)) {
            expect(maintenanceWindow).to.deep.equal({
                schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
                startTime: "01:00",
                durationHours: 6,
                utcOffset: "+02:00",
                notAllowedDates: undefined,
            });
        }
    });

    it("leave a frozen day alone from its first minute to its last, in the time of the plan", () => {
        const freezes = [{ start: "2026-12-20", end: "2026-12-31" }];
        const configurations = maintenanceConfigurations({ ...plan, freezes });
        expect(configurations.default.notAllowedTime).to.deep.equal([
            { start: "2026-12-19T22:00:00Z", end: "2026-12-31T22:00:00Z" },
        ]);
        expect(configurations.aksManagedNodeOSUpgradeSchedule.maintenanceWindow.notAllowedDates).to.deep.equal([
            { start: "2026-12-20", end: "2027-01-01" },
        ]);
    });
});
