/** Ports from the first to the last, both included. */
export interface PortRange {
    readonly first: number;
    readonly last: number;
}

export const ALL_PORTS: PortRange = { first: 0, last: 65535 };

/** Reads `443`, `8080-8090` or `*`; undefined if the text is none of them. */
export function portRangeOf(text: string): PortRange | undefined {
    if (text.trim() === "*") {
        return ALL_PORTS;
    }
    const match = /^\s*(\d+)\s*(?:-\s*(\d+))?\s*$/.exec(text);
    return match ? { first: Number(match[1]), last: Number(match[2] ?? match[1]) } : undefined;
}

export function port(number: number): PortRange {
    return { first: number, last: number };
}

export function holdsPorts(outer: PortRange, inner: PortRange): boolean {
    return outer.first <= inner.first && outer.last >= inner.last;
}

/** Whether ranges together hold all of another. */
export function coverPorts(ranges: readonly PortRange[], inner: PortRange): boolean {
    let next = inner.first;
    for (const { first, last } of [...ranges].sort((one, other) => one.first - other.first)) {
        next = first <= next ? Math.max(next, last + 1) : next;
    }
    return next > inner.last;
}

export function sharesPorts(one: PortRange, other: PortRange): boolean {
    return one.first <= other.last && one.last >= other.first;
}

/** A range as a message shows it. */
export function showPorts({ first, last }: PortRange): string {
    return first === last ? String(first) : `${first}-${last}`;
}
