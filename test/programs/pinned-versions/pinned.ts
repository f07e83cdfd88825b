import type { CustomResourceOptions, Inputs } from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/pulumi";

/** API version of each module, as the tokens spell it. */
const VERSIONS = {
    containerregistry: "v20230701",
    containerservice: "v20240901",
    network: "v20240501",
    resources: "v20240301",
};

/** Types that come from a local package with a pinned version (`pulumi package add azure-native network 2024-05-01`). */
const FROM_PACKAGE = ["Subnet", "AzureFirewall"];

/** An azure-native resource by its bare token, for a team that pins API versions without generating an SDK for each. */
export class Pinned extends CustomResource {
    constructor(
        module: keyof typeof VERSIONS,
        type: string,
        name: string,
        properties: Inputs,
        options?: CustomResourceOptions,
    ) {
        const token = FROM_PACKAGE.includes(type)
            ? `azure-native_${module}_${VERSIONS[module]}:${module}:${type}`
            : `azure-native:${module}/${VERSIONS[module]}:${type}`;
        super(token, name, properties, { version: "3.28.0", ...options });
    }
}
