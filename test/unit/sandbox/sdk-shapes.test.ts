import { expect } from "chai";
import { classShape, interfaceFields } from "../../sandbox/azure/sdk-shapes";

describe("shapes of azure-native types", () => {
    it("are read from the SDK's declarations: arguments, outputs and the API version", () => {
        const shape = classShape("network:Subnet");
        expect(shape?.inputs.get("virtualNetworkName")).to.deep.equal({ required: true, shape: { kind: "scalar" } });
        expect(shape?.inputs.get("addressPrefix")?.required).to.equal(false);
        expect(shape?.outputs.get("provisioningState")?.shape).to.deep.equal({ kind: "scalar" });
        expect(shape?.apiVersion).to.match(/^\d{4}-\d{2}-\d{2}/);
        expect(classShape("network:Subnetwork")).to.equal(undefined);
    });

    it("nest: an interface has fields of its own", () => {
        const { inputs } = classShape("network:RouteTable") ?? { inputs: new Map() };
        const routes = inputs.get("routes")?.shape;
        expect(routes).to.deep.equal({
            kind: "array",
            items: { kind: "object", interface: "inputs.network.RouteArgs" },
        });
        const fields = interfaceFields("inputs.network.RouteArgs");
        expect(fields.get("nextHopType")?.required).to.equal(true);
        expect(fields.get("addressPrefix")?.required).to.equal(false);
    });

    it("belong to the module that is asked for, be it the first or the last in the file", () => {
        expect([...interfaceFields("inputs.network.RouteArgs").keys()]).to.include("nextHopIpAddress");
        expect([...interfaceFields("inputs.aad.RouteArgs").keys()]).to.deep.equal([]);
        expect([...interfaceFields("inputs.nosuchmodule.RouteArgs").keys()]).to.deep.equal([]);
        expect([...interfaceFields("inputs.aad.ConfigDiagnosticsArgs").keys()]).to.have.length.above(0);
        expect([...interfaceFields("outputs.workloads.YearlyRetentionScheduleResponse").keys()]).to.include(
            "retentionTimes",
        );
    });
});
