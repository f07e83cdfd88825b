import { z } from "zod";

/** Values that settings of every kind are made of. */

export const guid = (description: string) =>
    z
        .string()
        .regex(
            /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
            "a GUID such as 3f2b8c1e-5a77-4a0e-9d61-0c9e5f1b7a24",
        )
        .describe(description);

export const cidr = (description: string) =>
    z
        .string()
        .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, "an IPv4 block such as 10.0.0.0/16")
        .describe(description);

export const hostName = (description: string) =>
    z
        .string()
        .regex(
            /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
            "a host name such as apps.contoso.com",
        )
        .describe(description);

export const kubernetesName = (description: string) =>
    z
        .string()
        .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "1 to 63 lower-case letters, digits and hyphens")
        .describe(description);

export const cpu = z
    .string()
    .regex(/^([1-9]\d*m?|(?!0+\.0+$)\d+\.\d+)$/, 'CPUs above zero such as "2" or "500m"')
    .describe('CPUs, in quotes: "2" or "500m".');
export const memory = z
    .string()
    .regex(/^[1-9]\d*(Ki|Mi|Gi|Ti)$/, "an amount of memory such as 8Gi")
    .describe("Memory, for example 8Gi.");

/** A list in which nothing stands twice: Azure refuses the second of two that are the same. */
export const distinct = <Item extends z.ZodType>(item: Item) =>
    z
        .array(item)
        .refine((items) => new Set(items).size === items.length, "a list in which everything stands once")
        .meta({ uniqueItems: true });

export const address = (description: string) => z.ipv4("an IPv4 address such as 10.0.0.4").describe(description);

export const region = (description: string) =>
    z
        .string()
        .regex(/^[a-z]+[0-9]?$/, "an Azure region's short name such as westeurope")
        .describe(description);

export const zones = distinct(z.enum(["1", "2", "3"]));

/** Id of a resource of one type, for example `Microsoft.KeyVault/vaults`; `what` names it in messages. */
export const resourceId = (type: `${string}/${string}`, what: string, description: string) =>
    z
        .string()
        .regex(
            new RegExp(
                `^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${type.replaceAll(".", "\\.").replaceAll("/", "/")}/[^/]+$`,
                "i",
            ),
            `the resource id of ${what}`,
        )
        .describe(description);

export const certificateSecretId = (description: string) =>
    z
        .string()
        .regex(
            /^https:\/\/[a-z0-9-]{3,24}\.vault\.azure\.net\/secrets\/[A-Za-z0-9-]+$/,
            "https://<vault>.vault.azure.net/secrets/<name>, without a version",
        )
        .describe(description);
