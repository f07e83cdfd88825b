/** Lines of fields as comma-separated values (RFC 4180, with line feeds alone). */
export function csvOf(lines: readonly (readonly string[])[]): string {
    return lines.map((line) => `${line.map(field).join(",")}\n`).join("");
}

function field(text: string): string {
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
