import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { egressCommand } from "../../../infra/egress-command";
import { stackFile } from "../../support/stack-files";

describe("npm run egress", () => {
    let folder: string;
    let stacks = 0;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "egress-"));
    });
    after(() => rmSync(folder, { recursive: true }));

    /** A stack of that configuration, under a name of its own. */
    function stackOf(config: Readonly<Record<string, unknown>>): string {
        stacks += 1;
        writeFileSync(join(folder, `Pulumi.stack${stacks}.yaml`), stringify({ config }));
        return `stack${stacks}`;
    }
    const prod = () => stackFile("prod").config;
    const own = (key: string) => `secure-aks-ml:${key}`;
    const list = (config: Readonly<Record<string, unknown>>, ...options: string[]) =>
        egressCommand([stackOf(config), ...options], folder);

    it("lists each destination with the subnets that it is for, its port and why", () => {
        const { exitCode, output, errors } = list(prod(), "--format", "json");
        expect([exitCode, errors]).to.deep.equal([0, ""]);
        const rows = JSON.parse(output) as Record<string, unknown>[];
        expect(rows).to.deep.include({
            rule: "gpu-drivers",
            sources: ["10.112.0.0/17"],
            destination: "nvidia.github.io",
            protocol: "HTTPS",
            port: "443",
            why: "GPU drivers that AKS installs on a node.",
            source: "Outbound network and FQDN rules for Azure Kubernetes Service (AKS) clusters",
        });
        expect(rows.map(({ destination }) => destination)).to.include("mcr.microsoft.com");
    });

    it("is a table where nothing else is asked for, each column as wide as its widest cell", () => {
        const [head, ...lines] = list(prod()).output.trimEnd().split("\n");
        const places = ["sources", "destination", "protocol", "port", "why", "source"].map((name) =>
            head.indexOf(`  ${name}`),
        );
        for (const line of lines) {
            for (const place of places.slice(0, -1)) {
                expect(line.slice(place, place + 2), line).to.equal("  ");
            }
        }
    });

    it("quotes in CSV what would end a cell, and escapes in Markdown what would be markup", () => {
        const entry = { name: "partner", fqdns: ["*.contoso.com"], reason: 'The partner\'s "interface", all of it' };
        const config = { ...prod(), [own("allowedEgress")]: [entry] };
        expect(list(config, "--format", "csv").output).to.contain(
            '*.contoso.com,HTTPS,443,"The partner\'s ""interface"", all of it",configuration\r\n'.slice(0, -2),
        );
        expect(list(config, "-f", "markdown").output).to.contain("| \\*.contoso.com | HTTPS | 443 |");
    });

    it("opens what configuration allows for the pools and the spoke that it names alone", () => {
        const { platform, learning } = prod()[own("spokes")] as Record<string, object>;
        const everywhere = { name: "partner", fqdns: ["api.contoso.com"], pools: ["system", "user"] };
        const here = {
            name: "partner",
            network: [{ destinations: ["203.0.113.0/24", "Sql.WestEurope"], ports: ["1433"] }],
        };
        const reason = "The partner's interface";
        const config = {
            ...prod(),
            [own("allowedEgress")]: [{ ...everywhere, reason }],
            [own("spokes")]: { platform, learning: { ...learning, allowedEgress: [{ ...here, reason }] } },
        };
        const rows = JSON.parse(list(config, "--format", "json").output) as Record<string, unknown>[];
        const sourcesOf = (rule: string) => rows.filter((row) => row["rule"] === rule).map((row) => row["sources"]);
        expect(sourcesOf("allowed-partner")).to.deep.equal([
            ["10.111.192.0/20", "10.111.0.0/17", "10.112.192.0/20", "10.112.0.0/17"],
        ]);
        expect(sourcesOf("allowed-learning.partner_1")).to.deep.equal([["10.112.0.0/17"], ["10.112.0.0/17"]]);
    });

    it("takes the region of each spoke", () => {
        const { platform, learning } = prod()[own("spokes")] as Record<string, object>;
        const spokes = { platform, learning: { ...learning, location: "northeurope" } };
        const { output } = list({ ...prod(), [own("spokes")]: spokes });
        expect(output).to.contain("northeurope.api.azureml.ms").and.not.to.contain("westeurope.api.azureml.ms");
    });

    it("opens what a jump host needs for its own subnet alone", () => {
        const { platform, learning } = prod()[own("spokes")] as Record<string, object>;
        const jumpHost = { sshPublicKey: `ssh-ed25519 ${"A".repeat(68)}` };
        const config = { ...prod(), [own("spokes")]: { platform, learning: { ...learning, jumpHost } } };
        const rows = JSON.parse(list(config, "--format", "json").output) as Record<string, unknown>[];
        const entries = rows.filter(({ sources }) => JSON.stringify(sources) === '["10.112.252.0/23"]');
        expect(new Set(entries.map(({ rule }) => rule))).to.deep.equal(new Set(["entra-login"]));
    });

    it("needs no secret opened", () => {
        const bootstrap = { secure: "v1:abc:def" };
        const image = { publisher: "contoso", offer: "firewall", sku: "byol", version: "1.2.3" };
        const egress = { mode: "appliance", image, adminSshKey: "ssh-ed25519 AAAA", bootstrap };
        const hub = { addressSpace: "10.110.0.0/23", egress, dns: { mode: "azure" } };
        expect(list({ ...prod(), [own("hub")]: hub })).to.include({ exitCode: 0, errors: "" });
    });

    it("reports every problem of the configuration at once, and nothing else", () => {
        const hub = { addressSpace: "10.110.0.0/28", egress: { mode: "firewall", tier: "Basic" } };
        const { exitCode, output, errors } = list({ ...prod(), [own("hub")]: hub, [own("location")]: "West Europe" });
        expect([exitCode, output]).to.deep.equal([1, ""]);
        expect(errors)
            .to.contain("has 3 problems")
            .and.not.to.match(/^\s+at /m);
        for (const path of ["hub.addressSpace", "hub.egress.tier", "location"]) {
            expect(errors).to.contain(`secure-aks-ml:${path}\n`);
        }
    });

    it("says which stacks there are, what is no YAML, and how it is called", () => {
        const stack = stackOf(prod());
        writeFileSync(join(folder, "Pulumi.broken.yaml"), "config: [");
        const errorsOf = (...args: string[]) => {
            const { exitCode, errors } = egressCommand(args, folder);
            expect(exitCode).to.equal(1);
            return errors;
        };
        expect(errorsOf("nobody")).to.contain('There is no stack "nobody"').and.to.contain(stack);
        expect(errorsOf("../etc")).to.contain('There is no stack "../etc"');
        expect(errorsOf("broken")).to.contain("is no YAML");
        expect(errorsOf()).to.match(/^Usage: /);
        expect(errorsOf(stack, "another")).to.match(/^Usage: /);
        expect(errorsOf(stack, "--format", "xml")).to.contain('There is no format "xml"');
        expect(errorsOf(stack, "--colour")).to.contain("--colour");
    });
});
