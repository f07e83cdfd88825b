import { z } from "zod";

/** Decides what is on by default where a stack doesn't say: what protects and records is, in production. */
export const environmentSchema = z.enum(["dev", "staging", "prod"]);

export type Environment = z.output<typeof environmentSchema>;
