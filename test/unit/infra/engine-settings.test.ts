import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import type * as alias_pb from "@pulumi/pulumi/proto/alias_pb";
import { expect } from "chai";
import {
    dropDebugMessages,
    dropVersionedAliases,
    skipTracesOfPromises,
    translateFramesOnce,
} from "../../../infra/engine-settings";
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

    describe("stack traces of promises", () => {
        const sdk = debuggable as unknown as {
            debuggablePromise: (promise: Promise<unknown>, context?: string) => Promise<unknown>;
            leakedPromises: () => [Set<Promise<unknown>>, string];
        };
        const original = sdk.debuggablePromise;
        afterEach(() => {
            sdk.debuggablePromise = original;
            pulumi.runtime.setAllConfig({});
        });
        const traceOf = (): string => {
            const promise = Promise.resolve();
            void sdk.debuggablePromise(promise);
            return (promise as unknown as { _debugStackTrace: string })._debugStackTrace;
        };

        it("are left out, and those of errors are as long as ever", () => {
            const before = new Error("broken").stack?.split("\n") ?? [];
            skipTracesOfPromises();
            expect(traceOf()).to.equal("Error");
            const after = new Error("broken").stack?.split("\n") ?? [];
            expect(after).to.have.length(before.length).above(5);
        });

        it("are kept where a stack says so, or Pulumi's own switch", () => {
            pulumi.runtime.setAllConfig({ "secure-aks-ml-engine:keepTracesOfPromises": "true" });
            skipTracesOfPromises();
            expect(traceOf()).to.contain("engine-settings.test.ts");

            pulumi.runtime.setAllConfig({});
            process.env["PULUMI_DEBUG_PROMISE_LEAKS"] = "true";
            try {
                skipTracesOfPromises();
                expect(traceOf()).to.contain("engine-settings.test.ts");
            } finally {
                delete process.env["PULUMI_DEBUG_PROMISE_LEAKS"];
            }
        });

        it("are of no matter to a promise that never ends: it is still reported", () => {
            skipTracesOfPromises();
            const endless = new Promise(() => undefined);
            void sdk.debuggablePromise(endless);
            const [leaked] = sdk.leakedPromises();
            expect(leaked.has(endless)).to.equal(true);
        });
    });

    describe("frames of stack traces", () => {
        const original = Error.prepareStackTrace;
        const limit = Error.stackTraceLimit;
        afterEach(() => {
            Error.prepareStackTrace = original;
            Error.stackTraceLimit = limit;
        });
        /** How the SDK takes the source positions of a resource. */
        const positions = () => {
            Error.stackTraceLimit = Number.POSITIVE_INFINITY;
            return new Error().stack?.split("\n").map((line) => /[^ (]+:\d+:\d+/.exec(line)?.[0]);
        };

        it("are those of TypeScript, the first time and later", () => {
            const stacks = [1, 2, 3].map((time) => {
                if (time === 2) translateFramesOnce();
                return positions();
            });
            expect(stacks[1]).to.deep.equal(stacks[0]);
            expect(stacks[2]).to.deep.equal(stacks[0]);
            expect(stacks[0]?.[1]).to.match(/engine-settings\.test\.ts:\d+:\d+/);
        });

        it("are translated once for all resources", () => {
            let translations = 0;
            Error.prepareStackTrace = (error, frames) => {
                translations += frames.length;
                return [error, ...frames].join("\n    at ");
            };
            translateFramesOnce();
            const counts = [1, 2].map(() => {
                positions();
                return translations;
            });
            expect(counts[0]).to.be.above(5);
            expect(counts[1]).to.equal(counts[0]);
        });

        it("are left to the loader for an error that says something", () => {
            translateFramesOnce();
            const error = new Error("broken");
            expect(error.stack).to.match(/^Error: broken\n.*engine-settings\.test\.ts/);
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
