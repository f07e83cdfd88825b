/** The same keys, with other values; what is undefined stays away. */
export function mapValues<From extends Readonly<Record<string, unknown>>, To>(
    record: From,
    map: (value: Exclude<From[keyof From], undefined>, key: Extract<keyof From, string>) => To,
): { [Key in keyof From]: To } {
    const entries = Object.entries(record)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [
            key,
            map(value as Exclude<From[keyof From], undefined>, key as Extract<keyof From, string>),
        ]);
    return Object.fromEntries(entries) as { [Key in keyof From]: To };
}
