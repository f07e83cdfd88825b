import { readFileSync } from "node:fs";
import { expect } from "chai";
import { isKnown, type Registration } from "../../support/capture";
import { platformOf } from "../../support/platform";
import { stackNames } from "../../support/stack-files";

const fixedNames = ["AzureFirewallSubnet", "AzureFirewallManagementSubnet", "AzureBastionSubnet", "GatewaySubnet"];
/** Subnets whose occupants find their own way: DNS resolvers, and appliances on the inside. */
const selfRouted = /^snet-(appliance|dns)-/;
/** What belongs to the platform as a whole. */
const parentless =
    /^(secure-aks-ml:index:|pulumi:providers:|azure-native:(resources:ResourceGroup|consumption:Budget|monitor:ActionGroup)$)/;

/** What policies decide by: a preview must know all of it. Properties of every resource of the type. */
const decisive: Record<string, readonly string[]> = {
    "azure-native:authorization:RoleAssignment": ["principalType", "roleDefinitionId"],
    "azure-native:containerregistry:Registry": [
        "sku",
        "publicNetworkAccess",
        "adminUserEnabled",
        "anonymousPullEnabled",
    ],
    "azure-native:containerservice:AgentPool": ["enableNodePublicIP", "enableEncryptionAtHost", "securityProfile"],
    "azure-native:containerservice:ManagedCluster": [
        "aadProfile",
        "addonProfiles",
        "apiServerAccessProfile.disableRunCommand",
        "apiServerAccessProfile.enablePrivateCluster",
        "apiServerAccessProfile.enablePrivateClusterPublicFQDN",
        "disableLocalAccounts",
        "identity.type",
        "networkProfile",
        "oidcIssuerProfile",
        "securityProfile.defender",
        "securityProfile.workloadIdentity",
    ],
    "azure-native:keyvault:Vault": ["properties"],
    "azure-native:kubernetesconfiguration:Extension": [
        "extensionType",
        "scope",
        "configurationSettings.enableTraining",
    ],
    "azure-native:machinelearningservices:Workspace": ["publicNetworkAccess", "systemDatastoresAuthMode"],
    "azure-native:network:ApplicationGateway": [
        "sku",
        "sslPolicy",
        "httpListeners",
        "requestRoutingRules",
        "redirectConfigurations",
        "backendHttpSettingsCollection",
    ],
    "azure-native:network:FirewallPolicy": ["sku", "threatIntelMode", "dnsSettings"],
    "azure-native:network:FirewallPolicyRuleCollectionGroup": ["ruleCollections"],
    "azure-native:network:NetworkSecurityGroup": ["securityRules"],
    "azure-native:network:PublicIPAddress": ["sku", "publicIPAllocationMethod"],
    "azure-native:network:Route": ["routeTableName", "addressPrefix", "nextHopType", "nextHopIpAddress"],
    "azure-native:network:RouteTable": ["routes", "disableBgpRoutePropagation"],
    "azure-native:network:Subnet": ["subnetName", "addressPrefix", "defaultOutboundAccess"],
    "azure-native:network:VirtualNetwork": ["addressSpace"],
    "azure-native:network:WebApplicationFirewallPolicy": ["policySettings", "managedRules"],
    "azure-native:storage:StorageAccount": [
        "publicNetworkAccess",
        "networkRuleSet",
        "allowSharedKeyAccess",
        "allowBlobPublicAccess",
        "minimumTlsVersion",
    ],
};

