import { parseArgs } from "node:util";
import { egressTable } from "../components/network/egress-table-plan";
import { mapValues } from "../components/record";
import { plannedSpoke } from "./address-plan";
import { readSettings, type Settings } from "./config/load";
import { describeProblems } from "./config/problem";
import { readStackFile, StackFileError } from "./config/stack-file";
import { plannedEgress } from "./egress";
import { egressFormats } from "./egress-formats";

/** What a command prints, and the code that it ends with. */
export interface CommandResult {
    readonly exitCode: number;
    readonly output: string;
    readonly errors: string;
}

const usage = `Usage: npm run egress -- <stack> [--format ${Object.keys(egressFormats).join("|")}]`;

/**
 * `npm run egress -- <stack>`: everything that may leave the stack's nodes, for appliances that are fed by hand.
 * Reads the stack's file alone, and needs neither Pulumi nor an account.
 * @param folder Where stack files are. Default: `stacks/`.
 */
export function egressCommand(args: readonly string[], folder?: string): CommandResult {
    try {
        const { stack, format } = read(args);
        const { settings, problems } = readSettings(readStackFile(stack, folder));
        return settings ? succeed(egressFormats[format](rowsOf(settings))) : fail(describeProblems(stack, problems));
    } catch (error) {
        if (error instanceof StackFileError || error instanceof UsageError) {
            return fail(error.message);
        }
        throw error;
    }
}

class UsageError extends Error {}

function read(args: readonly string[]): { stack: string; format: string } {
    const { values, positionals } = parsed(args);
    const [stack, ...more] = positionals;
    if (stack === undefined || more.length > 0) {
        throw new UsageError(usage);
    }
    if (!Object.hasOwn(egressFormats, values.format)) {
        throw new UsageError(`There is no format "${values.format}".\n${usage}`);
    }
    return { stack, format: values.format };
}

function parsed(args: readonly string[]) {
    try {
        const options = { format: { type: "string", short: "f", default: "table" } } as const;
        return parseArgs({ args: [...args], options, allowPositionals: true });
    } catch (error) {
        throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    }
}

function rowsOf(settings: Settings) {
    const plans = mapValues(settings.spokes, (spoke) => plannedSpoke(spoke, settings.addresses));
    return egressTable(plannedEgress(settings, plans));
}

function succeed(output: string): CommandResult {
    return { exitCode: 0, output: `${output}\n`, errors: "" };
}

function fail(errors: string): CommandResult {
    return { exitCode: 1, output: "", errors: `${errors}\n` };
}

if (require.main === module) {
    const { exitCode, output, errors } = egressCommand(process.argv.slice(2));
    process.stdout.write(output);
    process.stderr.write(errors);
    process.exitCode = exitCode;
}
