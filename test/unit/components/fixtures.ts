import { PrivateDns } from "../../../components/network/private-dns";
import { zonesOfGroup } from "../../../components/network/private-dns-zones";
import type { PrivateAccess } from "../../../components/network/private-endpoint";
import type { Registration } from "../../support/capture";

export const placement = {
    location: "westeurope",
    resourceGroupName: "rg-test",
    tags: { workload: "contoso" },
};

export const tenantId = "00000000-0000-0000-0000-000000000002";

/** Where private endpoints go in tests; call it inside a captured program. */
export function privateAccess(): PrivateAccess {
    const dns = new PrivateDns("hub", {
        zones: Object.fromEntries(
            Object.values(zonesOfGroup)
                .flat()
                .map((zone) => [zone, ["hub"]]),
        ),
        networks: { hub: "/networks/hub" },
        ...placement,
    });
    return { subnetId: "/subnets/private-endpoints", dns };
}

/** Group ids of the private endpoints that a program makes, by the id of what they lead to. */
export function privateEndpoints(registrations: readonly Registration[]): Record<string, string[]> {
    const groups: Record<string, string[]> = {};
    for (const { inputs } of registrations.filter(({ type }) => type === "azure-native:network:PrivateEndpoint")) {
        for (const connection of inputs["privateLinkServiceConnections"] as {
            privateLinkServiceId: string;
            groupIds: string[];
        }[]) {
            (groups[connection.privateLinkServiceId] ??= []).push(...connection.groupIds);
        }
    }
    return groups;
}

/** Role and scope of each assignment, by its name in the program. */
export function grants(registrations: readonly Registration[]): Record<string, Record<string, unknown>> {
    return Object.fromEntries(
        registrations
            .filter(({ type }) => type === "azure-native:authorization:RoleAssignment")
            .map(({ name, inputs }) => [
                name,
                {
                    role: String(inputs["roleDefinitionId"]).split("/").at(-1),
                    scope: inputs["scope"],
                    principalId: inputs["principalId"],
                    principalType: inputs["principalType"],
                },
            ]),
    );
}

/** The id that a captured program sees for a resource. */
export function idOf(type: string, name: string): string {
    return `/simulated/azure-native:${type}/${name}`;
}
