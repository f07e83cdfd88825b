import { expect } from "chai";
import {
    AnalyzeRequest,
    AnalyzerResource,
    AnalyzerResourceOptions,
    AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { normalizeType } from "../../policies/src/frame/azure-type";
import { JudgingPolicies } from "../../policies/src/frame/judging-policy";
import { notApplicable } from "../../policies/src/frame/not-applicable";
import { announcedLevel } from "../../policies/src/frame/profile";
import { NetworkModel } from "../../policies/src/graph/network-model";
import { allRules } from "../../policies/src/rules/all-rules";
import { hubAndSpoke } from "./fixtures/hub-and-spoke";
import { graphOf, urnOf } from "./support/scene";
import type { Declared } from "./support/scene";
import { serve } from "./support/sdk-server";

const policies = new JudgingPolicies(allRules, "2026-11-30").policies();
const pack = serve(policies);

/** Properties that count how often they are read. */
class CountedProperties {
    reads = 0;
    readonly struct: Struct;

    constructor(inputs: Declared["inputs"]) {
        this.struct = Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>);
        const read = this.struct.toJavaScript.bind(this.struct);
        this.struct.toJavaScript = () => {
            this.reads++;
            return read();
        };
    }
}

function described<Resource extends AnalyzeRequest | AnalyzerResource>(
    request: Resource,
    resource: Declared,
    properties: CountedProperties,
): Resource {
    request.setType(resource.type);
    request.setName(resource.name);
    request.setUrn(urnOf(resource));
    request.setProperties(properties.struct);
    request.setOptions(new AnalyzerResourceOptions());
    return request;
}

function requestFor(resource: Declared): AnalyzeRequest {
    return described(new AnalyzeRequest(), resource, new CountedProperties(resource.inputs));
}

function namesOf(reply: AnalyzeResponse): string[] {
    return reply.getNotApplicableList().map((entry) => entry.getPolicyName());
}

describe("What the pack costs", () => {
    it("is one reading of a resource's properties, however many rules look at it", async () => {
        for (const resource of hubAndSpoke) {
            const properties = new CountedProperties(resource.inputs);
            await pack.analyze(described(new AnalyzeRequest(), resource, properties));
            expect(properties.reads, resource.type).to.equal(1);
        }
    });

    it("is one reading of all properties for a stack, however many rules look at it", async () => {
        const counted = hubAndSpoke.map((resource) => ({
            resource,
            properties: new CountedProperties(resource.inputs),
        }));
        const request = new AnalyzeStackRequest();
        request.setResourcesList(
            counted.map(({ resource, properties }) => described(new AnalyzerResource(), resource, properties)),
        );
        await pack.analyzeStack(request);
        expect(counted.map(({ properties }) => properties.reads)).to.deep.equal(counted.map(() => 1));
    });

    it("is no list of rules that don't apply, which the SDK would write for every resource", async () => {
        for (const resource of hubAndSpoke) {
            const reply = await pack.analyze(requestFor(resource));
            expect(reply.getNotApplicableList(), resource.type).to.deep.equal([]);
        }
    });

    it("is no other answer than that of an SDK that asks every rule", async () => {
        const askingEach = serve([...policies]);
        const off = new Set(allRules.filter((rule) => announcedLevel(rule) === "disabled").map(({ name }) => name));
        for (const resource of hubAndSpoke) {
            const [reply, each] = await Promise.all(
                [pack, askingEach].map((each) => each.analyze(requestFor(resource))),
            );
            expect(reply?.getDiagnosticsList()).to.deep.equal(each?.getDiagnosticsList());
            const types = new Set([normalizeType(resource.type)]);
            const added = AnalyzeResponse.deserializeBinary(notApplicable(allRules, { kind: "resource", types }));
            expect(namesOf(added).filter((name) => !off.has(name))).to.have.members(each ? namesOf(each) : []);
        }
    });

    it("is one network model for all rules about the stack", () => {
        const graph = graphOf(hubAndSpoke);
        expect(graph.model(NetworkModel)).to.equal(graph.model(NetworkModel));
        expect(graphOf(hubAndSpoke).model(NetworkModel)).not.to.equal(graph.model(NetworkModel));
    });
});
