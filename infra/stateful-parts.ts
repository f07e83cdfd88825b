import type * as pulumi from "@pulumi/pulumi";
import type { Hub } from "../components/network/hub";
import type { PrivateDns } from "../components/network/private-dns";
import type { Spoke } from "../components/network/spoke";
import type { LogWorkspace } from "../components/observability/log-workspace";
import type { Landing } from "./landing";
import type { Monitor } from "./observability";
import type { Locked } from "./protection";
import type { Placing } from "./subscriptions";

/** A finished platform, before its locks. */
interface Finished {
    logs: LogWorkspace;
    dns: PrivateDns;
    monitor: Monitor;
    ownHub?: Hub;
    spokes: Readonly<Record<string, { spoke: Spoke; placing: Placing }>>;
    landings: Readonly<Record<string, Landing>>;
}

/** What of a platform holds state, by name, and all of which it is made. */
export function statefulParts({ logs, dns, monitor, ownHub, spokes, landings }: Finished): {
    locked: Record<string, Locked>;
    everything: pulumi.Resource[];
} {
    const shared: Record<string, pulumi.Input<string> | undefined> = {
        logs: logs.workspaceId,
        metrics: monitor.metrics?.workspaceId,
        ...byNumber("firewall-address", ownHub?.firewall?.publicAddressIds ?? []),
    };
    return {
        locked: {
            ...present(shared, {}),
            ...Object.assign(
                {},
                ...Object.entries(landings).map(([name, landing]) =>
                    present(partsOf(name, landing), spokes[name].placing),
                ),
            ),
        },
        everything: [
            logs,
            dns,
            ...Object.values(spokes).map(({ spoke }) => spoke),
            ...existing([ownHub, monitor.metrics, monitor.privateLink, monitor.grafana]),
            ...Object.values(landings).flatMap((landing) =>
                existing([
                    landing.jumpHost,
                    ...Object.values(landing.storageAccounts),
                    ...Object.values<pulumi.Resource | undefined>({ ...landing.clustered }),
                ]),
            ),
        ],
    };
}

/** Backups guard themselves, by soft delete and immutability. */
function partsOf(name: string, { clustered, storageAccounts }: Landing) {
    const { registry, vault, gateway, workspace, backup } = clustered ?? {};
    return {
        [`${name}-registry`]: registry?.registryId,
        [`${name}-vault`]: vault?.vaultId,
        [`${name}-gateway-address`]: gateway?.publicAddressId,
        [`${name}-ml-vault`]: workspace?.vaultId,
        [`${name}-ml-storage`]: workspace?.storageAccountId,
        [`${name}-backups`]: backup?.storageAccountId,
        ...mapKeys(
            storageAccounts,
            (account) => `${name}-storage-${account}`,
            ({ accountId }) => accountId,
        ),
    };
}

function mapKeys<From, To>(
    record: Readonly<Record<string, From>>,
    rename: (key: string) => string,
    map: (value: From) => To,
): Record<string, To> {
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [rename(key), map(value)]));
}

function byNumber(name: string, ids: readonly pulumi.Input<string>[]): Record<string, pulumi.Input<string>> {
    return Object.fromEntries(ids.map((id, index) => [`${name}-${index + 1}`, id]));
}

function present(
    ids: Readonly<Record<string, pulumi.Input<string> | undefined>>,
    placing: Placing,
): Record<string, Locked> {
    return Object.fromEntries(
        Object.entries(ids).flatMap(([name, id]) => (id === undefined ? [] : [[name, { id, placing }]])),
    );
}

function existing(resources: readonly (pulumi.Resource | undefined)[]): pulumi.Resource[] {
    return resources.filter((resource) => resource !== undefined);
}
