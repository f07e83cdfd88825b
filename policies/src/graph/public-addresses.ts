import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import { isUnknown } from "../frame/value";
import { parseArmId } from "./arm-id";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";

/** Inputs of Azure resources that attach a public address or a prefix of them. */
const ATTACHING =
    /^(publicIP(Address|Addresses|AddressConfiguration|Prefix|Prefixes)|outboundIPs|outboundIPPrefixes)$/i;

/** Every place below `value` where a public address is attached. Unknown lists are places too: they may hold one. */
export function attachments(value: Value): Value[] {
    const { raw } = value;
    if (Array.isArray(raw)) {
        return value.items().flatMap(attachments);
    }
    if (typeof raw !== "object" || raw === null) {
        return [];
    }
    return Object.keys(raw).flatMap((name) => {
        const child = value.key(name);
        return ATTACHING.test(name) && child.present ? [child] : attachments(child);
    });
}

/** Public addresses, and prefixes of them, as resources. */
const ADDRESS_TYPES = ["network:PublicIPAddress", "network:PublicIPPrefix"];

/** Properties above the attachments of a type, which an unknown there would hide. */
const ABOVE_ATTACHMENTS: Readonly<Record<string, string>> = {
    "containerservice:ManagedCluster": "networkProfile.loadBalancerProfile",
    "network:LoadBalancer": "frontendIPConfigurations",
    "network:NetworkInterface": "ipConfigurations",
};

/** Who attaches which public address. */
export class PublicAddresses {
    /** @param owners normalised types that may have a public address */
    constructor(
        private readonly graph: ResourceGraph,
        private readonly owners: ReadonlySet<string>,
    ) {}

    /** Reports every resource but the owners that attaches a public address, and every address that nobody attaches. */
    prove(findings: Findings): void {
        for (const user of this.graph.resources) {
            if (!this.owners.has(user.type) && !ADDRESS_TYPES.includes(user.type)) {
                refuseAttachments(user, findings.on(user.urn));
            }
        }
        const used = this.used();
        for (const type of ADDRESS_TYPES) {
            for (const address of this.graph.ofType(type)) {
                this.requireUser(address, used, findings.on(address.urn));
            }
        }
    }

    private requireUser(address: GraphResource, used: ReadonlySet<GraphResource>, findings: Findings): void {
        if (!used.has(address)) {
            findings.fail(
                `${address.name} is attached to no resource of this stack, so nobody can say what it opens. ` +
                    "Attach it to a firewall, Bastion host, gateway or Application Gateway of this stack, or remove it.",
            );
        }
    }

    /** Addresses and prefixes that something may attach. A prefix is used by the addresses cut from it, judged themselves. */
    private used(): Set<GraphResource> {
        const used = new Set<GraphResource>();
        for (const user of this.graph.resources) {
            const places = ADDRESS_TYPES.includes(user.type)
                ? [user.inputs.at("publicIPPrefix")]
                : attachments(user.inputs);
            for (const place of places) {
                this.attachedAt(user, place).forEach((address) => used.add(address));
            }
        }
        return used;
    }

    private attachedAt(user: GraphResource, place: Value): GraphResource[] {
        const ids = idsIn(place.raw);
        const known = ids.filter((id) => !isUnknown(id));
        const sources = known.length < ids.length ? this.graph.sourcesOf(user, place) : [];
        const followed = known.flatMap((id) =>
            ADDRESS_TYPES.flatMap((type) => {
                const reference = this.graph.follow(user, place.withRaw(id), type);
                return resourcesOf(reference);
            }),
        );
        return [...sources, ...followed];
    }
}

function refuseAttachments(user: GraphResource, findings: Findings): void {
    const above = ABOVE_ATTACHMENTS[user.type];
    if (above !== undefined) {
        findings.attempt(() =>
            user.inputs
                .at(above)
                .items()
                .forEach((each) => each.known()),
        );
    }
    for (const place of attachments(user.inputs)) {
        const remedy = "Remove it; publish through the firewall or an Application Gateway with a WAF.";
        if (place.unknown) {
            findings.undecided(
                `${place.path} of ${user.name} (${user.type}) is not known in this preview, and may attach a public address. ${remedy}`,
            );
        } else if (idsIn(place.raw).length > 0) {
            findings.fail(
                `${place.path} of ${user.name} (${user.type}) attaches a public address, which it may not have. ${remedy}`,
            );
        }
    }
}

/** Texts below a place that are ids of resources, or unknown. */
function idsIn(raw: unknown): unknown[] {
    if (isUnknown(raw)) {
        return [raw];
    }
    if (typeof raw === "string") {
        return parseArmId(raw) ? [raw] : [];
    }
    return typeof raw === "object" && raw !== null ? Object.values(raw).flatMap(idsIn) : [];
}
