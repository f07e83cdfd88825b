import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, network } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

const onAks = { clusterRp: "Microsoft.ContainerService", clusterResourceName: "managedClusters", clusterName: "aks" };
const setting = (name: string) => `configuration.backupStorageLocation.${name}`;
const backup = (more: Properties = {}) => ({
    ...onAks,
    extensionName: "azure-aks-backup",
    extensionType: "microsoft.dataprotection.kubernetes",
    configurationSettings: {
        [setting("bucket")]: "backups",
        [setting("config.resourceGroup")]: "rg",
        [setting("config.storageAccount")]: "stbackup",
        [setting("config.subscriptionId")]: "s",
    },
    ...more,
});
const git = { url: "https://github.com/example/fleet", repositoryRef: { branch: "main" } };
const flux = (more: Properties = {}) => ({
    ...onAks,
    fluxConfigurationName: "fleet",
    sourceKind: "GitRepository",
    gitRepository: git,
    kustomizations: { infra: { path: "./infra" }, apps: { path: "./apps", dependsOn: ["infra"] } },
    ...more,
});

describe("the simulated extensions of a cluster", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.routeTable("rt", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.255.4" });
        await build.subnet("vnet", "nodes", "10.0.0.0/24", { routeTable: { id: network("routeTables/rt") } });
        await build.cluster(network("virtualNetworks/vnet/subnets/nodes"));
    });
    afterEach(() => simulation.stop());
    const extension = (inputs: Properties) => build.make("kubernetesconfiguration:Extension", inputs);
    const configuration = (inputs: Properties) => build.make("kubernetesconfiguration:FluxConfiguration", inputs);

    it("refuse to back up to nowhere, or one namespace", async () => {
        const nowhere = backup({ configurationSettings: { [setting("bucket")]: "backups" } });
        await refuses(extension(nowhere), "ExtensionOperationFailed", setting("config.resourceGroup"));
        const one = backup({ scope: { namespace: { targetNamespace: "apps" } } });
        await refuses(extension(one), "ExtensionOperationFailed", "cluster scope");
        const { outputs } = await extension(backup());
        expect(outputs["aksAssignedIdentity"])
            .to.have.property("principalId")
            .that.matches(/^[0-9a-f-]{36}$/);
    });

    it("refuse Flux before its extension", async () => {
        await refuses(configuration(flux()), "FluxConfigurationInvalid", "microsoft.flux");
        await extension({ ...onAks, extensionName: "flux", extensionType: "microsoft.flux" });
        const { outputs } = await configuration(flux());
        expect(outputs["complianceState"]).to.equal("Compliant");
    });

    const wrong: [what: string, more: Properties, word: string][] = [
        ["a kind without its source", { sourceKind: "Bucket" }, "needs bucket"],
        ["a kind that Flux doesn't have", { sourceKind: "Svn" }, "GitRepository, Bucket, AzureBlob"],
        ["a source without an address", { gitRepository: { repositoryRef: { branch: "main" } } }, "url is missing"],
        ["an address that isn't Git's", { gitRepository: { ...git, url: "/srv/fleet" } }, "/srv/fleet"],
        ["a user without a key", { gitRepository: { ...git, httpsUser: "bot" } }, "httpsKey"],
        ["a missing step before another", { kustomizations: { apps: { dependsOn: ["infra"] } } }, "depends on infra"],
    ];
    for (const [what, more, word] of wrong) {
        it(`refuse, of Flux, ${what}`, async () => {
            await extension({ ...onAks, extensionName: "flux", extensionType: "microsoft.flux" });
            await refuses(configuration(flux(more)), "FluxConfigurationInvalid", word);
            await configuration(flux());
        });
    }
});
