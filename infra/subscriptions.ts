import { Provider } from "@pulumi/azure-native/provider";
import type * as pulumi from "@pulumi/pulumi";

/** Options of a resource that put it, and what is inside it, into a subscription. */
export interface Placing {
    provider?: pulumi.ProviderResource;
}

/** Options that put resources into a subscription: each one but the stack's own has a provider of its own. */
export class Subscriptions {
    private readonly providers = new Map<string, Provider>();

    /** @param defaults What the default provider has. */
    constructor(private readonly defaults: { subscriptionId: string; location: string }) {}

    public placing(subscriptionId: string): Placing {
        const id = subscriptionId.toLowerCase();
        if (id === this.defaults.subscriptionId.toLowerCase()) {
            return {};
        }
        const { location } = this.defaults;
        const provider = this.providers.get(id) ?? new Provider(`subscription-${id}`, { subscriptionId: id, location });
        this.providers.set(id, provider);
        return { provider };
    }
}
