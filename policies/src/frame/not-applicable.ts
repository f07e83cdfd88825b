import { AnalyzeResponse, PolicyNotApplicable } from "@pulumi/pulumi/proto/analyzer_pb";
import { looksAt } from "./announced-policy";
import { analyzerService } from "./analyzer-service";
import type { JudgedCall } from "./current-call";
import { judgedCall } from "./current-call";
import { announcedLevel } from "./profile";
import type { Rule } from "./rule";

/*
 * The engine counts a policy as passed unless the reply says that it does not apply. Most rules do not apply to most
 * resources: to say so costs the SDK, the engine and the wire more than to judge. Which rules they are depends on the
 * resource's type alone, so the answer is written once for each type, without the reason, which the engine never shows.
 */

const KINDS = { resource: "resource", stack: "graph" } as const;

/** Adds to every reply of a call that was judged at once which of the rules do not apply. */
export function onReply(rules: readonly Rule[]): void {
    const answers = new Map<string, Buffer>();
    const { analyze, analyzeStack } = analyzerService();
    for (const method of [analyze, analyzeStack]) {
        const serialize = method.responseSerialize;
        method.responseSerialize = (response) => {
            const call = judgedCall();
            // Two messages one after the other are, to protobuf, one with the lists of both.
            return call ? Buffer.concat([serialize(response), answer(call)]) : serialize(response);
        };
    }

    function answer(call: JudgedCall): Buffer {
        const key = [call.kind, ...call.types].join(" ");
        const known = answers.get(key);
        const bytes = known ?? notApplicable(rules, call);
        answers.set(key, bytes);
        return bytes;
    }
}

/** The part of a reply that names the rules of a call's kind which look at none of its types. Those off are none. */
export function notApplicable(rules: readonly Rule[], { kind, types }: JudgedCall): Buffer {
    const others = rules.filter(
        (rule) => rule.kind === KINDS[kind] && announcedLevel(rule) !== "disabled" && !looksAt(rule, types),
    );
    const list = others.map((rule) => {
        const entry = new PolicyNotApplicable();
        entry.setPolicyName(rule.name);
        return entry;
    });
    const response = new AnalyzeResponse();
    response.setNotApplicableList(list);
    return Buffer.from(response.serializeBinary());
}
