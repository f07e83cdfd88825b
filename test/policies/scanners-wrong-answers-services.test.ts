import { expect } from "chai";
import type { RuleCase } from "./support/rule-case";
import { findingsOf, verdictOf } from "./support/judge";
import type { Declared, Properties } from "./support/scene";

const compute = (computeType: string, properties: Properties): Declared => ({
    type: "azure-native:machinelearningservices:Compute",
    name: "compute",
    inputs: { workspaceName: "mlw", properties: { computeType, ...properties } },
});

const workspace = (inputs: Properties): Declared => ({
    type: "azure-native:machinelearningservices:Workspace",
    name: "ml",
    inputs: { workspaceName: "mlw", ...inputs },
});

const kubernetes = compute("Kubernetes", { properties: { namespace: "jobs" } });

/** What a scanner says of these resources is wrong; the rule and its right answer. */
const answers: [string, string, Declared[], RuleCase["verdict"]][] = [
    [
        "CKV_AZURE_59 passes an account in an ARM template that leaves its public access to Azure's default",
        "st-no-public-net",
        [{ type: "azure-native:storage:StorageAccount", name: "data", inputs: {} }],
        "fail",
    ],
    [
        "CKV_AZURE_243 takes what a managed network leads out to for an endpoint that leads in",
        "private-service-closure",
        [
            workspace({
                publicNetworkAccess: "Disabled",
                managedNetwork: { outboundRules: { data: { type: "PrivateEndpoint", destination: {} } } },
            }),
        ],
        "fail",
    ],
    [
        "CKV2_AZURE_49 passes a workspace without a managed network, whatever runs in it",
        "ml-isolation",
        [
            workspace({}),
            {
                type: "azure-native:machinelearningservices:OnlineDeployment",
                name: "deployment",
                inputs: { workspaceName: "mlw", properties: { endpointComputeType: "Managed" } },
            },
        ],
        "fail",
    ],
    [
        "CKV2_AZURE_49 passes it although a compute cluster has no other network either",
        "ml-compute-vnet",
        [workspace({}), compute("AmlCompute", { properties: {} })],
        "fail",
    ],
    ["Azure.ML.ComputeVnet refuses every Kubernetes compute", "ml-compute-vnet", [workspace({}), kubernetes], "pass"],
    ["Azure.ML.DisableLocalAuth refuses every Kubernetes compute", "ml-compute-local-auth", [kubernetes], "pass"],
    [
        "Azure.ML.DisableLocalAuth refuses a compute cluster for the right reason",
        "ml-compute-local-auth",
        [compute("AmlCompute", { properties: {} })],
        "fail",
    ],
];

describe("What scanners decide wrongly about services", () => {
    for (const [what, rule, scene, verdict] of answers) {
        it(`${what}: ${rule} says ${verdict}`, () => {
            expect(verdictOf(findingsOf(rule, scene))).to.equal(verdict);
        });
    }
});
