import { createHash } from "node:crypto";

/** What every name of a deployment is made of. */
export interface NameParts {
    readonly workload: string;
    readonly environment: string;
    readonly subscriptionId: string;
}

/** Names after the Cloud Adoption Framework; computed, so that a preview shows them and the next one finds them again. */
export class Names {
    constructor(private readonly parts: NameParts) {}

    /** The end of every name in one part of the platform, for example `hub-contoso-dev`. */
    public of(part: string): string {
        return [part, this.parts.workload, this.parts.environment].join("-");
    }

    /** A name that must be unique in all of Azure and takes letters and digits alone, at most 24. */
    public global(prefix: string, part: string): string {
        const readable = `${prefix}${part}${this.parts.workload}${this.parts.environment}`;
        return readable.slice(0, 18) + this.fingerprint(prefix, part);
    }

    /** Keeps the names of two subscriptions with the same workload and environment apart. */
    private fingerprint(prefix: string, part: string): string {
        const { workload, environment, subscriptionId } = this.parts;
        const text = [workload, environment, subscriptionId, prefix, part].join("|");
        return createHash("sha256").update(text).digest("hex").slice(0, 6);
    }
}
