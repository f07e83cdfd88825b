import { expect } from "chai";
import fc from "fast-check";
import { extensionSettings, type ExtensionSettings } from "../../components/ml/extension-settings-plan";
import { instanceTypeSpec, type InstanceType } from "../../components/ml/instance-types-plan";
import { region } from "./arbitraries";

const inference = fc.record({
    hostName: fc.stringMatching(/^[a-z]{1,10}\.contoso\.com$/),
    tlsSecret: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
    highlyAvailable: fc.boolean(),
});

const settings: fc.Arbitrary<ExtensionSettings<string>> = fc.record({
    clusterId: fc.constant("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"),
    clusterName: fc.constant("c"),
    location: region,
    training: fc.boolean(),
    inference: fc.option(inference, { nil: undefined }),
    nvidiaDevicePlugin: fc.boolean(),
});

describe("Settings of the Azure Machine Learning extension", () => {
    it("are texts, each of them", () => {
        each((result) => {
            for (const [key, value] of Object.entries(result)) {
                expect(value, key).to.be.a("string").and.not.to.equal("");
            }
        });
    });

    it("hold everything that the Azure CLI adds without being asked", () => {
        each((result, { clusterId, clusterName, location }) => {
            expect(result).to.include({
                cluster_name: clusterId,
                clusterId,
                "prometheus.prometheusSpec.externalLabels.cluster_name": clusterId,
                cluster_name_friendly: clusterName,
                domain: `${location}.cloudapp.azure.com`,
                location,
                jobSchedulerLocation: location,
                "servicebus.enabled": "false",
                "relayserver.enabled": "false",
                "nginxIngress.enabled": "true",
            });
        });
    });

    it("serve models over TLS or not at all", () => {
        each((result, { inference: serving }) => {
            if (serving) {
                expect(result).to.include({
                    enableInference: "True",
                    allowInsecureConnections: "False",
                    sslCname: serving.hostName,
                    sslSecret: serving.tlsSecret,
                    "scoringFe.sslSecret": serving.tlsSecret,
                });
            } else {
                expect(result["enableInference"]).to.equal("False");
                expect(Object.keys(result).filter((key) => /ssl|insecure|inferenceRouter|scoringFe/i.test(key))).to.be
                    .empty;
            }
        });
    });

    it("never serve models from a public address", () => {
        each((result, { inference: serving }) => {
            if (serving) {
                expect(result).to.include({
                    inferenceRouterServiceType: "loadBalancer",
                    internalLoadBalancerProvider: "azure",
                    "scoringFe.serviceType.internalLoadBalancer": "true",
                });
            }
        });
    });

    it("pass a small cluster's check only where it isn't to be highly available", () => {
        each((result, { inference: serving }) => {
            const small = serving !== undefined && !serving.highlyAvailable;
            expect(result["clusterPurpose"]).to.equal(small ? "DevTest" : undefined);
            expect(result["inferenceRouterHA"]).to.equal(serving && (serving.highlyAvailable ? "True" : "False"));
        });
    });

    it("switch training and NVIDIA's plugin as asked", () => {
        each((result, { training, nvidiaDevicePlugin }) => {
            expect(result["enableTraining"]).to.equal(training ? "True" : "False");
            expect(result["installNvidiaDevicePlugin"]).to.equal(nvidiaDevicePlugin ? "True" : "False");
        });
    });

    function each(check: (result: Record<string, string>, given: ExtensionSettings<string>) => void): void {
        fc.assert(fc.property(settings, (given) => check(extensionSettings(given), given)));
    }
});

describe("An instance type as a Kubernetes object", () => {
    const amounts = fc.record({
        cpu: fc.stringMatching(/^[1-9]\d{0,3}m$/),
        memory: fc.stringMatching(/^[1-9]\d?Gi$/),
    });
    const gpu = fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined });
    const instanceTypes: fc.Arbitrary<InstanceType> = fc.record({
        requests: amounts,
        limits: fc.tuple(amounts, gpu).map(([limits, count]) => ({ ...limits, gpu: count })),
        nodeSelector: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z]{1,8}$/)),
    });

    it("asks for CPUs, memory and nodes as configured", () => {
        fc.assert(
            fc.property(instanceTypes, (given) => {
                const { resources, nodeSelector } = instanceTypeSpec(given);
                expect(nodeSelector).to.deep.equal(given.nodeSelector);
                expect(resources.requests).to.deep.equal(given.requests);
                expect(resources.limits).to.include({ cpu: given.limits.cpu, memory: given.limits.memory });
            }),
        );
    });

    it("has GPUs as a whole number in its limits, and no such key where there are none", () => {
        fc.assert(
            fc.property(instanceTypes, (given) => {
                const { limits } = instanceTypeSpec(given).resources;
                const keys = given.limits.gpu ? ["cpu", "memory", "nvidia.com/gpu"] : ["cpu", "memory"];
                expect(limits).to.have.all.keys(keys);
                expect((limits as Record<string, unknown>)["nvidia.com/gpu"]).to.equal(given.limits.gpu);
            }),
        );
    });
});
