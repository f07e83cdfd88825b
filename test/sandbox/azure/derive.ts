import { createHash } from "node:crypto";

/**
 * Values that Azure would make up. They are derived from ids, so that every run gives the same ones: no clock, no
 * chance.
 */

export function hash(...parts: string[]): string {
    return createHash("sha256").update(parts.join("\n").toLowerCase()).digest("hex");
}

export function guid(...parts: string[]): string {
    const digits = hash(...parts);
    // Version 4, variant 1: some clients check these two digits.
    return [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(13, 16)}`,
        `a${digits.slice(17, 20)}`,
        digits.slice(20, 32),
    ].join("-");
}

export function etag(...parts: string[]): string {
    return `W/"${guid(...parts)}"`;
}

/** A key as Azure prints them: base64 of the given number of bytes. */
export function accessKey(bytes: number, ...parts: string[]): string {
    let digits = "";
    for (let round = 0; digits.length < bytes * 2; round++) digits += hash(...parts, String(round));
    return Buffer.from(digits.slice(0, bytes * 2), "hex").toString("base64");
}

/** A public IPv4 address from 20.0.0.0/8, which belongs to Azure. */
export function publicIpAddress(id: string): string {
    const digits = hash("publicIp", id);
    const octet = (from: number) => 1 + (Number.parseInt(digits.slice(from, from + 2), 16) % 254);
    return `20.${octet(0)}.${octet(2)}.${octet(4)}`;
}

export const SIMULATED_TENANT = "11111111-1111-4111-a111-111111111111";
export const SIMULATED_SUBSCRIPTION = "00000000-0000-4000-a000-000000000000";

/** Object id of the service principal behind an identity. */
export function principalIdOf(id: string): string {
    return guid("principal", id);
}

export function clientIdOf(id: string): string {
    return guid("client", id);
}
