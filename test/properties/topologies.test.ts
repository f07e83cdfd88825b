import fc from "fast-check";
import { deploy } from "../support/deploy";
import { topologies } from "./topologies";

describe("Any stack whose settings are accepted", function () {
    this.timeout(900_000);

    it("is accepted by Azure as the sandbox knows it", async () => {
        await fc.assert(
            fc.asyncProperty(topologies(), async (settings) => {
                await deploy(settings);
            }),
            // A platform that Azure refused goes on in the SDK, in the way of simpler ones.
            { numRuns: 12, endOnFailure: true },
        );
    });
});
