import * as pulumi from "@pulumi/pulumi";
import type { GatewaySite } from "../../../../components/ingress/gateway-plan";
import type { WafSettings } from "../../../../components/ingress/waf-plan";

export const firewall: WafSettings = {
    ruleSet: "DRS 2.2",
    exclusions: {},
    overrides: {},
    customRules: {},
    body: { maxKB: 128, inspectKB: 128, uploadMB: 100 },
};

/** A site with what every site says, and what a test says otherwise. */
export function siteOf(hostName: string, changes: Partial<GatewaySite> = {}): GatewaySite {
    return {
        hostNames: [hostName],
        certificate: { secretId: "https://kv.vault.azure.net/secrets/apps", vaultId: "/vaults/kv" },
        backend: "cluster",
        probePath: "/healthz",
        paths: {},
        redirects: {},
        affinity: false,
        timeouts: { requestSeconds: 30, drainSeconds: 60 },
        ...changes,
    };
}

/** Stands for something that a gateway must wait for. */
export class Zone extends pulumi.ComponentResource {
    constructor() {
        super("test:index:Zone", "zone");
    }
}
