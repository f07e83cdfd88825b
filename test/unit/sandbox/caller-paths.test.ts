import { expect } from "chai";
import { join, resolve } from "node:path";
import { pathsFrom } from "../../sandbox/caller-paths";

describe("paths in a command's options", () => {
    const folder = resolve("somewhere");
    const from = (...args: string[]) => pathsFrom(folder, args);

    it("start where the person stands", () => {
        const args = ["policy", "analyze", "--policy-pack", "policies", "--file=../state.json"];
        expect(from(...args)).to.deep.equal([
            ...["policy", "analyze", "--policy-pack", join(folder, "policies")],
            `--file=${resolve("state.json")}`,
        ]);
    });

    it("may be several, separated by commas", () => {
        expect(from("up", "--policy-pack", "one,two")).to.deep.equal([
            ...["up", "--policy-pack", `${join(folder, "one")},${join(folder, "two")}`],
        ]);
    });

    it("stay as they are where they are absolute", () => {
        const args = ["preview", "--policy-pack-config", resolve("policy.json"), `--save-plan=${resolve("plan")}`];
        expect(from(...args)).to.deep.equal(args);
    });

    it("are told from values that only look like paths", () => {
        const args = ["config", "set", "kubernetesObjects.directory", "file", "--stack", "dev", "--message=a/b"];
        expect(from(...args)).to.deep.equal(args);
    });
});
