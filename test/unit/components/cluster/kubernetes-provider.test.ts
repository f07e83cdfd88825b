import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { kubernetesProvider, type KubernetesDelivery } from "../../../../components/cluster/kubernetes-provider";
import { capture, only, type Registration } from "../../../support/capture";

const kubeconfig = "apiVersion: v1";

describe("Kubernetes provider", () => {
    const called: string[] = [];
    const provide = (delivery: KubernetesDelivery, clusterName: string, preview: boolean): Promise<Registration[]> => {
        called.length = 0;
        return capture(
            () => {
                const anything = new network.RouteTable("rt", { resourceGroupName: "rg-test" });
                // The id of a resource is what a first preview doesn't know.
                const cluster = { clusterName: clusterName ? pulumi.output(clusterName) : anything.id };
                kubernetesProvider("learn", delivery, cluster, "rg-test", {});
            },
            {
                preview,
                answer: (token) => {
                    called.push(token);
                    return { kubeconfigs: [{ value: Buffer.from(kubeconfig).toString("base64") }] };
                },
            },
        );
    };

    it("writes YAML files where the API server can't be reached, and asks Azure for nothing", async () => {
        const registered = await provide({ mode: "render", directory: "out" }, "aks-learn", false);
        expect(only(registered, "pulumi:providers:kubernetes").inputs).to.include({ renderYamlToDirectory: "out" });
        expect(called).to.deep.equal([]);
    });

    it("signs in to the cluster where it applies, and keeps the sign-in secret", async () => {
        const registered = await provide({ mode: "apply" }, "aks-learn", false);
        expect(called).to.deep.equal(["azure-native:containerservice:listManagedClusterUserCredentials"]);
        const { inputs } = only(registered, "pulumi:providers:kubernetes");
        expect(JSON.stringify(inputs["kubeconfig"]))
            .to.contain(kubeconfig)
            .and.to.contain("4dabf18193072939515e22adb298388d");
    });

    it("asks for no credentials in a preview of a cluster that is yet to come", async () => {
        await provide({ mode: "apply" }, "", true);
        expect(called).to.deep.equal([]);
    });
});
