export const weekDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
export type WeekDay = (typeof weekDays)[number];

/** A stretch of hours, once a week. */
export interface WeeklyWindow {
    readonly day: WeekDay;
    /** 0 to 23, in the time of {@link Maintenance.utcOffset}. */
    readonly startHour: number;
    /** 4 to 24: Azure takes no less, and a pool with many nodes takes that long. */
    readonly durationHours: number;
}

/** When Azure may change a cluster by itself. */
export interface Maintenance {
    /** Hours and minutes ahead of UTC, for example `+01:00`. Azure knows no daylight saving time. */
    readonly utcOffset: string;
    /** AKS's weekly releases: control plane and add-ons, without a new Kubernetes version. */
    readonly releases: WeeklyWindow;
    /** New Kubernetes versions, where an upgrade channel brings some. */
    readonly clusterUpgrades: WeeklyWindow;
    /** New images of nodes, or patches, by the channel of node images. */
    readonly nodeImages: WeeklyWindow;
    /** Days on which nothing may change, first and last included, for example `2026-12-20`. */
    readonly freezes: readonly { readonly start: string; readonly end: string }[];
}

const hour = 60;
const day = 24 * hour;
const week = 7 * day;

/** The three maintenance configurations of a cluster, by Azure's fixed names. From "Planned maintenance for AKS". */
export function maintenanceConfigurations({ releases, clusterUpgrades, nodeImages, utcOffset, freezes }: Maintenance) {
    const blocked = freezes.map(({ start, end }) => ({ start, end: dayAfter(end) }));
    const scheduled = (window: WeeklyWindow) => ({
        maintenanceWindow: {
            schedule: { weekly: { dayOfWeek: window.day, intervalWeeks: 1 } },
            startTime: `${String(window.startHour).padStart(2, "0")}:00`,
            durationHours: window.durationHours,
            utcOffset,
            notAllowedDates: blocked.length > 0 ? blocked : undefined,
        },
    });
    return {
        // This one is older than the others: it takes whole hours of UTC, and times instead of dates.
        default: {
            timeInWeek: hoursInUtc(releases, utcOffset),
            notAllowedTime:
                blocked.length > 0
                    ? blocked.map(({ start, end }) => ({
                          start: midnightInUtc(start, utcOffset),
                          end: midnightInUtc(end, utcOffset),
                      }))
                    : undefined,
        },
        aksManagedAutoUpgradeSchedule: scheduled(clusterUpgrades),
        aksManagedNodeOSUpgradeSchedule: scheduled(nodeImages),
    };
}

/** Azure's spans of dates end when their last day begins. */
function dayAfter(date: string): string {
    return new Date(Date.parse(`${date}T00:00:00Z`) + day * 60_000).toISOString().slice(0, 10);
}

function midnightInUtc(date: string, utcOffset: string): string {
    return new Date(`${date}T00:00:00${utcOffset}`).toISOString().replace(".000Z", "Z");
}

/** The whole hours of UTC that lie inside a window, by day. */
export function hoursInUtc(window: WeeklyWindow, utcOffset: string): { day: WeekDay; hourSlots: number[] }[] {
    const { start, length } = minutesOf(window);
    const first = start - minutesAhead(utcOffset);
    const slots = new Map<WeekDay, number[]>();
    for (let at = Math.ceil(first / hour) * hour; at + hour <= first + length; at += hour) {
        const minute = (at + week) % week;
        const weekDay = weekDays[Math.floor(minute / day)];
        slots.set(weekDay, [...(slots.get(weekDay) ?? []), (minute % day) / hour]);
    }
    return [...slots].map(([weekDay, hourSlots]) => ({ day: weekDay, hourSlots }));
}

/** Whether two windows have a minute in common. */
export function windowsOverlap(one: WeeklyWindow, other: WeeklyWindow): boolean {
    const [a, b] = [minutesOf(one), minutesOf(other)];
    const ahead = (b.start - a.start + week) % week;
    return ahead < a.length || week - ahead < b.length;
}

/** Minutes since the week began. */
function minutesOf({ day: weekDay, startHour, durationHours }: WeeklyWindow): { start: number; length: number } {
    return { start: weekDays.indexOf(weekDay) * day + startHour * hour, length: durationHours * hour };
}

function minutesAhead(utcOffset: string): number {
    const [hours, minutes] = utcOffset.slice(1).split(":").map(Number);
    return (utcOffset.startsWith("-") ? -1 : 1) * (hours * hour + minutes);
}
