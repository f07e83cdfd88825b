import { isKnownGroup, zonesOfGroup } from "../components/network/private-dns-zones";
import { createPrivateEndpoint, type PrivateAccess } from "../components/network/private-endpoint";
import { mapValues } from "../components/record";
import { StorageAccount } from "../components/services/storage-account";
import type { PrivateEndpointConfig } from "./config/schema/private-services";
import type { SpokeConfig } from "./config/schema/spoke";
import type { Ground } from "./landing";

/** Makes storage accounts, by their short names, and endpoints to what others run. */
export function buildPrivateServices(
    name: string,
    config: SpokeConfig,
    access: PrivateAccess,
    { settings, names, placement, placing }: Ground,
): Record<string, StorageAccount> {
    for (const [endpoint, { targetId, group, zones }] of Object.entries(config.privateEndpoints)) {
        createPrivateEndpoint(
            names.of(`${name}-${endpoint}`),
            { targetId, group, zones, access, ...placement },
            placing,
        );
    }
    return mapValues(
        config.storageAccounts,
        ({ services, hierarchicalNamespace }, account) =>
            new StorageAccount(
                names.of(`${name}-${account}`),
                {
                    accountName: names.global("st", `${name}${account}`),
                    sku: settings.zones.length > 1 ? "Standard_ZRS" : "Standard_LRS",
                    services,
                    hierarchicalNamespace,
                    access,
                    ...placement,
                },
                placing,
            ),
    );
}

/** Zones that keep an endpoint's names. */
export function zonesOfEndpoint({ group, zones }: PrivateEndpointConfig): readonly string[] {
    return zones ?? (isKnownGroup(group) ? zonesOfGroup[group] : []);
}
