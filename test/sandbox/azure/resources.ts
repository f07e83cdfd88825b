import type { ServiceTypes } from "./resource-type";

/** Microsoft.Resources */
export const resources: ServiceTypes = {
    ResourceGroup: {
        id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
        required: ["location"],
        computed: () => ({ properties: { provisioningState: "Succeeded" } }),
        opaqueReferences: ["managedBy"],
    },
};
