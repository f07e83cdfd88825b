import { expect } from "chai";
import { agentsOf, onInProd } from "../../../infra/defaults";
import { readSettings } from "../../../infra/config/load";
import { changed, problemsOf, type Change } from "./sound-config";

const group = "00000000-0000-0000-0000-000000000003";
const budget = { monthlyAmount: 100, startMonth: "2026-01" };
const emails = ["platform@contoso.com"];
const existingHub = {
    networkId:
        "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub",
    addressSpaces: ["10.100.0.0/23"],
    nextHop: "10.100.0.4",
};

describe("Settings of observability", () => {
    const refused: Record<string, { changes: Change[]; path: string }> = {
        "a budget that tells nobody": {
            changes: [["observability/budget", budget]],
            path: "observability.budget.emails",
        },
        "a budget that begins in no month": {
            changes: [
                ["observability/budget", { ...budget, startMonth: "2026-13" }],
                ["observability/alerts", { emails }],
            ],
            path: "observability.budget.startMonth",
        },
        "an address that is none": {
            changes: [["observability/alerts", { emails: ["platform"] }]],
            path: "observability.alerts.emails[0]",
        },
        "analytics of flows that nobody keeps": {
            changes: [["observability/flowLogs", { enabled: false, trafficAnalytics: true }]],
            path: "observability.flowLogs.trafficAnalytics",
        },
        "dashboards without metrics": {
            changes: [["observability/grafana", { adminGroups: [group] }]],
            path: "observability.grafana",
        },
        "a shared endpoint without a place": {
            changes: [
                ["hub", undefined],
                ["existingHub", existingHub],
                ["spokes/platform/location", "northeurope"],
                ["observability/privateLink", true],
            ],
            path: "observability.privateLink",
        },
    };
    for (const [name, { changes, path }] of Object.entries(refused)) {
        it(`refuse ${name}`, () => {
            expect(problemsOf(...changes).map((problem) => problem.path)).to.deep.equal([path]);
        });
    }

    const accepted: Record<string, Change[]> = {
        "a budget that tells whom alerts tell": [
            ["observability/budget", budget],
            ["observability/alerts", { emails }],
        ],
        "analytics where the environment switches flow logs on": [
            ["environment", "prod"],
            ["observability/flowLogs", { trafficAnalytics: true }],
        ],
        "dashboards where the environment switches metrics on": [
            ["environment", "prod"],
            ["observability/grafana", { adminGroups: [group] }],
        ],
        "dashboards of a cluster with metrics": [
            ["observability/grafana", { adminGroups: [group] }],
            ["spokes/platform/cluster/monitoring", { prometheus: true }],
        ],
        "a shared endpoint in a spoke beside an existing hub": [
            ["hub", undefined],
            ["existingHub", existingHub],
            ["observability/privateLink", true],
        ],
    };
    for (const [name, changes] of Object.entries(accepted)) {
        it(`take ${name}`, () => {
            expect(problemsOf(...changes)).to.deep.equal([]);
        });
    }
});

describe("Defaults by environment", () => {
    it("are on in production, off elsewhere, and what the stack says everywhere", () => {
        expect(onInProd({ environment: "prod" }, undefined)).to.equal(true);
        expect(onInProd({ environment: "staging" }, undefined)).to.equal(false);
        expect(onInProd({ environment: "dev" }, true)).to.equal(true);
        expect(onInProd({ environment: "prod" }, false)).to.equal(false);
    });

    it("hold for a cluster's agents", () => {
        const { settings } = readSettings(changed(["environment", "prod"]));
        const cluster = settings?.spokes["platform"].cluster;
        expect(settings && cluster && agentsOf(settings, cluster)).to.deep.equal({
            containerLogs: true,
            prometheus: true,
        });
    });
});
