import type { EgressRow } from "../components/network/egress-table-plan";

const columns = ["rule", "sources", "destination", "protocol", "port", "why", "source"] as const;

/** How the list of what may leave is written down. */
export const egressFormats: Readonly<Record<string, (rows: readonly EgressRow[]) => string>> = {
    table: (rows) => {
        const lines = [[...columns], ...rows.map(cellsOf)];
        const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
        return lines
            .map((line) =>
                line
                    .map((cell, column) => cell.padEnd(widths[column]))
                    .join("  ")
                    .trimEnd(),
            )
            .join("\n");
    },
    csv: (rows) => [[...columns], ...rows.map(cellsOf)].map((line) => line.map(quoted).join(",")).join("\r\n"),
    json: (rows) => JSON.stringify(rows, undefined, 4),
    markdown: (rows) =>
        [[...columns], columns.map(() => "---"), ...rows.map((row) => cellsOf(row).map(escaped))]
            .map((line) => `| ${line.join(" | ")} |`)
            .join("\n"),
};

function cellsOf(row: EgressRow): string[] {
    return columns.map((column) => (column === "sources" ? row.sources.join(" ") : row[column]));
}

/** As RFC 4180 wants it; a leading apostrophe keeps spreadsheets from running a text of configuration as a formula. */
function quoted(cell: string): string {
    const text = /^[=+@-]/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function escaped(cell: string): string {
    return cell.replaceAll("|", "\\|").replaceAll("*", "\\*").replace(/\s+/g, " ");
}
