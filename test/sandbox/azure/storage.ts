import { itemsAt, stringAt, stringsAt, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { inGroup, lastSegment } from "./arm-id";
import { nameIsGloballyUnique, nameMatches } from "./names";
import { connectionsTo } from "./private-endpoint-connections";
import type { CloudView, Part, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Storage */

const ACCOUNT = "Microsoft.Storage/storageAccounts/{accountName}";
const ENDPOINTS = ["blob", "file", "queue", "table", "dfs", "web"];
const WITHOUT_FILES = ["BlobStorage", "BlockBlobStorage"];

function accountOf(id: string, cloud: CloudView): Resource | undefined {
    return cloud.get(id.replace(/(\/storageAccounts\/[^/]+)\/.*$/i, "$1"));
}

const publicContainersNeedPermission: Rule = ({ id, inputs }, cloud) => {
    const access = stringAt(inputs, "publicAccess");
    const account = accountOf(id, cloud);
    if (
        access === undefined ||
        access === "None" ||
        !account ||
        valueAt(account.inputs, "allowBlobPublicAccess") === true
    ) {
        return undefined;
    }
    const message = `Public access is not permitted on storage account ${lastSegment(account.id)}, but container ${lastSegment(id)} asks for ${access}.`;
    return new ArmError("PublicAccessNotPermitted", message, 409);
};

/** Blob and file settings are children that every account has. */
function settings({ id, inputs }: Resource): Part[] {
    const parts = [{ id: `${id}/blobServices/default`, type: "storage:BlobServiceProperties", inputs: {} }];
    if (WITHOUT_FILES.includes(String(inputs["kind"]))) return parts;
    return [...parts, { id: `${id}/fileServices/default`, type: "storage:FileServiceProperties", inputs: {} }];
}

const RETENTIONS = ["deleteRetentionPolicy", "containerDeleteRetentionPolicy", "shareDeleteRetentionPolicy"];

const retentionsAreAllowed: Rule = ({ id, inputs }) => {
    for (const property of RETENTIONS) {
        const [enabled, days] = [valueAt(inputs, `${property}.enabled`), valueAt(inputs, `${property}.days`)];
        const isWrong = typeof days === "number" ? days < 1 || days > 365 : days === undefined && enabled === true;
        if (!isWrong) continue;
        const message = `${property}.days of ${id} is ${String(days)}; allowed are 1 to 365, and an enabled policy needs it.`;
        return new ArmError("InvalidXmlNodeValue", message);
    }
    return undefined;
};

/** "Point-in-time restore for block blobs": prerequisites. */
const restoreHasItsBase: Rule = ({ id, inputs }) => {
    if (valueAt(inputs, "restorePolicy.enabled") !== true) return undefined;
    const missing = ["isVersioningEnabled", "changeFeed.enabled", "deleteRetentionPolicy.enabled"].find(
        (path) => valueAt(inputs, path) === undefined || valueAt(inputs, path) === false,
    );
    const [restore, kept] = [valueAt(inputs, "restorePolicy.days"), valueAt(inputs, "deleteRetentionPolicy.days")];
    const tooLong = typeof restore === "number" && typeof kept === "number" && restore >= kept;
    if (missing === undefined && !tooLong) return undefined;
    const problem = missing ?? "more days in deleteRetentionPolicy than in restorePolicy";
    return new ArmError("ConflictFeatureEnabled", `Point-in-time restore of ${id} needs ${problem}.`, 409);
};

const settingsAreDefault: Rule = ({ id }) => {
    if (id === "" || lastSegment(id) === "default") return undefined;
    const message = `The resource name '${lastSegment(id)}' is not valid: there is one of its kind in an account, and it is called 'default'.`;
    return new ArmError("InvalidResourceName", message);
};

const shareIsAllowed: Rule = ({ id, inputs }, cloud) => {
    const quota = inputs["shareQuota"];
    if (typeof quota === "number" && (quota < 1 || quota > 102_400)) {
        const message = `shareQuota of share ${lastSegment(id)} is ${quota} GiB; allowed are 1 to 102400.`;
        return new ArmError("InvalidHeaderValue", message);
    }
    const account = accountOf(id, cloud);
    const isNfs = inputs["enabledProtocols"] === "NFS";
    if (isNfs && account && stringAt(account.inputs, "kind") !== "FileStorage") {
        const message = `Share ${lastSegment(id)} speaks NFS, which needs a storage account of kind FileStorage; ${lastSegment(account.id)} is ${String(account.inputs["kind"])}.`;
        return new ArmError("FeatureNotSupportedForAccount", message, 409);
    }
    if (inputs["rootSquash"] === undefined || isNfs || typeof inputs["enabledProtocols"] === "symbol") return undefined;
    return new ArmError("InvalidHeaderValue", `rootSquash of share ${lastSegment(id)} goes with NFS only.`);
};

const policyRulesAreValid: Rule = ({ id, inputs }) => {
    const names = stringsAt(inputs, "policy.rules[].name");
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    const count = itemsAt(inputs, "policy.rules").length;
    if (repeated === undefined && count <= 100) return undefined;
    const problem = repeated === undefined ? `${count} rules; allowed are 100` : `two rules called ${repeated}`;
    return new ArmError("InvalidManagementPolicy", `Management policy of ${id} has ${problem}.`);
};

/** A policy by the time of last access needs that time to be tracked. */
const accessIsTracked: Rule = ({ id, inputs }, cloud) => {
    const text = JSON.stringify(valueAt(inputs, "policy.rules") ?? []);
    const blobs = cloud.get(`${accountOf(id, cloud)?.id ?? ""}/blobServices/default`);
    if (!text.includes("daysAfterLastAccessTimeGreaterThan") || !blobs) return undefined;
    if (valueAt(blobs.inputs, "lastAccessTimeTrackingPolicy.enable") === true) return undefined;
    const message = `Management policy of ${id} goes by last access time, which the account's blob service doesn't track.`;
    return new ArmError("LastAccessTimeTrackingNotEnabled", message);
};

export const storage: ServiceTypes = {
    StorageAccount: {
        id: inGroup(ACCOUNT),
        replaceOn: ["kind", "isHnsEnabled", "enableNfsV3", "dnsEndpointType"],
        rules: [
            nameMatches(/^[a-z0-9]{3,24}$/, "3 to 24 lower-case letters and digits", "AccountNameInvalid"),
            nameIsGloballyUnique("storage:StorageAccount", "StorageAccountAlreadyTaken"),
        ],
        parts: settings,
        computed: (account, cloud) => ({
            primaryLocation: account.inputs["location"],
            statusOfPrimary: "available",
            creationTime: "2026-01-01T00:00:00.0000000Z",
            primaryEndpoints: Object.fromEntries(
                ENDPOINTS.map((service) => [
                    service,
                    `https://${lastSegment(account.id)}.${service}.core.windows.net/`,
                ]),
            ),
            privateEndpointConnections: connectionsTo(account, cloud),
            sku: { tier: stringAt(account.inputs, "sku.name")?.split("_")[0] },
        }),
    },
    BlobServiceProperties: {
        id: inGroup(`${ACCOUNT}/blobServices/{blobServicesName}`),
        comesWithParent: true,
        rules: [settingsAreDefault, retentionsAreAllowed, restoreHasItsBase],
    },
    FileServiceProperties: {
        id: inGroup(`${ACCOUNT}/fileServices/{fileServicesName}`),
        comesWithParent: true,
        rules: [settingsAreDefault, retentionsAreAllowed],
    },
    BlobContainer: {
        id: inGroup(`${ACCOUNT}/blobServices/default/containers/{containerName}`),
        rules: [
            nameMatches(
                /^(\$root|\$web|[a-z0-9](-?[a-z0-9])+)$/,
                "3 to 63 lower-case letters, digits and single hyphens",
                "ContainerNameInvalid",
            ),
            publicContainersNeedPermission,
        ],
        computed: () => ({
            leaseState: "Available",
            leaseStatus: "Unlocked",
            hasImmutabilityPolicy: false,
            hasLegalHold: false,
        }),
    },
    FileShare: {
        id: inGroup(`${ACCOUNT}/fileServices/default/shares/{shareName}`),
        replaceOn: ["enabledProtocols"],
        rules: [
            nameMatches(
                /^(?=.{3,63}$)[a-z0-9](-?[a-z0-9])+$/,
                "3 to 63 lower-case letters, digits and single hyphens",
                "InvalidResourceName",
            ),
            shareIsAllowed,
        ],
        computed: ({ inputs }) => ({
            shareQuota: inputs["shareQuota"] ?? 5120,
            enabledProtocols: inputs["enabledProtocols"] ?? "SMB",
            accessTier: inputs["accessTier"] ?? "TransactionOptimized",
            leaseState: "Available",
            leaseStatus: "Unlocked",
        }),
    },
    ManagementPolicy: {
        id: inGroup(`${ACCOUNT}/managementPolicies/{managementPolicyName}`),
        rules: [settingsAreDefault, policyRulesAreValid, accessIsTracked],
        computed: () => ({ lastModifiedTime: "2026-01-01T00:00:00.0000000Z" }),
    },
};