for (const stack of stackNames()) {
    describe(`The program with the stack ${stack}`, () => {
        let planned: Registration[];
        let created: Registration[];
        before(async function () {
            this.timeout(240_000);
            planned = await platformOf(stack, { preview: true });
            created = await platformOf(stack, { preview: false });
        });

        it("plans exactly what it creates", () => {
            expect(planned.map(keyOf).sort()).to.deep.equal(created.map(keyOf).sort());
        });

        it("registers nothing twice", () => {
            expect(new Set(created.map(keyOf))).to.have.property("size", created.length);
        });

        it("hangs every resource on a component, but for resource groups and providers", () => {
            const parents = new Map(created.map((entry) => [keyOf(entry), entry.parent]));
            for (const { type, name, parent } of created) {
                if (parent === "") {
                    expect(type).to.match(parentless);
                } else {
                    expect(parent).to.match(/^secure-aks-ml:index:/, name);
                    expect(parents.has(parent), `${name} hangs on ${parent}`).to.equal(true);
                }
            }
        });

        it("tags every resource whose type has tags", () => {
            const bare = created.filter(({ type, inputs }) => hasTags(type) && !inputs["tags"]);
            expect(bare.map(keyOf)).to.deep.equal([]);
            expect(created.filter(({ type }) => hasTags(type))).not.to.have.length(0);
        });

        it("has public addresses on firewall, Bastion and gateway alone", () => {
            const parents = ofType(created, "network:PublicIPAddress").map(({ parent }) => parent.split("::")[0]);
            for (const parent of parents) {
                expect(parent).to.match(
                    /^secure-aks-ml:index:(Firewall|Appliance|Bastion|ApplicationGateway|VpnGateway|ExpressRouteGateway)$/,
                );
            }
        });

        it("gives every subnet whose name isn't fixed a security group and routes from birth", () => {
            const subnets = ofType(created, "network:Subnet").filter(
                ({ inputs }) => !fixedNames.includes(String(inputs["subnetName"])),
            );
            expect(subnets).not.to.have.length(0);
            for (const { name, inputs } of subnets) {
                expect(inputs["networkSecurityGroup"], name)
                    .to.have.property("id")
                    .that.contains("NetworkSecurityGroup");
                if (!selfRouted.test(String(inputs["subnetName"]))) {
                    expect(inputs["routeTable"], name).to.have.property("id").that.contains("RouteTable");
                }
            }
        });

        it("says of every role assignment what kind of principal it is for", () => {
            for (const { name, inputs } of ofType(created, "authorization:RoleAssignment")) {
                expect(inputs["principalType"], name).to.be.oneOf(["ServicePrincipal", "Group"]);
            }
        });

        it("gives every role once: names of assignments differ", () => {
            const names = ofType(created, "authorization:RoleAssignment").map(
                ({ inputs }) => inputs["roleAssignmentName"],
            );
            expect(new Set(names)).to.have.property("size", names.length);
        });

        it("refers inside a gateway to parts that it has", () => {
            for (const { name, inputs } of ofType(created, "network:ApplicationGateway")) {
                const references = partReferences(inputs, name);
                expect(references).to.have.length.at.least(10);
                for (const { collection, part } of references) {
                    const parts = (inputs[collection] ?? []) as { name: string }[];
                    expect(
                        parts.map((entry) => entry.name),
                        collection,
                    ).to.contain(part);
                }
            }
        });

        it("knows in a preview where everything is put and what policies decide by", () => {
            const unknown = planned.flatMap((entry) =>
                ["location", "resourceGroupName", "tags", ...(decisive[entry.type] ?? [])]
                    .filter((path) => !isKnown(valueAt(entry.inputs, path)))
                    .map((path) => `${keyOf(entry)} ${path}`),
            );
            expect(unknown).to.deep.equal([]);
        });

        it("sets everything that policies decide by", () => {
            const unset = planned.flatMap((entry) =>
                (decisive[entry.type] ?? [])
                    // What the extension of Azure Machine Learning is set to do; others have other settings.
                    .filter(
                        (path) => path !== "configurationSettings.enableTraining" || entry.name.startsWith("azureml"),
                    )
                    // The gateway's table has its routes as resources of their own.
                    .filter((path) => path !== "routes" || !entry.name.startsWith("rt-gateway"))
                    // A public API server has no public name beside a private one.
                    .filter(
                        (path) =>
                            !path.endsWith("enablePrivateClusterPublicFQDN") ||
                            valueAt(entry.inputs, "apiServerAccessProfile.enablePrivateCluster") === true,
                    )
                    .filter((path) => valueAt(entry.inputs, path) === undefined)
                    .map((path) => `${keyOf(entry)} ${path}`),
            );
            expect(unset).to.deep.equal([]);
        });

        it("knows in a preview the references between a gateway's own parts", () => {
            for (const { name, inputs } of ofType(planned, "network:ApplicationGateway")) {
                expect(partReferences(inputs, name)).to.have.length.at.least(10);
            }
        });
    });
}

function keyOf({ type, name }: Registration): string {
    return `${type}::${name}`;
}

function ofType(registrations: readonly Registration[], type: string): Registration[] {
    return registrations.filter((entry) => entry.type === `azure-native:${type}`);
}

function valueAt(inputs: unknown, path: string): unknown {
    return path
        .split(".")
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], inputs);
}

/** Whether the SDK's class of that type takes tags, after its source: its constructor copies each property by name. */
function hasTags(type: string): boolean {
    const [provider, module, name] = type.split(":");
    if (provider !== "azure-native") {
        return false;
    }
    const file = require.resolve(`@pulumi/azure-native/${module}/${name[0].toLowerCase()}${name.slice(1)}.js`);
    return readFileSync(file, "utf8").includes('resourceInputs["tags"] = args');
}

/** The ids in a gateway's inputs that name one of its own parts. */
function partReferences(inputs: unknown, gateway: string): { collection: string; part: string }[] {
    const ids = JSON.stringify(inputs).match(new RegExp(`/applicationGateways/${gateway}/[^"]+`, "g")) ?? [];
    return ids.map((id) => {
        const [collection, part] = id.split("/").slice(3);
        return { collection, part };
    });
}
