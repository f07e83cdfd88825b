import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { prepareCommand, previewArguments } from "../../sandbox/command";
import { startOf } from "../../sandbox/policy-pack";
import { ScratchProject } from "../../sandbox/scratch-project";

describe("a command in the sandbox", () => {
    let folder: string;
    let project: ScratchProject;
    const pack = startOf("/repository/policies");
    const prepare = (...args: string[]) => prepareCommand(args, { project, repository: "/repository" });
    const stackFile = (of: string, stack: string) => join(of, "stacks", `Pulumi.${stack}.yaml`);

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "project-"));
        mkdirSync(join(folder, "stacks"));
        const definition =
            "name: shop\nruntime: { name: nodejs, options: { tsconfig: run.json } }\nstackConfigDir: stacks\n";
        writeFileSync(join(folder, "Pulumi.yaml"), definition);
        writeFileSync(stackFile(folder, "dev"), "config: { shop:size: 1 }\n");
        writeFileSync(stackFile(folder, "prod"), "config: {}\n");
        project = new ScratchProject(join(folder, ".sandbox"), folder);
        project.refresh();
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it("works on the dev stack unless it names another", () => {
        expect(prepare("refresh").stack).to.equal("dev");
        expect(prepare("refresh", "--stack", "prod").stack).to.equal("prod");
        expect(prepare("refresh", "-s=prod").stack).to.equal("prod");
        expect(prepare("--stack", "prod", "up").args).to.deep.equal(["--stack", "prod", "up", "--policy-pack", pack]);
        for (const args of [["stack", "ls"], ["stack", "init", "x"], ["about"], ["policy", "analyze", "--file", "f"]]) {
            expect(prepare(...args), args.join(" ")).to.deep.equal({ args, stack: undefined });
        }
    });

    it("has a short form for previews", () => {
        expect(previewArguments([])).to.deep.equal(["preview", "--non-interactive"]);
        expect(previewArguments(["prod", "--diff"])).to.deep.equal([
            "preview",
            "--non-interactive",
            "--stack",
            "prod",
            "--diff",
        ]);
        expect(previewArguments(["--diff"])).to.deep.equal(["preview", "--non-interactive", "--diff"]);
    });

    it("lists the stacks when the named one doesn't exist", () => {
        expect(() => prepare("preview", "--stack", "staging")).to.throw("no stack 'staging'. Stacks: dev, prod.");
    });

    it("judges preview and up by the policy pack and its configuration for the stack", () => {
        expect(prepare("up", "--yes").args).to.deep.equal(["up", "--yes", "--policy-pack", pack]);
        expect(prepare("destroy").args).to.deep.equal(["destroy"]);
        const config = join(folder, "stacks", "policy.prod.json");
        writeFileSync(config, "{}");
        expect(prepare("preview", "--stack=prod").args).to.deep.equal([
            ...["preview", "--stack=prod", "--policy-pack", pack, "--policy-pack-config", config],
        ]);
    });

    it("leaves the pack out on request, and for a pack of the caller's", () => {
        expect(prepare("up", "--no-policy", "--yes").args).to.deep.equal(["up", "--yes"]);
        expect(prepare("up", "--policy-pack", "other").args).to.deep.equal(["up", "--policy-pack", "other"]);
    });

    it("runs on a copy of the project whose program is the original", () => {
        const copy = parse(readFileSync(join(project.directory, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
        expect(copy).to.deep.include({ name: "shop", runtime: { name: "nodejs", options: { tsconfig: "run.json" } } });
        expect(join(project.directory, String(copy["main"]))).to.equal(folder);
    });

    it("keeps what was set in the sandbox until the project's own file changes, and the salt for good", () => {
        const copy = stackFile(project.directory, "dev");
        const changed = "encryptionsalt: v1:abc\nconfig: { shop:size: 2 }\n";
        writeFileSync(copy, changed);
        project.refresh();
        expect(readFileSync(copy, "utf8")).to.equal(changed);
        writeFileSync(stackFile(folder, "dev"), "config: { shop:size: 3 }\n");
        project.refresh();
        expect(parse(readFileSync(copy, "utf8"))).to.deep.equal({
            encryptionsalt: "v1:abc",
            config: { "shop:size": 3 },
        });
        expect(readFileSync(stackFile(folder, "dev"), "utf8")).to.not.contain("encryptionsalt");
    });

    it("needs a Pulumi project", () => {
        expect(() => new ScratchProject(folder, join(folder, "stacks"))).to.throw("holds no Pulumi project");
    });
});
