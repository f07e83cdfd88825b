import { smallestHub, smallestSpoke } from "../../../components/network/address-plan";
import { freeSlots, nodeRange, type AddressPool } from "../../../components/network/address-planner";
import { blockAt, contains, overlaps, parseCidr, type Cidr } from "../../../components/network/cidr";
import { hubSpace, spokeSpace, widthOf } from "../../address-plan";
import { show, type Problem } from "../problem";
import type { SpokeConfig } from "../schema/spoke";
import type { SoundParts } from "../sound-parts";
import { podRoomProblems, subnetRoomProblems, type Nodes } from "./rooms";

/** A range of addresses, and the setting that asks for it. */
interface Range {
    readonly path: string;
    readonly cidr: Cidr;
}

/** What a range must be; prefix lengths. */
interface Demands {
    readonly smallest: number;
    /** Default: no limit. */
    readonly largest?: number;
    /** Whether what AKS refuses may be among it: it only encloses others, or lies elsewhere. Default: no. */
    readonly anywhere?: boolean;
    /** Whether public addresses are refused. Default: no. */
    readonly privateOnly?: boolean;
}

/** What AKS refuses for networks, pods and services. From "Concepts - networking in AKS". */
const forbiddenRanges = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"].map(parseCidr);
/** RFC 1918 and RFC 6598: what "Azure CNI Overlay networking" takes for pods. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(parseCidr);
/** Containers on a node see Docker's bridge there; Azure Machine Learning jobs fail to reach what lies behind it. */
const dockerBridge = parseCidr("172.17.0.0/16");

/** Ranges that Azure would refuse, that overlap, or that are too small for the nodes they are to serve. */
export function addressProblems(parts: SoundParts): Problem[] {
    const problems: Problem[] = [];
    const read = (path: string, text: string, demands: Demands): Range[] => {
        const result = readRange(path, text, demands);
        if ("remedy" in result) {
            problems.push(result);
            return [];
        }
        return [result];
    };

    const pool = readPool(parts.addresses, read);
    const networks = hubRanges(parts, pool, read, problems);
    networks.push(...parts.onPremises.flatMap(({ path, text }) => read(path, text, { smallest: 32, anywhere: true })));
    const overlays: Range[][] = [];
    for (const [name, spoke] of Object.entries(parts.addressed)) {
        const path = `spokes.${name}`;
        const spaces = readSpaces(path, spoke, pool, problems);
        if (!spaces) {
            continue;
        }
        const asked = spoke.addressSpace === undefined ? `${path}.slot` : `${path}.addressSpace`;
        const network = read(asked, spaces.addressSpace, { smallest: smallestSpoke });
        networks.push(...network);
        problems.push(...network.flatMap((range) => dockerProblems(range, spoke)));
        if (spoke.cluster) {
            const pods = read(`${path}.cluster.podCidr`, spaces.podCidr, { smallest: nodeRange, privateOnly: true });
            // Azure wants the range of services smaller than /12; dnsServiceIP takes its eleventh address.
            const demands = { smallest: 28, largest: 13, privateOnly: true };
            overlays.push([...pods, ...read(`${path}.cluster.serviceCidr`, spaces.serviceCidr, demands)]);
            const nodes = { path: `${path}.cluster`, cluster: spoke.cluster };
            const tight = roomProblems(nodes, network, pods);
            problems.push(
                ...(pool && spoke.addressSpace === undefined ? offerWidth(tight, nodes, spoke, pool) : tight),
            );
        }
    }
    return [...problems, ...overlapProblems(networks, overlays).map((problem) => offerSlot(problem, parts, networks))];
}

function roomProblems(nodes: Nodes, network: readonly Range[], pods: readonly Range[]): Problem[] {
    return [
        ...network.flatMap(({ cidr }) => subnetRoomProblems(nodes, cidr)),
        ...pods.flatMap(({ cidr }) => podRoomProblems(nodes, cidr)),
    ];
}

