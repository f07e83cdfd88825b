import { armType, parentId } from "./arm-id";
import type { CloudView } from "./resource-type";

/** A kind of resource that Azure creates by itself, given what else exists. */
type Existence = (id: string, cloud: CloudView) => boolean;

const NETWORK_WATCHER_GROUP = /\/resourceGroups\/NetworkWatcherRG(\/|$)/i;

/** Azure keeps one network watcher per region and subscription, in a resource group of its own. */
const networkWatcher: Existence = (id, cloud) =>
    NETWORK_WATCHER_GROUP.test(id) &&
    ["microsoft.resources/resourcegroups", "microsoft.network/networkwatchers"].includes(armType(id).toLowerCase()) &&
    cloud.ofType("network:VirtualNetwork").length > 0;

/** A storage account has its services from the start; they have settings of their own, such as what they log. */
const storageService: Existence = (id, cloud) =>
    /\/(blob|file|queue|table)Services\/default$/i.test(id) &&
    armType(parentId(id) ?? "").toLowerCase() === "microsoft.storage/storageaccounts" &&
    cloud.get(parentId(id) ?? "") !== undefined;

/** Whether an id names something that Azure has without anybody having asked for it. */
export function implicitlyExists(id: string, cloud: CloudView): boolean {
    return [networkWatcher, storageService].some((existence) => existence(id, cloud));
}
