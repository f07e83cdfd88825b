/** Where the pages of the rules are. Relative to the pack until it has a public address: then that address goes here. */
const PAGES = "docs";

/** The page that explains a rule: risk, recommendation, example. */
export function pageOf(id: string): string {
    return `${PAGES}/${id}.md`;
}
