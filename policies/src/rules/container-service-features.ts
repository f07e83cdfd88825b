import { falseOrAbsent, is, not } from "../frame/expectation";
import { graphRule, resourceRule } from "../frame/rule";
import { addOn, CLUSTER } from "./container-service-subject";

export const aksPolicyAddOn = resourceRule({
    id: "SAM-AKS-034",
    name: "aks-policy-addon",
    title: "The Azure Policy add-on must be on.",
    severity: "high",
    risk: "Without it nothing in the cluster refuses a privileged pod or an image from anywhere, whoever creates it.",
    remediation: [
        "Set addonProfiles.azurepolicy.enabled to true.",
        "Assign the Kubernetes cluster pod security standards.",
    ],
    control: { reference: "PV-2", mapping: "published" },
    frameworks: { nist: ["CM-6"] },
    scanners: {
        checkov: ["CKV_AZURE_116"],
        psrule: ["Azure.AKS.AzurePolicyAddOn"],
        azurePolicy: ["0a15ec92-a229-4763-bb14-0ea34a568f8d"],
    },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(addOn(inputs, "azurepolicy").at("enabled"), is(true));
    },
});

const DEFENDER = "securityProfile.defender";

export const aksDefender = resourceRule({
    id: "SAM-AKS-035",
    name: "aks-defender",
    title: "Microsoft Defender must watch the cluster.",
    severity: "high",
    risk: "Without its sensor nobody notices a shell in a container, a miner or a call to the API server from a known attacker.",
    remediation: [
        "Set securityProfile.defender.securityMonitoring.enabled to true.",
        "Set securityProfile.defender.logAnalyticsWorkspaceResourceId to the workspace that takes its findings.",
    ],
    control: { reference: "LT-1", mapping: "published" },
    scanners: { psrule: ["Azure.AKS.DefenderProfile"], azurePolicy: ["a1840de2-8088-4ea8-b153-b4c723e9cb01"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at(`${DEFENDER}.securityMonitoring.enabled`), is(true));
        findings.requirePresent(inputs.at(DEFENDER).known().at("logAnalyticsWorkspaceResourceId"));
    },
});

const SECRETS = "azureKeyvaultSecretsProvider";

