import { stringAt, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { inGroup, lastSegment } from "./arm-id";
import { nameIsGloballyUnique, nameMatches } from "./names";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Storage */

const ACCOUNT = "Microsoft.Storage/storageAccounts/{accountName}";
const ENDPOINTS = ["blob", "file", "queue", "table", "dfs", "web"];

const publicContainersNeedPermission: Rule = ({ id, inputs }, cloud) => {
    const access = stringAt(inputs, "publicAccess");
    const account = cloud.get(id.replace(/\/blobServices\/.*$/i, ""));
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

export const storage: ServiceTypes = {
    StorageAccount: {
        id: inGroup(ACCOUNT),
        replaceOn: ["kind", "isHnsEnabled", "enableNfsV3", "dnsEndpointType"],
        rules: [
            nameMatches(/^[a-z0-9]{3,24}$/, "3 to 24 lower-case letters and digits", "AccountNameInvalid"),
            nameIsGloballyUnique("storage:StorageAccount", "StorageAccountAlreadyTaken"),
        ],
        // Blob settings are a child that every account has.
        parts: ({ id }) => [{ id: `${id}/blobServices/default`, type: "storage:BlobServiceProperties", inputs: {} }],
        computed: ({ id, inputs }) => ({
            primaryLocation: inputs["location"],
            statusOfPrimary: "available",
            creationTime: "2026-01-01T00:00:00.0000000Z",
            primaryEndpoints: Object.fromEntries(
                ENDPOINTS.map((service) => [service, `https://${lastSegment(id)}.${service}.core.windows.net/`]),
            ),
            privateEndpointConnections: [],
            sku: { tier: stringAt(inputs, "sku.name")?.split("_")[0] },
        }),
    },
    BlobServiceProperties: { id: inGroup(`${ACCOUNT}/blobServices/{blobServicesName}`) },
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
};
