import { faultsOf, gone, MISSING, type Mutant } from "./mutant";

const ENDPOINT = "network:PrivateEndpoint";
const GROUP = "network:PrivateDnsZoneGroup";
const LINK = "privatedns:VirtualNetworkLink";
const ZONE = "privatedns:PrivateZone";

export const privateLinkMutants: Mutant[] = [
    gone(ENDPOINT, "pep-kv-platform-contoso-prod", "private-service-closure"),
    gone(ENDPOINT, "pep-cr-learning-contoso-prod", "private-service-closure"),
    gone(ENDPOINT, "pep-st-backup-apps-contoso-prod-blob", "private-service-closure"),
    gone(ENDPOINT, "pep-mlw-learning-contoso-prod", "private-service-closure"),
    gone(GROUP, "pdzg-kv-platform-contoso-prod", "private-service-closure"),
    gone(GROUP, "pdzg-cr-apps-contoso-prod", "private-service-closure"),
    gone(GROUP, "pdzg-st-ml-learning-contoso-prod-file", "private-service-closure"),
    gone(GROUP, "pdzg-mlw-learning-contoso-prod", "private-service-closure"),
    gone(LINK, "privatelink.azurecr.io-hub", "zone-linked-to-resolver"),
    gone(LINK, "privatelink.vaultcore.azure.net-hub", "zone-linked-to-resolver"),
    gone(LINK, "privatelink.api.azureml.ms-hub", "zone-linked-to-resolver"),
    gone(LINK, "privatelink.notebooks.azure.net-hub", "zone-linked-to-resolver"),
    gone(LINK, "privatelink.westeurope.azmk8s.io-hub", "cluster-zone"),
    ...faultsOf(ENDPOINT, "pep-kv-platform-contoso-prod", [
        ["privateLinkServiceConnections.0.groupIds", ["registry"], "private-service-closure"],
        [
            "privateLinkServiceConnections.0.privateLinkServiceId",
            "/subscriptions/00000000-0000-0000-0000-0000000000ff/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/other",
            "private-service-closure",
        ],
        ["subnet", MISSING, "pe-ownership"],
        [
            "subnet",
            {
                id: "/subscriptions/00000000-0000-0000-0000-0000000000ff/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s",
            },
            "subnet-known",
        ],
    ]),
    ...faultsOf(GROUP, "pdzg-kv-platform-contoso-prod", [
        ["privateDnsZoneConfigs", [], "private-service-closure"],
        [
            "privateDnsZoneConfigs.0.privateDnsZoneId",
            "/subscriptions/00000000-0000-0000-0000-000000000011/resourceGroups/rg-hub-contoso-prod/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io",
            "private-service-closure",
        ],
    ]),
    ...faultsOf(ZONE, "privatelink.westeurope.azmk8s.io", [
        ["privateZoneName", "privatelink.northeurope.azmk8s.io", "cluster-zone"],
    ]),
    ...faultsOf(LINK, "privatelink.vaultcore.azure.net-hub", [
        [
            "virtualNetwork.id",
            "/subscriptions/00000000-0000-0000-0000-000000000011/resourceGroups/rg-learning-contoso-prod/providers/Microsoft.Network/virtualNetworks/vnet-learning-contoso-prod",
            "zone-linked-to-resolver",
        ],
    ]),
];
