import type { Policies } from "@pulumi/policy";
import { RecordedInputs, recorderPolicy } from "./frame/recorded-inputs";
import { toPolicies } from "./frame/to-policy";
import { allRules } from "./rules/all-rules";

const recorded = new RecordedInputs();

/** What the pack serves: the recorder first, then every rule. */
export const policies: Policies = [recorderPolicy(recorded), ...toPolicies(allRules, recorded)];
