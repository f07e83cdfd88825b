import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { indexFile } from "./frame/rule-index";
import { pageOf, pageWith } from "./frame/rule-page";
import { allRules } from "./rules/all-rules";

// Writes what follows from the rules: rules.json, and their pages down to the examples.
const PACK = join(__dirname, "..");

writeFileSync(join(PACK, "rules.json"), indexFile(allRules));
for (const rule of allRules) {
    const file = join(PACK, pageOf(rule.id));
    writeFileSync(file, pageWith(rule, existsSync(file) ? readFileSync(file, "utf8") : ""));
}
