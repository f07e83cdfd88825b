import { stringAt, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { inGroup, lastSegment, parentId } from "./arm-id";
import { hash } from "./derive";
import { nameIsGloballyUnique, nameMatches } from "./names";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.KeyVault */

/** Both are one-way: they can be left out, but not be set to false. */
const protectionsAreNotDenied: Rule = ({ id, inputs }) => {
    const denied = ["enablePurgeProtection", "enableSoftDelete"].find(
        (name) => valueAt(inputs, `properties.${name}`) === false,
    );
    if (denied === undefined) return undefined;
    const message = `The property "${denied}" of vault ${lastSegment(id)} cannot be set to false. Enabling it is an irreversible action.`;
    return new ArmError("BadRequest", message);
};

const purgeProtectionStays: Rule = ({ id, inputs }, cloud) => {
    const before = valueAt(cloud.get(id)?.inputs, "properties.enablePurgeProtection");
    if (before !== true || valueAt(inputs, "properties.enablePurgeProtection") !== undefined) return undefined;
    const message = `Purge protection of vault ${lastSegment(id)} is enabled and can't be removed.`;
    return new ArmError("BadRequest", message);
};

const retentionIsAllowed: Rule = ({ id, inputs }) => {
    const days = valueAt(inputs, "properties.softDeleteRetentionInDays");
    if (typeof days !== "number" || (days >= 7 && days <= 90)) return undefined;
    const message = `softDeleteRetentionInDays of vault ${lastSegment(id)} is ${days}; allowed are 7 to 90.`;
    return new ArmError("BadRequest", message);
};

const VAULT = "Microsoft.KeyVault/vaults/{vaultName}";

function itemUri(id: string, collection: string): string {
    return `https://${lastSegment(parentId(id) ?? "").toLowerCase()}.vault.azure.net/${collection}/${lastSegment(id)}`;
}

export const keyVault: ServiceTypes = {
    Vault: {
        id: inGroup(VAULT),
        replaceOn: ["properties.tenantId"],
        rules: [
            nameMatches(
                /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
                "3 to 24 letters, digits and hyphens, a letter first",
                "VaultNameNotValid",
            ),
            nameIsGloballyUnique("keyvault:Vault", "VaultAlreadyExists"),
            protectionsAreNotDenied,
            purgeProtectionStays,
            retentionIsAllowed,
        ],
        computed: ({ id, inputs }) => ({
            properties: {
                vaultUri: `https://${lastSegment(id).toLowerCase()}.vault.azure.net/`,
                provisioningState: "Succeeded",
                enableSoftDelete: valueAt(inputs, "properties.enableSoftDelete") ?? true,
                privateEndpointConnections: [],
            },
        }),
    },
    Key: {
        id: inGroup(`${VAULT}/keys/{keyName}`),
        // A key of another kind is another key.
        replaceOn: ["properties.kty", "properties.keySize", "properties.curveName"],
        computed: ({ id, inputs }) => ({
            keyUri: itemUri(id, "keys"),
            keyUriWithVersion: `${itemUri(id, "keys")}/${hash("key", id).slice(0, 32)}`,
            kty: stringAt(inputs, "properties.kty") ?? "RSA",
            keySize: valueAt(inputs, "properties.keySize"),
            keyOps: valueAt(inputs, "properties.keyOps"),
        }),
    },
    Secret: {
        id: inGroup(`${VAULT}/secrets/{secretName}`),
        computed: ({ id }) => ({
            properties: {
                secretUri: itemUri(id, "secrets"),
                secretUriWithVersion: `${itemUri(id, "secrets")}/${hash("secret", id).slice(0, 32)}`,
                // Resource Manager never gives a secret's value back.
                value: null,
            },
        }),
    },
};
