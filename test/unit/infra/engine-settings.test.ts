import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import type * as alias_pb from "@pulumi/pulumi/proto/alias_pb";
import { expect } from "chai";
import { dropDebugMessages, dropVersionedAliases, skipTracesOfPromises } from "../../../infra/engine-settings";
import { capture, only } from "../../support/capture";

describe("The settings of Pulumi's machinery", function () {
    this.timeout(30_000);

    describe("aliases", () => {
        const aliasesOf = async (config: Record<string, string>): Promise<string[]> => {
            const registered = await capture(
                () => {
                    dropVersionedAliases();
                    new network.PublicIPAddress(
                        "address",
                        { resourceGroupName: "rg" },
                        {
                            aliases: [
                                { name: "former" },
                                "urn:pulumi:dev::other::azure-native:network:PublicIPAddress::old",
                            ],
                        },
                    );
                },
                { aliases: true, config },
            );
            const { request } = only(registered, "azure-native:network:PublicIPAddress");
            const aliases: alias_pb.Alias[] = request.getAliasesList();
            return aliases.map(
                (alias) => alias.getUrn() || alias.getSpec()?.getType() || alias.getSpec()?.getName() || "",
            );
        };

        it("of other API versions are dropped; those that a person wrote stay", async () => {
            const aliases = await aliasesOf({});
            expect(aliases).to.include.members([
                "former",
                "urn:pulumi:dev::other::azure-native:network:PublicIPAddress::old",
            ]);
            expect(aliases.filter((alias) => /v\d{8}/.test(alias))).to.deep.equal([]);
        });

        it("are all kept where a stack says so", async () => {
            const aliases = await aliasesOf({ "secure-aks-ml-engine:keepVersionedAliases": "true" });
            expect(aliases.filter((alias) => /v\d{8}/.test(alias))).to.have.length.above(20);
        });
    });

    describe("stack traces", () => {
        const original = Error.prepareStackTrace;
        const limit = Error.stackTraceLimit;
        afterEach(() => {
            Error.prepareStackTrace = original;
            Error.stackTraceLimit = limit;
            pulumi.runtime.setAllConfig({});
        });

        it("are as long as ever for an error that says something, with lines of TypeScript", () => {
            const before = new Error("broken").stack?.split("\n") ?? [];
            skipTracesOfPromises();
            const after = new Error("broken").stack?.split("\n") ?? [];
            expect(after).to.have.length(before.length).above(5);
            expect(after[1]).to.match(/engine-settings\.test\.ts:\d+:\d+/);
        });

        it("are as long as ever for an error that gets its message later", () => {
            skipTracesOfPromises();
            const error = new Error();
            error.message = "failed to register";
            expect(error.stack?.split("\n")).to.have.length.above(5);
        });

        it("are kept where the frame limit is lifted: Pulumi takes the source positions of resources from them", () => {
            skipTracesOfPromises();
            Error.stackTraceLimit = Number.POSITIVE_INFINITY;
            const { stack } = new Error();
            expect(stack?.split("\n")).to.have.length.above(5);
        });

        it("of promises are left out, unless a stack or Pulumi's own switch wants them", () => {
            // Mocha lifts the limit for its own sake.
            Error.stackTraceLimit = 10;
            skipTracesOfPromises();
            expect(new Error().stack).to.equal("Error");

            Error.prepareStackTrace = original;
            pulumi.runtime.setAllConfig({ "secure-aks-ml-engine:keepTracesOfPromises": "true" });
            skipTracesOfPromises();
            expect(new Error().stack?.split("\n")).to.have.length.above(5);

            pulumi.runtime.setAllConfig({});
            process.env["PULUMI_DEBUG_PROMISE_LEAKS"] = "true";
            try {
                skipTracesOfPromises();
                expect(new Error().stack?.split("\n")).to.have.length.above(5);
            } finally {
                delete process.env["PULUMI_DEBUG_PROMISE_LEAKS"];
            }
        });
    });

    describe("debug messages", () => {
        const original = pulumi.log.debug;
        afterEach(() => {
            Object.assign(pulumi.log, { debug: original });
            pulumi.runtime.setAllConfig({});
        });

        it("are dropped, and warnings are not", () => {
            const { warn } = pulumi.log;
            dropDebugMessages();
            expect(pulumi.log.debug).not.to.equal(original);
            expect(pulumi.log.warn).to.equal(warn);
        });

        it("are kept where a stack says so", () => {
            pulumi.runtime.setAllConfig({ "secure-aks-ml-engine:keepDebugMessages": "true" });
            dropDebugMessages();
            expect(pulumi.log.debug).to.equal(original);
        });
    });
});
