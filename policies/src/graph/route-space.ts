import type { AddressRange, Prefix } from "./address-set";
import { AddressSet, compare } from "./address-set";

/**
 * Where a route comes from, in the order in which Azure prefers routes of the same length
 * (Azure documentation, "Virtual network traffic routing").
 */
export type RouteOrigin =
    /** Written by people into a route table. */
    | "user"
    /** Announced to a gateway, or set for its connections. */
    | "learned"
    /** Azure's own for the network itself and for its peerings; a learned one does not replace it, however specific. */
    | "network"
    /** Azure's own for all else. */
    | "default";

export interface SpaceRoute {
    readonly prefix: Prefix;
    readonly origin: RouteOrigin;
}

/** Addresses that one route decides. */
export interface RoutedPart<R extends SpaceRoute> {
    readonly addresses: AddressRange;
    readonly route: R;
}

const RANK: Readonly<Record<RouteOrigin, number>> = { user: 0, learned: 1, network: 2, default: 3 };

/** Divides all addresses that any route covers by the route that Azure takes to them. In n log n. */
export function divideByRoute<R extends SpaceRoute>(routes: readonly R[]): RoutedPart<R>[] {
    const kept = AddressSet.of(routes.filter(({ origin }) => origin === "network").map(({ prefix }) => prefix));
    const learned = routes.filter(({ origin }) => origin === "learned");
    const others = divideNested(routes.filter(({ origin }) => origin !== "learned"));
    if (learned.length === 0) {
        return others;
    }
    const free = divideNested(learned).flatMap(({ addresses, route }) =>
        AddressSet.of([addresses])
            .minus(kept)
            .ranges.map((part) => ({ addresses: part, route })),
    );
    return merge(others, free);
}

/** Whether Azure prefers one route to another that covers the same address. */
function better(one: SpaceRoute, other: SpaceRoute): boolean {
    const longer = one.prefix.length - other.prefix.length;
    return longer > 0 || (longer === 0 && RANK[one.origin] < RANK[other.origin]);
}

/** Prefixes are nested or apart, so those that are open at an address form a stack, the longest on top. */
function divideNested<R extends SpaceRoute>(routes: readonly R[]): RoutedPart<R>[] {
    const sorted = [...routes].sort(
        (a, b) =>
            compare(a.prefix.first, b.prefix.first) ||
            a.prefix.length - b.prefix.length ||
            RANK[b.origin] - RANK[a.origin],
    );
    const parts: RoutedPart<R>[] = [];
    const open: R[] = [];
    let next = 0n;
    const fillTo = (end: bigint) => {
        for (let top = open.at(-1); top !== undefined && next < end; top = open.at(-1)) {
            const last = top.prefix.last < end - 1n ? top.prefix.last : end - 1n;
            if (next <= last) {
                parts.push({ addresses: { first: next, last }, route: top });
                next = last + 1n;
            }
            if (top.prefix.last < end) {
                open.pop();
            }
        }
    };
    for (const route of sorted) {
        fillTo(route.prefix.first);
        next = route.prefix.first;
        open.push(route);
    }
    const end = sorted.reduce((last, { prefix }) => (prefix.last > last ? prefix.last : last), -1n) + 1n;
    fillTo(end);
    return parts;
}

/** Two divisions into one: where both have a route, the better one. */
function merge<R extends SpaceRoute>(one: readonly RoutedPart<R>[], other: readonly RoutedPart<R>[]): RoutedPart<R>[] {
    const edges = [...one, ...other].flatMap(({ addresses }) => [addresses.first, addresses.last + 1n]);
    const sorted = [...new Set(edges)].sort(compare);
    const [inOne, inOther] = [cursor(one), cursor(other)];
    return sorted.slice(0, -1).flatMap((first, index) => {
        const [a, b] = [inOne(first), inOther(first)];
        const route = a && b ? (better(b, a) ? b : a) : (a ?? b);
        return route ? [{ addresses: { first, last: (sorted[index + 1] ?? first) - 1n }, route }] : [];
    });
}

/** Finds the routes of growing addresses. */
function cursor<R extends SpaceRoute>(parts: readonly RoutedPart<R>[]): (place: bigint) => R | undefined {
    let index = 0;
    return (place) => {
        for (let part = parts[index]; part !== undefined && part.addresses.last < place; part = parts[index]) {
            index++;
        }
        const part = parts[index];
        return part !== undefined && part.addresses.first <= place ? part.route : undefined;
    };
}