/** Who has too little room in its slots may take more of them: the fewest that hold its nodes. */
function offerWidth(problems: Problem[], nodes: Nodes, spoke: SpokeConfig, pool: AddressPool): Problem[] {
    if (problems.length === 0) {
        return [];
    }
    const range = (text: string): Range[] => [{ path: "", cidr: parseCidr(text) }];
    const holds = (width: number) => {
        const spaces = spokeSpace({ ...spoke, slot: width, width }, pool);
        return spaces && roomProblems(nodes, range(spaces.addressSpace), range(spaces.podCidr)).length === 0;
    };
    const width = widthOf({ ...spoke, width: undefined }, pool);
    return holds(width)
        ? problems.map((problem) => ({
              ...problem,
              remedy: `${problem.remedy} Or set width to ${width}, and slot to a multiple of it, before the spoke is made.`,
          }))
        : problems;
}

/** Who overlaps with a slot needs another one: the first that nobody has. */
function offerSlot(problem: Problem, { addresses, addressed }: SoundParts, networks: readonly Range[]): Problem {
    if (!addresses || !problem.path.endsWith(".slot")) {
        return problem;
    }
    const taken = Object.values(addressed).flatMap((spoke) =>
        spoke.slot === undefined ? [] : [{ slot: spoke.slot, width: widthOf(spoke, addresses) }],
    );
    const others = networks.filter(({ path }) => !path.endsWith(".slot")).map(({ cidr }) => cidr);
    const [free] = freeSlots(addresses, taken, others);
    return free === undefined ? problem : { ...problem, remedy: `Take a free slot, for example ${free}.` };
}

type Read = (path: string, text: string, demands: Demands) => Range[];

/** The pool, where its own ranges are sound. */
function readPool(addresses: SoundParts["addresses"], read: Read): SoundParts["addresses"] {
    if (!addresses) {
        return undefined;
    }
    // A slot must leave room for the smallest spoke, and one of its pods' ranges for a node.
    const deeper = Math.log2(addresses.slots);
    const overlayBits = addresses.sharedOverlays ? 0 : deeper;
    const sound = [
        read("addresses.supernet", addresses.supernet, { smallest: smallestSpoke - deeper, anywhere: true }),
        read("addresses.pods", addresses.pods, { smallest: nodeRange - overlayBits, privateOnly: true }),
        read("addresses.services", addresses.services, { smallest: 28 - overlayBits, privateOnly: true }),
    ];
    return sound.every((ranges) => ranges.length > 0) ? addresses : undefined;
}

function hubRanges(
    { hub, existingHub }: SoundParts,
    pool: SoundParts["addresses"],
    read: Read,
    problems: Problem[],
): Range[] {
    if (existingHub) {
        return existingHub.addressSpaces.flatMap((text, index) =>
            read(`existingHub.addressSpaces[${index}]`, text, { smallest: 29 }),
        );
    }
    const space = hub && hubSpace(hub, pool);
    if (space === undefined) {
        problems.push(...(hub ? [noSpace("hub.addressSpace", "addresses, whose first slot is the hub's")] : []));
        return [];
    }
    return read(hub?.addressSpace === undefined ? "addresses.supernet" : "hub.addressSpace", space, {
        smallest: smallestHub,
    });
}

function readSpaces(
    path: string,
    spoke: SpokeConfig,
    pool: SoundParts["addresses"],
    problems: Problem[],
): ReturnType<typeof spokeSpace> {
    if (spoke.addressSpace === undefined && (spoke.slot === undefined || !pool)) {
        problems.push(noSpace(`${path}.addressSpace`, "addresses together with a slot of this spoke"));
        return undefined;
    }
    try {
        return spokeSpace(spoke, pool);
    } catch (error) {
        if (!(error instanceof RangeError) || !pool) {
            throw error;
        }
        const { slot = 0 } = spoke;
        const width = widthOf(spoke, pool);
        const nearest = Math.max(width, Math.min(slot - (slot % width), pool.slots - width));
        problems.push({
            path: `${path}.slot`,
            found: error.message,
            allowed: `a multiple of ${width} from ${width === 1 ? 1 : width} to ${pool.slots - width}`,
            remedy: `Take another slot, for example ${nearest}.`,
        });
        return undefined;
    }
}