export const aksSecretStore = resourceRule({
    id: "SAM-AKS-036",
    name: "aks-secret-store",
    title: "Pods must be able to mount secrets from Key Vault.",
    severity: "medium",
    risk: "Where the add-on is missing, secrets end up in Kubernetes objects, in manifests and in repositories.",
    remediation: ["Set addonProfiles.azureKeyvaultSecretsProvider.enabled to true."],
    control: { reference: "IM-8", mapping: "own reading" },
    frameworks: { cisAks: ["4.5.2"] },
    scanners: { psrule: ["Azure.AKS.SecretStore"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(addOn(inputs, SECRETS).at("enabled"), is(true));
    },
});

export const aksSecretRotation = resourceRule({
    id: "SAM-AKS-037",
    name: "aks-secret-rotation",
    title: "Secrets that are mounted from Key Vault must follow their rotation.",
    severity: "medium",
    risk: "A pod goes on with a secret that was replaced because it leaked, until somebody restarts it.",
    remediation: [
        'Set enableSecretRotation in the config of addonProfiles.azureKeyvaultSecretsProvider to "true" (the text).',
    ],
    control: { reference: "DP-7", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_172"], psrule: ["Azure.AKS.SecretStoreRotation"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        const provider = addOn(inputs, SECRETS);
        if (provider.at("enabled").isTrue()) {
            findings.require(provider.at("config.enableSecretRotation"), is("true"));
        }
    },
});

const KMS = "securityProfile.azureKeyVaultKms";

export const aksKms = resourceRule({
    id: "SAM-AKS-038",
    name: "aks-kms",
    title: "Secrets in the cluster's store must be encrypted with a key of its owner.",
    severity: "medium",
    level: "disabled",
    risk: "With Azure's own key the owner can neither withdraw it nor see who used it.",
    remediation: [
        "Set securityProfile.azureKeyVaultKms.enabled to true and keyId to a key of your vault.",
        "Give the cluster's identity Key Vault Crypto User on the key before the cluster is made.",
    ],
    control: { reference: "DP-5", mapping: "own reading" },
    frameworks: { cisAks: ["5.3.1"] },
    scanners: { azurePolicy: ["dbbdc317-9734-4dd8-9074-993b29c69008"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at(`${KMS}.enabled`), is(true));
    },
});

export const aksKmsComplete = resourceRule({
    id: "SAM-AKS-039",
    name: "aks-kms-complete",
    title: "Encryption with a key of one's own must name the key, and the vault if that is private.",
    severity: "medium",
    risk: "The API server starts only if it reaches the key, so half a setting means a cluster that never starts, or stops later.",
    remediation: [
        "Set securityProfile.azureKeyVaultKms.keyId.",
        "If keyVaultNetworkAccess is Private, set keyVaultResourceId, and integrate the API server with the network.",
    ],
    control: { reference: "DP-6", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        const kms = inputs.at(KMS);
        if (!kms.at("enabled").isTrue()) {
            return;
        }
        findings.requirePresent(kms.at("keyId"));
        if (kms.at("keyVaultNetworkAccess").folded() === "private") {
            findings.requirePresent(kms.at("keyVaultResourceId"));
            findings.require(inputs.at("apiServerAccessProfile.enableVnetIntegration"), is(true));
        }
    },
});

export const aksDiskKey = graphRule({
    id: "SAM-AKS-040",
    name: "aks-disk-cmk",
    title: "Disks of nodes and volumes must be encrypted with a key of their owner.",
    severity: "medium",
    level: "disabled",
    risk: "With Azure's own key the owner can neither withdraw it nor see who used it.",
    remediation: ["Set diskEncryptionSetID to a disk encryption set; it can't be changed after the cluster exists."],
    control: { reference: "DP-5", mapping: "published" },
    frameworks: { nist: ["SC-12"] },
    scanners: { checkov: ["CKV_AZURE_117"], azurePolicy: ["7d7be79c-23ba-4033-84dd-45e2a5ccdd67"] },
    types: [CLUSTER],
    check(graph, findings) {
        for (const cluster of graph.ofType(CLUSTER)) {
            const own = findings.on(cluster.urn);
            const id = cluster.inputs.at("diskEncryptionSetID");
            const sources = graph.sourcesOf(cluster, id);
            if (!id.unknown || !sources.some(({ type }) => type === "compute:DiskEncryptionSet")) {
                own.attempt(() => own.requirePresent(id.known()));
            }
        }
    },
});

export const aksCsiDrivers = resourceRule({
    id: "SAM-AKS-041",
    name: "aks-csi-drivers",
    title: "Drivers for disks and files must not be switched off.",
    severity: "low",
    risk: "Without Azure's drivers somebody installs others, with wide rights, that nobody updates.",
    remediation: ["Remove enabled: false from the drivers of storageProfile; disk and file drivers are on by default."],
    control: { reference: "PV-1", mapping: "own reading" },
    scanners: { azurePolicy: ["c5110b6e-5272-4989-9935-59ad06fdf341"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        for (const driver of ["diskCSIDriver", "fileCSIDriver", "snapshotController"]) {
            findings.require(inputs.at(`storageProfile.${driver}.enabled`), not(false));
        }
    },
});

export const aksMonitoring = resourceRule({
    id: "SAM-AKS-042",
    name: "aks-monitoring",
    title: "Azure Monitor must collect the cluster's logs or metrics.",
    severity: "medium",
    level: "advisory",
    profiles: { regulated: "advisory" },
    risk: "Without them an incident can't be reconstructed, and a node that fails or is misused goes unnoticed.",
    remediation: [
        'Set addonProfiles.omsagent.enabled to true, its config.useAADAuth to "true" and its workspace.',
        "Or set azureMonitorProfile.metrics.enabled to true for managed Prometheus.",
    ],
    control: { reference: "LT-3", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        const agent = addOn(inputs, "omsagent");
        if (agent.at("enabled").isTrue()) {
            const text = '"true": it writes with the workspace\'s key otherwise';
            findings.require(agent.at("config.useAADAuth"), { ...is("true"), text });
            return;
        }
        const metrics = inputs.at("azureMonitorProfile.metrics.enabled");
        if (!metrics.isTrue()) {
            findings.fail(`${metrics.path} or ${agent.path} must be on; found neither. Set one of them.`);
        }
    },
});

export const aksDashboardOff = resourceRule({
    id: "SAM-AKS-043",
    name: "aks-dashboard-off",
    title: "The Kubernetes dashboard add-on must be off.",
    severity: "medium",
    risk: "The dashboard acts with its own rights for whoever reaches it, and has not been supported for years.",
    remediation: ["Remove addonProfiles.kubeDashboard, or set its enabled to false."],
    control: { reference: "PV-1", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_8"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(addOn(inputs, "kubeDashboard").at("enabled"), falseOrAbsent);
    },
});

export const aksImageCleaner = resourceRule({
    id: "SAM-AKS-044",
    name: "aks-image-cleaner",
    title: "Images that nothing uses must be removed from nodes.",
    severity: "low",
    risk: "Old images stay on nodes with their flaws, ready to be started without being pulled.",
    remediation: ["Set securityProfile.imageCleaner.enabled to true, with an intervalHours such as 168."],
    control: { reference: "PV-6", mapping: "own reading" },
    scanners: { azurePolicy: ["af3c26b2-6fad-493e-9236-9c68928516ab"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("securityProfile.imageCleaner.enabled"), is(true));
    },
});

export const aksNodeGroupLock = resourceRule({
    id: "SAM-AKS-045",
    name: "aks-node-rg-lockdown",
    title: "Nobody but AKS may change the resource group of the nodes.",
    severity: "medium",
    level: "advisory",
    risk: "A change by hand to nodes, their network or their load balancer is undone or breaks upgrades, and no review saw it.",
    remediation: [
        'Set nodeResourceGroupProfile.restrictionLevel to "ReadOnly".',
        "Extensions that write there themselves need a waiver.",
    ],
    control: { reference: "AM-4", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("nodeResourceGroupProfile.restrictionLevel"), is("ReadOnly"));
    },
});

export const aksNetworkIntegration = resourceRule({
    id: "SAM-AKS-046",
    name: "aks-vnet-integration",
    title: "The API server must stand in a subnet of the cluster's network.",
    severity: "low",
    level: "disabled",
    risk: "Over a private link, nodes reach the API server by a name, and lose it if DNS fails.",
    remediation: [
        "Set apiServerAccessProfile.enableVnetIntegration to true; it can't be undone.",
        "Set subnetId to a /28 or wider that is delegated to Microsoft.ContainerService/managedClusters.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER],
    check({ inputs }, findings) {
        const access = inputs.at("apiServerAccessProfile").known();
        findings.require(access.at("enableVnetIntegration"), is(true));
        findings.requirePresent(access.at("subnetId"));
    },
});

export const containerServiceFeatureRules = [
    aksPolicyAddOn,
    aksDefender,
    aksSecretStore,
    aksSecretRotation,
    aksKms,
    aksKmsComplete,
    aksDiskKey,
    aksCsiDrivers,
    aksMonitoring,
    aksDashboardOff,
    aksImageCleaner,
    aksNodeGroupLock,
    aksNetworkIntegration,
];
