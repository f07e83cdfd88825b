import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { stackFileSchema } from "./stack-file-schema";

/** Writes `stacks/stack.schema.json`. Editors read it, because each stack file names it in its first line. */
async function writeSchema(): Promise<void> {
    const file = join(__dirname, "..", "..", "stacks", "stack.schema.json");
    const style = await resolveConfig(file);
    writeFileSync(file, await format(JSON.stringify(stackFileSchema()), { ...style, filepath: file }));
}

void writeSchema();
