import { plannedHub, plannedSpoke } from "../../infra/address-plan";
import { readSettings } from "../../infra/config/load";
import { median } from "./measure";
import { configOfSpokes } from "./spokes";

/** What it takes to lay out many spokes of a supernet, and to check their settings first. */
export interface Planning {
    readonly spokes: number;
    /** Addresses of the hub, of every spoke, of their subnets, pods and services. */
    readonly planningSeconds: number;
    /** Reading and checking the whole configuration, overlaps included. */
    readonly checkingSeconds: number;
}

const spokes = 1000;
const rounds = 5;

export function measurePlanning(): Planning {
    const config = configOfSpokes(spokes);
    const checks: number[] = [];
    const plans: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
        const { result, seconds } = timed(() => readSettings(config));
        const settings = result.settings;
        if (!settings?.hub) {
            throw new Error(`The bench's own settings are refused: ${JSON.stringify(result.problems[0])}`);
        }
        const { hub, addresses } = settings;
        checks.push(seconds);
        plans.push(
            timed(() => {
                plannedHub(hub, addresses);
                return Object.values(settings.spokes).map((spoke) => plannedSpoke(spoke, addresses));
            }).seconds,
        );
    }
    return { spokes, planningSeconds: median(plans), checkingSeconds: median(checks) };
}

function timed<Result>(run: () => Result): { result: Result; seconds: number } {
    const start = process.hrtime.bigint();
    const result = run();
    return { result, seconds: Number(process.hrtime.bigint() - start) / 1e9 };
}