function noSpace(path: string, otherwise: string): Problem {
    return {
        path,
        found: "nothing",
        allowed: `a network address and its prefix length, such as 10.0.0.0/16, or ${otherwise}`,
        remedy: `Set it in the stack file, or with: pulumi config set --path 'secure-aks-ml:${path}' <value>`,
    };
}

function readRange(
    path: string,
    text: string,
    { smallest, largest = 0, anywhere, privateOnly }: Demands,
): Range | Problem {
    let cidr: Cidr;
    try {
        cidr = parseCidr(text);
    } catch (error) {
        if (!(error instanceof RangeError)) {
            throw error;
        }
        return notABlock(path, error);
    }
    if (cidr.prefix > smallest) {
        const wider = blockAt((cidr.first >> BigInt(32 - smallest)) << BigInt(32 - smallest), smallest);
        return {
            path,
            found: show(text),
            allowed: `a /${smallest} or larger`,
            remedy: `Give it more addresses, for example ${wider.text} if that is free.`,
        };
    }
    if (cidr.prefix < largest) {
        return {
            path,
            found: show(text),
            allowed: `a /${largest} or smaller`,
            remedy: `Take a part of it, for example ${blockAt(cidr.first, largest).text}.`,
        };
    }
    const forbidden = anywhere ? undefined : forbiddenRanges.find((range) => overlaps(range, cidr));
    if (forbidden) {
        return {
            path,
            found: `${show(text)}, which overlaps ${forbidden.text}`,
            allowed: `ranges outside ${textOf(forbiddenRanges)}`,
            remedy: "Choose another private range; AKS refuses this one.",
        };
    }
    if (privateOnly && !privateRanges.some((range) => contains(range, cidr))) {
        return {
            path,
            found: `${show(text)}, which holds public addresses`,
            allowed: `ranges within ${textOf(privateRanges)}`,
            remedy: "Choose a private range; nodes could not reach the real owners of these addresses.",
        };
    }
    return { path, cidr };
}

/** What to say where {@link parseCidr} refused a text. */
export function notABlock(path: string, { message }: RangeError): Problem {
    return {
        path,
        found: message,
        allowed: "a network address and its prefix length, such as 10.0.0.0/16",
        remedy: "Correct the address or the prefix length.",
    };
}

function overlapProblems(networks: readonly Range[], overlays: readonly (readonly Range[])[]): Problem[] {
    // Clusters don't see each other's overlays, so these may be used again; they must fit the networks, and each other.
    const groups = [networks, ...overlays.map((ranges) => [...networks, ...ranges])];
    const found = new Map<string, Problem>();
    for (const group of groups) {
        group.forEach((range, index) => {
            const other = group.slice(0, index).find((earlier) => overlaps(earlier.cidr, range.cidr));
            if (other) {
                found.set(range.path, {
                    path: range.path,
                    found: `"${range.cidr.text}", which overlaps ${other.path} (${other.cidr.text})`,
                    allowed: "a range of its own",
                    remedy: "Move one of the two.",
                });
            }
        });
    }
    return [...found.values()];
}

function dockerProblems({ path, cidr }: Range, { machineLearning }: SpokeConfig): Problem[] {
    if (!machineLearning || !overlaps(cidr, dockerBridge)) {
        return [];
    }
    return [
        {
            path,
            found: `"${cidr.text}", which overlaps ${dockerBridge.text}`,
            allowed: "ranges beside Docker's own bridge network",
            remedy: "Choose another range for a spoke with Azure Machine Learning.",
        },
    ];
}

function textOf(ranges: readonly Cidr[]): string {
    return ranges.map(({ text }) => text).join(", ");
}
