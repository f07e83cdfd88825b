import { itemsAt, stringAt, stringsAt, valueAt, valuesAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError } from "./arm-error";
import { lastSegment } from "./arm-id";
import type { Rule } from "./resource-type";

/** Application Gateway: certificates, where they come from, and TLS policies. */

export const httpsHasCertificate: Rule = ({ id, inputs }) => {
    const listener = itemsAt(inputs, "httpListeners").find(
        (candidate) => candidate["protocol"] === "Https" && candidate["sslCertificate"] === undefined,
    );
    if (!listener) return undefined;
    const message = `HTTPS listener ${String(listener["name"])} of ${lastSegment(id)} must have an SSL certificate.`;
    return new ArmError("ApplicationGatewayHttpsListenerMustReferenceSslCert", message);
};

const CERTIFICATES = ["sslCertificates", "trustedRootCertificates"];

/** A certificate is either in the body or in a key vault. */
export const certificatesHaveOneSource: Rule = ({ id, inputs }) => {
    for (const collection of CERTIFICATES) {
        const wrong = itemsAt(inputs, collection).find(
            (certificate) =>
                (valueAt(certificate, "data") === undefined) ===
                (valueAt(certificate, "keyVaultSecretId") === undefined),
        );
        if (!wrong) continue;
        const message = `Certificate ${String(wrong["name"])} in ${collection} of ${lastSegment(id)} needs exactly one of data and keyVaultSecretId.`;
        return new ArmError("ApplicationGatewaySslCertificateDataMustBeSpecified", message);
    }
    return undefined;
};

/** `https://<vault>.vault.azure.net/secrets/<name>`, with a version or without; other clouds have other suffixes. */
const SECRET_ID =
    /^https:\/\/[a-z0-9-]+\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net)(:443)?\/secrets\/[a-z0-9-]+(\/[0-9a-f]*)?$/i;

export const vaultSecretIdsAreValid: Rule = ({ id, inputs }) => {
    const wrong = CERTIFICATES.flatMap((collection) => stringsAt(inputs, `${collection}[].keyVaultSecretId`)).find(
        (secret) => !SECRET_ID.test(secret),
    );
    if (wrong === undefined) return undefined;
    const message = `'${wrong}' of ${lastSegment(id)} is no Key Vault secret id. It must be https://<vault>.vault.azure.net/secrets/<name>[/<version>].`;
    return new ArmError("ApplicationGatewaySslCertificateInvalidKeyVaultSecretId", message);
};

/** Certificates in a key vault are read with the gateway's user-assigned identity ("TLS termination with Key Vault"). */
export const vaultCertificateNeedsIdentity: Rule = ({ id, inputs }) => {
    const fromVault = CERTIFICATES.some(
        (collection) => valuesAt(inputs, `${collection}[].keyVaultSecretId`).length > 0,
    );
    const identity = valueAt(inputs, "identity");
    const isUserAssigned =
        identity !== undefined && ![undefined, "SystemAssigned", "None"].includes(stringAt(identity, "type"));
    if (!fromVault || isUserAssigned || typeof valueAt(identity, "type") === "symbol") return undefined;
    const message = `Application Gateway ${lastSegment(id)} refers to a Key Vault secret but has no user-assigned identity.`;
    return new ArmError("ApplicationGatewayKeyVaultSecretRequiresUserAssignedIdentity", message);
};

const PREDEFINED = ["AppGwSslPolicy20170401S", "AppGwSslPolicy20220101", "AppGwSslPolicy20220101S"];
/** Predefined policies and versions below TLS 1.2 are refused since August 2025 ("TLS 1.0 and TLS 1.1 retirement"). */
const RETIRED = ["AppGwSslPolicy20150501", "AppGwSslPolicy20170401", "TLSv1_0", "TLSv1_1"];
/** TLS 1.3 comes with policies of 2022 and with CustomV2 only. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
    Custom: ["TLSv1_2"],
    CustomV2: ["TLSv1_2", "TLSv1_3"],
};

export const tlsPoliciesAreValid: Rule = ({ id, inputs }) => {
    const policies = [
        ...valuesAt(inputs, "sslPolicy"),
        ...itemsAt(inputs, "sslProfiles").flatMap((profile) => valuesAt(profile, "sslPolicy")),
    ];
    for (const policy of policies) {
        const refusal = tlsRefusal(policy as Properties, lastSegment(id));
        if (refusal) return refusal;
    }
    return undefined;
};

function tlsRefusal(policy: Properties, gateway: string): ArmError | undefined {
    const [name, version] = [stringAt(policy, "policyName"), stringAt(policy, "minProtocolVersion")];
    const retired = [name, version].find((value) => value !== undefined && RETIRED.includes(value));
    if (retired !== undefined) {
        const message = `TLS policy ${retired} of ${gateway} is retired. Use AppGwSslPolicy20220101 or later, or TLSv1_2.`;
        return new ArmError("ApplicationGatewaySslPolicyRetired", message);
    }
    const problem = tlsProblem(policy, name, version);
    return problem === undefined
        ? undefined
        : new ArmError("ApplicationGatewaySslPolicyInvalid", `TLS policy of ${gateway} ${problem}.`);
}

function tlsProblem(policy: Properties, name: string | undefined, version: string | undefined): string | undefined {
    const type = stringAt(policy, "policyType");
    if (type === "Predefined" && valueAt(policy, "policyName") === undefined)
        return "is of type Predefined and has no policyName";
    if (name !== undefined && !PREDEFINED.includes(name))
        return `has the name ${name}; predefined are ${PREDEFINED.join(", ")}`;
    const allowed = VERSIONS[type ?? ""];
    if (!allowed) return undefined;
    if (valueAt(policy, "minProtocolVersion") === undefined || valueAt(policy, "cipherSuites") === undefined)
        return `is of type ${type} and needs minProtocolVersion and cipherSuites`;
    return version === undefined || allowed.includes(version)
        ? undefined
        : `of type ${type} has minProtocolVersion ${version}; allowed are ${allowed.join(", ")}`;
}
