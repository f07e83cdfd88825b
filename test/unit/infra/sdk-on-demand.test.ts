import { resolve } from "node:path";
import { expect } from "chai";
import { reportOf } from "../../support/node-process";

const REPOSITORY = resolve(__dirname, "..", "..", "..");

interface Loaded {
    /** How many files of npm's resolver are loaded with the SDK. */
    readonly withSdk: number;
    readonly onDemand: number;
    readonly resolver: string;
}

function loadSdk(before: string): Loaded {
    return reportOf(
        `
        ${before}
        const requireAsSdk = require("node:module").createRequire(require.resolve("@pulumi/pulumi"));
        const parts = () => Object.keys(require.cache).filter((file) => /arborist.lib.arborist/.test(file)).length;
        require("@pulumi/pulumi");
        const withSdk = parts();
        const resolver = typeof requireAsSdk("@npmcli/arborist").Arborist;
        report({ withSdk, resolver, onDemand: parts() });`,
        REPOSITORY,
    );
}

describe("The SDK's dependency resolver", function () {
    this.timeout(20_000);

    it("is loaded with the SDK, if nobody prevents it", () => {
        const { withSdk } = loadSdk("");
        expect(withSdk).to.be.greaterThan(0);
    });

    it("is loaded when it is first asked for", () => {
        const { withSdk, onDemand, resolver } = loadSdk(
            'require("ts-node/register/transpile-only"); require("./infra/sdk-on-demand");',
        );
        expect(withSdk).to.equal(0);
        expect(onDemand).to.be.greaterThan(0);
        expect(resolver).to.equal("function");
    });
});
