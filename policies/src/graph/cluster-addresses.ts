import { AddressSet, NOWHERE } from "./address-set";
import type { GraphResource } from "./resource-graph";

/** The range that Azure takes for pods of an overlay where the program names none. */
const DEFAULT_PODS = AddressSet.parse(["10.244.0.0/16"]);

/** Addresses of pods that have a range of their own; none where they live in their nodes' subnet. */
export function podRangesOf({ inputs }: GraphResource): AddressSet {
    const profile = inputs.at("networkProfile");
    const single = profile.at("podCidr");
    const ranges = AddressSet.parse([
        ...(single.present ? [single.text() ?? ""] : []),
        ...profile.at("podCidrs").texts(),
    ]);
    if (!ranges.empty) {
        return ranges;
    }
    return profile.at("networkPluginMode").folded() === "overlay" ? DEFAULT_PODS : NOWHERE;
}
