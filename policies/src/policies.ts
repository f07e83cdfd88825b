import { JudgingPolicies } from "./frame/judging-policy";
import { onReply } from "./frame/not-applicable";
import { onConfigure } from "./frame/received-config";
import { allRules } from "./rules/all-rules";

const today = new Date().toISOString().slice(0, "2026-11-30".length);
const judging = new JudgingPolicies(allRules, today);
onConfigure((received) => judging.configure(received));
onReply(allRules);

/** What the pack serves. */
export const policies = judging.policies();
