import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { hubEgressSchema } from "../../../infra/config/schema/hub-egress";
import { outputsOf } from "../../../infra/outputs";
import { buildPlatform } from "../../../infra/platform";
import { allDependencies, capture, only, type Registration } from "../../support/capture";
import { firewallRules } from "../../support/firewall-rules";
import { capturePlatform, platformOf, soundSettings } from "../../support/platform";
import { stackConfig } from "../../support/stack-files";

const azure = (type: string, name: string) => `azure-native:${type}::${name}`;

describe("The platform's order of creation", function () {
    this.timeout(240_000);
    let registered: Registration[];
    before(async () => {
        registered = await platformOf("dev", { preview: false });
    });
    const waitsFor = (type: string) => [...allDependencies(registered, only(registered, `azure-native:${type}`))];
    const all = (type: string) =>
        registered.filter((entry) => entry.type === `azure-native:${type}`).map(({ name }) => azure(type, name));

    it("makes the cluster when its rights, the way out and its names stand", () => {
        expect(waitsFor("containerservice:ManagedCluster")).to.include.members([
            azure("authorization:RoleAssignment", "aks-platform-contoso-dev-joins-network"),
            azure("authorization:RoleAssignment", "aks-platform-contoso-dev-writes-zone"),
            azure("network:FirewallPolicyRuleCollectionGroup", "rcg-hub-contoso-dev"),
            ...all("network:AzureFirewall"),
            ...all("network:RouteTable"),
            ...all("network:Subnet").filter((key) => key.includes("platform")),
            ...all("network:VirtualNetworkPeering"),
            ...all("privatedns:PrivateZone"),
            ...all("privatedns:VirtualNetworkLink"),
        ]);
    });

    it("makes the gateway when it may read its certificate and find the vault", () => {
        expect(waitsFor("network:ApplicationGateway")).to.include.members([
            azure("authorization:RoleAssignment", "agw-platform-contoso-dev-reads-kv-certificates"),
            azure("privatedns:VirtualNetworkLink", "privatelink.vaultcore.azure.net-platform"),
            ...all("network:VirtualNetworkPeering"),
        ]);
    });

    it("attaches the compute when extension, cluster and namespace stand", () => {
        expect(waitsFor("machinelearningservices:Compute")).to.include.members([
            ...all("kubernetesconfiguration:Extension"),
            ...all("containerservice:ManagedCluster"),
            ...all("machinelearningservices:Workspace"),
            "kubernetes:core/v1:Namespace::platform-contoso-dev-azureml-jobs",
        ]);
    });
});

describe("The platform's private names", function () {
    this.timeout(240_000);

    it("are asked for by the hub, by clusters for their API server, and by public gateways for their certificate", async () => {
        const registered = await capturePlatform(soundSettings(stackConfig("prod")), true);
        const links = registered
            .filter(({ type }) => type === "azure-native:privatedns:VirtualNetworkLink")
            .map(({ name }) => name);
        const zones = registered.filter(({ type }) => type === "azure-native:privatedns:PrivateZone");
        expect(links).to.have.deep.members([
            ...zones.map(({ name }) => `${name}-hub`),
            "privatelink.westeurope.azmk8s.io-platform",
            "privatelink.westeurope.azmk8s.io-learning",
            "privatelink.westeurope.azmk8s.io-apps",
            "privatelink.vaultcore.azure.net-platform",
        ]);
    });
});

