import { expect } from "chai";
import { stackNames } from "../support/stack-files";
import { reportsOnAll } from "./support/judgement";
import { ownStack, packConfigured, VIEWS } from "./support/own-stack";

describe("The program's own stacks, under the profile for platforms that auditors visit", function () {
    this.timeout(60_000);

    for (const stack of stackNames()) {
        for (const view of VIEWS) {
            it(`raise nothing and advise nothing: ${stack}, ${view}`, async () => {
                const configuration = packConfigured(stack, "regulated");
                expect(configuration.problems(new Map())).to.deep.equal([]);
                const reports = reportsOnAll(await ownStack(stack, view), configuration);
                const said = reports
                    .filter(({ message }) => !message.startsWith("Waived until "))
                    .map(
                        ({ rule, level, message, urn }) =>
                            `${level} ${rule.name}: ${urn?.split("::").at(-1)}: ${message}`,
                    );
                expect(said).to.deep.equal([]);
                expect(configuration.waivers.unused()).to.deep.equal([]);
            });
        }
    }
});
