import { atLeast, falseOrAbsent, is, textThat } from "../frame/expectation";
import { graphRule, resourceRule } from "../frame/rule";
import { isNamedBy, someOf } from "../graph/related";
import type { Value } from "../frame/value";

const ACCOUNT = ["storage:StorageAccount"];
const BLOBS = "storage:BlobServiceProperties";
const FILES = "storage:FileServiceProperties";

export const containerPrivate = resourceRule({
    id: "SAM-ST-008",
    name: "st-container-private",
    title: "A blob container must not be public.",
    severity: "critical",
    waivable: false,
    risk: "Everyone who knows or guesses its name reads its data without any sign-in.",
    remediation: ['Remove publicAccess or set it to "None".'],
    control: { reference: "NS-2", mapping: "published" },
    frameworks: { nist: ["SC-7"], cisAzure: ["4.6"] },
    scanners: { checkov: ["CKV_AZURE_34"], psrule: ["Azure.Storage.BlobAccessType"] },
    types: ["storage:BlobContainer"],
    fixes: [{ path: "publicAccess", value: "None" }],
    check({ inputs }, findings) {
        const access = inputs.at("publicAccess");
        if (!access.absent) {
            findings.require(access, is("None"));
        }
    },
});

export const storageBypass = resourceRule({
    id: "SAM-ST-009",
    name: "st-trusted-bypass",
    title: "A storage account must say whether trusted Azure services pass its firewall.",
    severity: "low",
    risk: "Azure's default lets them pass; where nobody chose that, nobody knows who reads a closed account.",
    remediation: [
        'Set networkRuleSet.bypass to "AzureServices", which Azure Machine Learning and diagnostics need.',
        'Or to "None" where no Azure service reads the account by itself.',
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { cisAzure: ["4.8"] },
    scanners: {},
    types: ACCOUNT,
    check({ inputs }, findings) {
        const isSaid = (list: string) => list.toLowerCase() === "none" || /\bazureservices\b/i.test(list);
        findings.require(
            inputs.at("networkRuleSet.bypass"),
            textThat(isSaid, 'a list with "AzureServices", or "None"'),
        );
    },
});

export const storageEntraByDefault = resourceRule({
    id: "SAM-ST-010",
    name: "st-oauth-default",
    title: "A storage account must ask for an Entra identity where a client doesn't say how it signs in.",
    severity: "low",
    risk: "The portal otherwise falls back on the account's keys, which open everything and name nobody.",
    remediation: ["Set defaultToOAuthAuthentication to true."],
    control: { reference: "IM-1", mapping: "own reading" },
    scanners: {},
    types: ACCOUNT,
    fixes: [{ path: "defaultToOAuthAuthentication", value: true }],
    check({ inputs }, findings) {
        findings.require(inputs.at("defaultToOAuthAuthentication"), is(true));
    },
});

export const storageNoForeignCopies = resourceRule({
    id: "SAM-ST-011",
    name: "st-no-xtenant",
    title: "A storage account must not replicate objects into other tenants.",
    severity: "medium",
    risk: "One replication policy copies all new data, for good and unseen, to an account of somebody else's.",
    remediation: ["Set allowCrossTenantReplication to false; on accounts from before 2023-12-15 absent means true."],
    control: { reference: "DP-2", mapping: "own reading" },
    scanners: { azurePolicy: ["92a89a79-6c52-4a7e-a03f-61306fc49312"] },
    types: ACCOUNT,
    fixes: [{ path: "allowCrossTenantReplication", value: false }],
    check({ inputs }, findings) {
        findings.require(inputs.at("allowCrossTenantReplication"), is(false));
    },
});

export const storageNoLocalUsers = resourceRule({
    id: "SAM-ST-012",
    name: "st-no-local-users",
    title: "A storage account must have no users of its own.",
    severity: "medium",
    risk: "Passwords and SSH keys of such users are outside Entra: no sign-in policy and no leaver process reaches them.",
    remediation: ["Remove isLocalUserEnabled or set it to false.", "Remove resources of the type LocalUser."],
    control: { reference: "IM-1", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_244"] },
    types: [...ACCOUNT, "storage:LocalUser"],
    check({ type, inputs }, findings) {
        if (type === "storage:LocalUser") {
            findings.fail("A local user signs in without Entra. Give an identity a Storage role in its place.");
            return;
        }
        findings.require(inputs.at("isLocalUserEnabled"), falseOrAbsent);
    },
});

export const storageNoSftp = resourceRule({
    id: "SAM-ST-013",
    name: "st-no-sftp",
    title: "A storage account must not speak SFTP.",
    severity: "medium",
    risk: "SFTP knows local users only, and opens one more port to whoever reaches the account.",
    remediation: ["Remove isSftpEnabled or set it to false."],
    control: { reference: "NS-8", mapping: "own reading" },
    scanners: {},
    types: ACCOUNT,
    fixes: [{ path: "isSftpEnabled", value: false }],
    check({ inputs }, findings) {
        findings.require(inputs.at("isSftpEnabled"), falseOrAbsent);
    },
});

export const storageSasPolicy = resourceRule({
    id: "SAM-ST-014",
    name: "st-sas-policy",
    title: "A storage account with keys must limit the life of shared access signatures.",
    severity: "low",
    risk: "A signed link made for a day's work may be good for years.",
    remediation: [
        "Set allowSharedKeyAccess to false, so that no key can sign.",
        'Or set sasPolicy, with the expirationAction "Block".',
    ],
    control: { reference: "IM-8", mapping: "own reading" },
    scanners: {},
    types: ACCOUNT,
    check({ inputs }, findings) {
        if (mayUseKeys(inputs)) {
            findings.requirePresent(inputs.at("sasPolicy").known().at("sasExpirationPeriod"));
        }
    },
});

export const storageKeyExpiry = resourceRule({
    id: "SAM-ST-015",
    name: "st-key-expiry",
    title: "A storage account with keys must remind of their rotation.",
    severity: "low",
    risk: "Keys that nobody is reminded of are never rotated, and stay good for everyone who ever saw them.",
    remediation: [
        "Set allowSharedKeyAccess to false, so that there are no keys to rotate.",
        "Or set keyPolicy.keyExpirationPeriodInDays.",
    ],
    control: { reference: "IM-8", mapping: "own reading" },
    scanners: {},
    types: ACCOUNT,
    check({ inputs }, findings) {
        if (mayUseKeys(inputs)) {
            findings.requirePresent(inputs.at("keyPolicy").known().at("keyExpirationPeriodInDays"));
        }
    },
});

/** Azure's default is true. */
function mayUseKeys(account: Value): boolean {
    const allowed = account.at("allowSharedKeyAccess").known();
    return allowed.raw !== false;
}

export const storageDoubleEncryption = resourceRule({
    id: "SAM-ST-016",
    name: "st-infra-enc",
    title: "A storage account must be encrypted twice.",
    severity: "low",
    level: "disabled",
    risk: "Where rules demand it, one broken algorithm or key must not be enough to read the data.",
    remediation: ["Set encryption.requireInfrastructureEncryption to true; only a new account takes it."],
    control: { reference: "DP-4", mapping: "published" },
    frameworks: { nist: ["SC-28"], cisAzure: ["4.2"] },
    scanners: { azurePolicy: ["4733ea7b-a883-42fe-8cac-97454c2a9e4a"] },
    types: ACCOUNT,
    check({ inputs }, findings) {
        findings.require(inputs.at("encryption.requireInfrastructureEncryption"), is(true));
    },
});

export const storageOwnKey = resourceRule({
    id: "SAM-ST-017",
    name: "st-cmk",
    title: "A storage account must be encrypted with a key of the customer's.",
    severity: "low",
    level: "disabled",
    risk: "Where rules demand it, only an own key lets its owner end Azure's access to the data.",
    remediation: ['Set encryption.keySource to "Microsoft.Keyvault" and encryption.keyVaultProperties.'],
    control: { reference: "DP-5", mapping: "published" },
    frameworks: { cisAzure: ["6.1.3"] },
    scanners: { checkov: ["CKV2_AZURE_1"], azurePolicy: ["6fac406b-40ca-413b-bf8e-0bf964659c25"] },
    types: ACCOUNT,
    check({ inputs }, findings) {
        findings.require(inputs.at("encryption.keySource"), is("Microsoft.Keyvault"));
    },
});

export const storageRedundancy = resourceRule({
    id: "SAM-ST-018",
    name: "st-redundancy",
    title: "A storage account must survive the loss of a zone.",
    severity: "low",
    risk: "While the one data centre that holds it is down, no training job starts and no model is read.",
    remediation: ["Set sku.name to a zone-redundant (ZRS, GZRS) or geo-redundant (GRS) tier."],
    control: { reference: "BR-2", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_206"], psrule: ["Azure.Storage.UseReplication"] },
    types: ACCOUNT,
    check({ inputs }, findings) {
        const isRedundant = (tier: string) => /_(RA)?(G|Z|GZ)RS$/i.test(tier);
        findings.require(inputs.at("sku.name"), textThat(isRedundant, "a zone-redundant or geo-redundant tier"));
    },
});

const BLOB_RETENTION = ["deleteRetentionPolicy", "containerDeleteRetentionPolicy"];
const SHARE_RETENTION = ["shareDeleteRetentionPolicy"];

export const storageSoftDelete = resourceRule<{ minimumDays: number }>({
    id: "SAM-ST-019",
    name: "st-soft-delete",
    title: "A storage service must keep what is deleted for some days.",
    severity: "medium",
    risk: "One mistaken or hostile deletion otherwise destroys data and models for good.",
    remediation: ["Set enabled and days in the service's retention policies for blobs, containers and shares."],
    control: { reference: "BR-2", mapping: "own reading" },
    frameworks: { nist: ["CP-9"] },
    scanners: {},
    config: {
        minimumDays: {
            type: "integer",
            minimum: 1,
            maximum: 365,
            default: 7,
            description: "Days for which deleted blobs, containers and shares must stay.",
        },
    },
    types: [BLOBS, FILES],
    check({ type, inputs }, findings, { minimumDays }) {
        for (const name of type === BLOBS ? BLOB_RETENTION : SHARE_RETENTION) {
            const policy = inputs.at(name);
            findings.require(policy.at("enabled"), is(true));
            findings.require(policy.at("days"), atLeast(minimumDays));
        }
    },
});

export const storageSoftDeleteExists = graphRule({
    id: "SAM-ST-020",
    name: "st-soft-delete-set",
    title: "A storage account must say how long it keeps deleted blobs.",
    severity: "medium",
    level: "advisory",
    profiles: { regulated: "advisory" },
    risk: "An account that is not made in the portal keeps nothing of what is deleted, unless it is told to.",
    remediation: ["Add BlobServiceProperties of the account, with deleteRetentionPolicy."],
    control: { reference: "BR-2", mapping: "own reading" },
    frameworks: { nist: ["CP-9"] },
    scanners: {},
    types: ACCOUNT,
    check(graph, findings) {
        for (const account of graph.ofType("storage:StorageAccount")) {
            const own = findings.on(account.urn);
            own.attempt(() => {
                if (account.inputs.at("kind").folded() === "filestorage") {
                    return;
                }
                const isSet = someOf(graph.ofType(BLOBS), (service) =>
                    isNamedBy(graph, service, "accountName", account),
                );
                if (!isSet) {
                    own.fail(`${account.name} keeps no deleted blobs. Add BlobServiceProperties of this account.`);
                }
            });
        }
    },
});

export const storageNoOpenCors = resourceRule({
    id: "SAM-ST-021",
    name: "st-no-cors-any",
    title: "A storage service must not answer pages of every origin.",
    severity: "medium",
    risk: "Any web page that a signed-in user opens can read data with that user's token or signed link.",
    remediation: ["Name the origins in cors.corsRules, or remove the rules."],
    control: { reference: "NS-8", mapping: "own reading" },
    scanners: {},
    types: [BLOBS, FILES, "storage:QueueServiceProperties", "storage:TableServiceProperties"],
    check({ inputs }, findings) {
        for (const rule of inputs.at("cors.corsRules").items()) {
            for (const origin of rule.at("allowedOrigins").items()) {
                const isNamed = (text: string) => text !== "*";
                findings.require(origin, textThat(isNamed, "an origin by its name"));
            }
        }
    },
});

export const storageNoNfs = resourceRule({
    id: "SAM-ST-022",
    name: "st-no-nfs",
    title: "A storage account must not serve blobs over NFS 3.",
    severity: "high",
    risk: "NFS 3 knows no sign-in and no encryption: every machine that reaches the account reads and writes it.",
    remediation: ["Remove enableNfsV3 or set it to false; only a new account takes it."],
    control: { reference: "NS-8", mapping: "own reading" },
    frameworks: { nist: ["SC-8"] },
    scanners: {},
    types: ACCOUNT,
    check({ inputs }, findings) {
        findings.require(inputs.at("enableNfsV3"), falseOrAbsent);
    },
});

export const storageDataRules = [
    containerPrivate,
    storageBypass,
    storageEntraByDefault,
    storageNoForeignCopies,
    storageNoLocalUsers,
    storageNoSftp,
    storageSasPolicy,
    storageKeyExpiry,
    storageDoubleEncryption,
    storageOwnKey,
    storageRedundancy,
    storageSoftDelete,
    storageSoftDeleteExists,
    storageNoOpenCors,
    storageNoNfs,
];