describe("The platform's spokes", function () {
    this.timeout(240_000);
    const settings = soundSettings(stackConfig("dev"));
    const { platform } = settings.spokes;

    it("are data: a bare one is peered and routed, and holds nothing else", async () => {
        const bare = {
            addressSpace: "10.102.0.0/16",
            width: 1,
            ingress: { mode: "none" as const },
            storageAccounts: {},
            privateEndpoints: {},
            allowedEgress: [],
        };
        const registered = await capturePlatform({ ...settings, spokes: { platform, bare } }, true);
        const own = registered.filter(({ name }) => name.includes("bare")).map(({ type }) => type.split(":").at(-1));
        expect(new Set(own)).to.deep.equal(
            new Set([
                "DiagnosticSetting",
                "NetworkSecurityGroup",
                "ResourceGroup",
                "RouteTable",
                "Spoke",
                "Subnet",
                "VirtualNetwork",
                "VirtualNetworkPeering",
            ]),
        );
        expect(own.filter((type) => type === "VirtualNetworkPeering")).to.have.length(2);
    });

    it("never share a name that must be unique in all of Azure", async () => {
        const mlplatform = { ...platform, addressSpace: "10.102.0.0/16" };
        const registered = await capturePlatform({ ...settings, spokes: { platform, mlplatform } }, true);
        const names = registered
            .filter(({ type }) => /^azure-native:.*:(Registry|Vault|StorageAccount)$/.test(type))
            .flatMap(({ inputs }) => ["registryName", "vaultName", "accountName"].flatMap((key) => inputs[key] ?? []));
        // A registry, two vaults and an account of each spoke.
        expect(names).to.have.length(8);
        expect(new Set(names)).to.have.property("size", names.length);
    });

    it("open the firewall for their own nodes alone", async () => {
        const rules = firewallRules(await platformOf("prod", { preview: false }));
        const sources = (name: string) => rules.find((rule) => rule.name === name)?.sources;
        const nodesOf = (spoke: number) => [`10.${spoke}.192.0/20`, `10.${spoke}.0.0/17`];
        expect(sources("aks")).to.have.members([111, 112, 113].flatMap(nodesOf));
        // The system pool's taint keeps jobs away; drivers go where GPUs are.
        expect(sources("machine-learning-westeurope")).to.deep.equal(["10.112.0.0/17"]);
        expect(sources("gpu-drivers")).to.deep.equal(["10.112.0.0/17"]);
        expect(sources("api-server-westeurope")).to.equal(undefined);
    });

    it("have a public API server open to administrators and to every address of the firewall", async () => {
        const apiAccess = { mode: "public" as const, authorizedRanges: ["198.51.100.0/24"] };
        const cluster = { ...platform.cluster!, apiAccess };
        const changed = {
            ...settings,
            hub: { ...settings.hub!, egress: hubEgressSchema.parse({ mode: "firewall", publicAddresses: 2 }) },
            spokes: { platform: { ...platform, cluster } },
        };
        const registered = await capture(() => void buildPlatform(changed), {
            outputs: { "azure-native:network:PublicIPAddress": { ipAddress: "203.0.113.1" } },
        });
        expect(only(registered, "azure-native:containerservice:ManagedCluster").inputs).to.have.deep.nested.property(
            "apiServerAccessProfile.authorizedIPRanges",
            ["203.0.113.1/32", "203.0.113.1/32", "198.51.100.0/24"],
        );
        expect(registered.map(({ name }) => name)).not.to.contain("privatelink.westeurope.azmk8s.io");
    });
});

describe("The platform's outputs", function () {
    this.timeout(240_000);
    it("tell operators and data scientists what they need next", async () => {
        let outputs: pulumi.Output<pulumi.Unwrap<ReturnType<typeof outputsOf>>> | undefined;
        await capture(
            () => {
                outputs = pulumi.output(outputsOf(buildPlatform(soundSettings(stackConfig("dev")))));
            },
            {
                outputs: {
                    "azure-native:containerservice:ManagedCluster": {
                        privateFQDN: "aks.privatelink.westeurope.azmk8s.io",
                        oidcIssuerProfile: { enabled: true, issuerURL: "https://issuer/" },
                    },
                    "azure-native:network:PublicIPAddress": { ipAddress: "203.0.113.1" },
                    "azure-native:containerregistry:Registry": { loginServer: "cr.azurecr.io" },
                },
            },
        );
        const { operators, dataScientists } = await new Promise<pulumi.Unwrap<ReturnType<typeof outputsOf>>>(
            (resolve) => outputs?.apply(resolve),
        );
        const cluster = "/simulated/azure-native:containerservice:ManagedCluster/aks-platform-contoso-dev";
        const bastion = "/simulated/azure-native:network:BastionHost/bas-hub-contoso-dev";
        expect(operators.egressAddresses).to.deep.equal(["203.0.113.1"]);
        expect(operators.clusters["platform"]).to.deep.include({
            id: cluster,
            apiServer: "aks.privatelink.westeurope.azmk8s.io",
            oidcIssuerUrl: "https://issuer/",
            connect: `az aks bastion --ids ${cluster} --bastion ${bastion}`,
            registry: "cr.azurecr.io",
            ingress: { address: "203.0.113.1", sites: { apps: ["apps.dev.contoso.com"] } },
        });
        expect(dataScientists).to.deep.equal({
            platform: {
                workspace: "mlw-platform-contoso-dev",
                compute: "azureml:kubernetes",
                namespace: "azureml-jobs",
                instanceTypes: ["defaultinstancetype", "cpu-small"],
            },
        });
    });
});
