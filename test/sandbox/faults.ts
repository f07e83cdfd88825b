import { z } from "zod";

const faultSchema = z
    .strictObject({
        type: z
            .string()
            .describe("Type token, for example azure-native:network:Subnet or kubernetes:core/v1:Namespace"),
        operation: z.enum(["create", "update", "delete", "read"]),
        name: z.string().optional().describe("Logical name in the program; without it any resource of the type"),
        code: z.string().describe("ARM error code, for example InternalServerError"),
        message: z.string().default("The request failed because the simulation was told to fail it."),
        status: z.number().int().min(400).max(599).default(500),
        times: z.number().int().positive().default(1).describe("How many requests fail before they succeed"),
    })
    .readonly();

/** A failure that the simulated cloud was told to produce. */
export type Fault = z.input<typeof faultSchema>;
type ParsedFault = z.output<typeof faultSchema>;
export type Operation = ParsedFault["operation"];

/** Faults still to come. Every hit counts one of a fault's `times` down. */
export class Faults {
    private readonly pending: { readonly fault: ParsedFault; left: number }[];

    /** @throws Error that lists what is wrong in the faults. */
    constructor(faults: readonly Fault[] = []) {
        this.pending = parse(faults).map((fault) => ({ fault, left: fault.times }));
    }

    /** The fault that hits this request, if any. */
    take(type: string, operation: Operation, name: string): ParsedFault | undefined {
        const hit = this.pending.find(
            ({ fault, left }) =>
                left > 0 &&
                fault.operation === operation &&
                fault.type === type &&
                (fault.name === undefined || fault.name === name),
        );
        if (hit) hit.left--;
        return hit?.fault;
    }
}

function parse(faults: unknown): ParsedFault[] {
    const result = z.array(faultSchema).safeParse(faults);
    if (result.success) return result.data;
    throw new Error(`The faults for the simulated cloud are not valid.\n${z.prettifyError(result.error)}`);
}

/**
 * Faults from the environment variable SANDBOX_FAULTS: a JSON list of
 * `{ type, operation, name?, code, message?, status?, times? }`.
 */
export function faultsFromEnvironment(text: string | undefined): Fault[] {
    if (text === undefined || text === "") return [];
    try {
        return JSON.parse(text) as Fault[];
    } catch {
        throw new Error(`SANDBOX_FAULTS is not JSON: ${text}. It takes a list of { type, operation, code, ... }.`);
    }
}
