import { planHub, planSpoke, type HubPlan, type SpokePlan } from "../components/network/address-plan";
import { hubSlot, rangesOf, widthFor, type AddressPool } from "../components/network/address-planner";
import type { HubConfig } from "./config/schema/hub";
import type { SpokeConfig } from "./config/schema/spoke";
import { roomOf, type RoomRequest } from "./spoke-room";

/** A spoke's addresses, and those of its cluster's overlay. */
export interface SpokeAddresses extends SpokePlan {
    readonly podCidr: string;
    readonly serviceCidr: string;
}

type SpaceRequest = Partial<Pick<SpokeConfig, "addressSpace" | "slot" | "width">> & RoomRequest;

/** Where neither a cluster nor a slot says anything: outside of what most networks use. */
const overlay = { podCidr: "100.64.0.0/16", serviceCidr: "100.65.0.0/16" };

/** @throws RangeError where the space that is asked for can't be had; undefined where none is asked for. */
export function hubSpace({ addressSpace }: HubConfig, pool: AddressPool | undefined): string | undefined {
    return addressSpace ?? (pool && rangesOf(pool, hubSlot).addressSpace);
}

/** @throws RangeError where the slot that is asked for can't be had; undefined where neither slot nor space is given. */
export function spokeSpace(
    spoke: SpaceRequest,
    pool: AddressPool | undefined,
): { addressSpace: string; podCidr: string; serviceCidr: string } | undefined {
    const { addressSpace, slot, cluster } = spoke;
    const ranges = pool && slot !== undefined ? rangesOf(pool, { slot, width: widthOf(spoke, pool) }) : undefined;
    const space = addressSpace ?? ranges?.addressSpace;
    return space === undefined
        ? undefined
        : {
              addressSpace: space,
              podCidr: cluster?.podCidr ?? ranges?.podCidr ?? overlay.podCidr,
              serviceCidr: cluster?.serviceCidr ?? ranges?.serviceCidr ?? overlay.serviceCidr,
          };
}

/** How many slots a spoke takes: what it says, or what it needs. */
export function widthOf(spoke: SpaceRequest, pool: AddressPool): number {
    return spoke.width ?? widthFor(pool, roomOf(spoke));
}

/** The hub's plan, from settings that were checked. */
export function plannedHub(hub: HubConfig, pool: AddressPool | undefined): HubPlan {
    return planHub(hubSpace(hub, pool) ?? "");
}

/** A spoke's plan, from settings that were checked. */
export function plannedSpoke(spoke: SpaceRequest, pool: AddressPool | undefined): SpokeAddresses {
    const { addressSpace = "", podCidr = "", serviceCidr = "" } = spokeSpace(spoke, pool) ?? {};
    return { ...planSpoke(addressSpace), podCidr, serviceCidr };
}
