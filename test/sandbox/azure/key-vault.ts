import { itemsAt, stringAt, valueAt } from "../provider/values";
import type { Value } from "../provider/values";
import { ArmError } from "./arm-error";
import { inGroup, lastSegment, parentId } from "./arm-id";
import { hash } from "./derive";
import { nameIsGloballyUnique, nameMatches } from "./names";
import { connectionsTo } from "./private-endpoint-connections";
import type { Resource, Rule, ServiceTypes } from "./resource-type";

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

const NAME = nameMatches(/^[a-zA-Z0-9-]{1,127}$/, "1 to 127 letters, digits and hyphens", "BadRequest");
const KEY_SIZES = [2048, 3072, 4096];
const CURVES = ["P-256", "P-256K", "P-384", "P-521"];

/** Keys as Resource Manager makes them: software keys anywhere, those in an HSM in vaults of SKU premium. */
const keyIsPossible: Rule = ({ id, inputs }, cloud) => {
    const type = stringAt(inputs, "properties.kty") ?? "RSA";
    const [size, curve] = [valueAt(inputs, "properties.keySize"), stringAt(inputs, "properties.curveName")];
    const sku = stringAt(cloud.get(parentId(id) ?? "")?.inputs, "properties.sku.name");
    const problem = keyProblem(type, sku, size, curve);
    return problem === undefined ? undefined : new ArmError("BadRequest", `Key ${lastSegment(id)} ${problem}.`);
};

function keyProblem(type: string, sku: string | undefined, size: Value, curve: string | undefined): string | undefined {
    if (!["RSA", "RSA-HSM", "EC", "EC-HSM"].includes(type))
        return `has kty ${type}; allowed are RSA, RSA-HSM, EC and EC-HSM`;
    if (type.endsWith("-HSM") && sku === "standard") return `has kty ${type}, which needs a vault of SKU premium`;
    if (type.startsWith("RSA") && typeof size === "number" && !KEY_SIZES.includes(size))
        return `has keySize ${size}; allowed are ${KEY_SIZES.join(", ")}`;
    if (curve !== undefined && !CURVES.includes(curve))
        return `has curveName ${curve}; allowed are ${CURVES.join(", ")}`;
    return undefined;
}

function isRsa(inputs: Resource["inputs"]): boolean {
    return (stringAt(inputs, "properties.kty") ?? "RSA").startsWith("RSA");
}

/** Days of an ISO 8601 duration in days, months or years, as rotation policies take them. */
function daysOf(duration: string | undefined): number | undefined {
    const [, count, unit] = /^P(\d+)([DMY])$/.exec(duration ?? "") ?? [];
    return count === undefined ? undefined : Number(count) * ({ D: 1, M: 30, Y: 365 }[unit ?? ""] ?? 1);
}

/** "Configure cryptographic key auto-rotation": expiry after 28 days at least, a rotation seven days from either end. */
const rotationIsPossible: Rule = ({ id, inputs }) => {
    const policy = "properties.rotationPolicy";
    const expiry = stringAt(inputs, `${policy}.attributes.expiryTime`);
    const expiryDays = daysOf(expiry);
    if (expiry !== undefined && (expiryDays === undefined || expiryDays < 28))
        return rotationRefusal(id, `expiryTime ${expiry}; it must be a duration of at least P28D`);
    for (const action of itemsAt(inputs, `${policy}.lifetimeActions`)) {
        const before = stringAt(action, "trigger.timeBeforeExpiry");
        const after = stringAt(action, "trigger.timeAfterCreate");
        if ((before === undefined) === (after === undefined))
            return rotationRefusal(id, "a trigger that needs exactly one of timeBeforeExpiry and timeAfterCreate");
        if (before !== undefined && expiry === undefined)
            return rotationRefusal(id, `timeBeforeExpiry ${before} but no expiryTime`);
        const days = daysOf(before ?? after);
        if (days === undefined || days < 7)
            return rotationRefusal(id, `the trigger ${before ?? after}; it must be a duration of at least P7D`);
        if (expiryDays !== undefined && days > expiryDays - 7)
            return rotationRefusal(
                id,
                `the trigger ${before ?? after}, less than seven days within its expiry ${expiry}`,
            );
    }
    return undefined;
};

function rotationRefusal(id: string, problem: string): ArmError {
    return new ArmError("BadRequest", `The rotation policy of key ${lastSegment(id)} has ${problem}.`);
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
        computed: (vault, cloud) => ({
            properties: {
                vaultUri: `https://${lastSegment(vault.id).toLowerCase()}.vault.azure.net/`,
                provisioningState: "Succeeded",
                enableSoftDelete: valueAt(vault.inputs, "properties.enableSoftDelete") ?? true,
                privateEndpointConnections: connectionsTo(vault, cloud),
            },
        }),
    },
    Key: {
        id: inGroup(`${VAULT}/keys/{keyName}`),
        // A key of another kind is another key.
        replaceOn: ["properties.kty", "properties.keySize", "properties.curveName"],
        rules: [NAME, keyIsPossible, rotationIsPossible],
        computed: ({ id, inputs }) => ({
            keyUri: itemUri(id, "keys"),
            keyUriWithVersion: `${itemUri(id, "keys")}/${hash("key", id).slice(0, 32)}`,
            kty: stringAt(inputs, "properties.kty") ?? "RSA",
            keySize: valueAt(inputs, "properties.keySize") ?? (isRsa(inputs) ? 2048 : undefined),
            curveName: valueAt(inputs, "properties.curveName"),
            keyOps: valueAt(inputs, "properties.keyOps"),
            attributes: { enabled: valueAt(inputs, "properties.attributes.enabled") ?? true, exportable: false },
            rotationPolicy: valueAt(inputs, "properties.rotationPolicy"),
        }),
    },
    Secret: {
        id: inGroup(`${VAULT}/secrets/{secretName}`),
        rules: [NAME],
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
