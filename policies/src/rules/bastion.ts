import { falseOrAbsent, is, oneOf } from "../frame/expectation";
import type { RuleInfo } from "../frame/rule";
import { resourceRule } from "../frame/rule";
import { leastZones, requireZones } from "./public-addresses";

const BASTION = ["network:BastionHost"];

/** What no framework asks, and a platform's owner may want: off by default. */
const OPTIONAL: Pick<RuleInfo, "severity" | "level" | "scanners" | "types"> = {
    severity: "low",
    level: "disabled",
    scanners: {},
    types: BASTION,
};

export const noShareableLink = resourceRule({
    id: "SAM-BAS-001",
    name: "bas-no-shareable",
    title: "Bastion must make no links for sharing.",
    severity: "high",
    risk: "Whoever has such a link gets the machine's login page without any sign-in to Azure, and no policy of sign-in applies.",
    remediation: ["Remove enableShareableLink, or set it to false."],
    control: { reference: "PA-7", mapping: "own reading" },
    frameworks: { nist: ["AC-3", "AC-17"] },
    scanners: {},
    types: BASTION,
    fixes: [{ path: "enableShareableLink", value: false }],
    check({ inputs }, findings) {
        findings.require(inputs.at("enableShareableLink"), falseOrAbsent, "Remove it.");
    },
});

export const noAddressConnect = resourceRule({
    id: "SAM-BAS-002",
    name: "bas-no-ip-connect",
    title: "Bastion must connect to Azure resources alone, not to any address.",
    severity: "medium",
    risk: "With connections by address, Azure's roles on machines decide nothing: an operator reaches whatever the network reaches.",
    remediation: ["Remove enableIpConnect, or set it to false."],
    control: { reference: "PA-7", mapping: "own reading" },
    frameworks: { nist: ["AC-3", "AC-6"] },
    scanners: {},
    types: BASTION,
    fixes: [{ path: "enableIpConnect", value: false }],
    check({ inputs }, findings) {
        findings.require(inputs.at("enableIpConnect"), falseOrAbsent, "Remove it.");
    },
});

export const tunnelExplicit = resourceRule({
    id: "SAM-BAS-003",
    name: "bas-tunnel-explicit",
    title: "A Bastion's program must say whether it takes native clients.",
    severity: "medium",
    risk: "Tunnels carry any protocol to any port of a machine, and the tunnel to a private API server needs them: nobody should get or lose them by chance.",
    remediation: ["Set enableTunneling to true for native clients and `az aks bastion`, or to false."],
    control: { reference: "PA-7", mapping: "own reading" },
    scanners: {},
    types: BASTION,
    check({ inputs }, findings) {
        findings.require(
            inputs.at("enableTunneling"),
            { accepts: (raw) => typeof raw === "boolean", text: "true or false" },
            "Set it.",
        );
    },
});

export const bastionStandard = resourceRule({
    id: "SAM-BAS-004",
    name: "bas-standard",
    title: "Bastion must be of the Standard or Premium SKU.",
    severity: "medium",
    risk: "Basic and Developer have no native clients and do not scale, and Developer is shared with other customers.",
    remediation: ['Set sku.name to "Standard" or "Premium".'],
    control: { reference: "PA-2", mapping: "own reading" },
    scanners: {},
    types: BASTION,
    check({ inputs }, findings) {
        findings.require(inputs.at("sku.name"), oneOf("Standard", "Premium"));
    },
});

export const bastionZones = resourceRule<{ leastZones: number }>({
    id: "SAM-BAS-005",
    name: "bas-zones",
    title: "Bastion must be in several availability zones.",
    severity: "medium",
    risk: "If its one data centre fails, operators are locked out just when they are needed.",
    remediation: ['Set zones to ["1", "2", "3"].', "In a region without zones, set this rule's leastZones to 0."],
    control: { reference: "BR-1", mapping: "own reading" },
    frameworks: { nist: ["CP-6"] },
    scanners: {},
    config: leastZones,
    types: BASTION,
    check: ({ inputs }, findings, options) => requireZones(inputs.at("zones"), options.leastZones, findings),
});

export const noCopyPaste = resourceRule({
    ...OPTIONAL,
    id: "SAM-BAS-006",
    name: "bas-copy-paste",
    title: "Bastion must not carry the clipboard.",
    risk: "Data leaves a machine by copy and paste, and no log shows it.",
    remediation: ["Set disableCopyPaste to true. This rule is off by default."],
    control: { reference: "DP-2", mapping: "own reading" },
    check({ inputs }, findings) {
        findings.require(inputs.at("disableCopyPaste"), is(true));
    },
});

export const noFileCopy = resourceRule({
    ...OPTIONAL,
    id: "SAM-BAS-007",
    name: "bas-file-copy",
    title: "Bastion must not carry files.",
    risk: "Data leaves a machine as a file, and no log shows which.",
    remediation: ["Remove enableFileCopy, or set it to false. This rule is off by default."],
    control: { reference: "DP-2", mapping: "own reading" },
    check({ inputs }, findings) {
        findings.require(inputs.at("enableFileCopy"), falseOrAbsent, "Remove it.");
    },
});

export const sessionsRecorded = resourceRule({
    ...OPTIONAL,
    id: "SAM-BAS-008",
    name: "bas-session-recording",
    title: "Bastion must record its sessions.",
    risk: "Nobody can say afterwards what an operator, or who had his account, did on a machine.",
    remediation: ["Set enableSessionRecording to true; it needs the Premium SKU. This rule is off by default."],
    control: { reference: "LT-3", mapping: "own reading" },
    frameworks: { nist: ["AU-14"] },
    check({ inputs }, findings) {
        findings.require(inputs.at("enableSessionRecording"), is(true));
    },
});

export const bastionPrivate = resourceRule({
    ...OPTIONAL,
    id: "SAM-BAS-009",
    name: "bas-private-only",
    title: "Bastion must have no public address.",
    risk: "A Bastion with a public address shows its sign-in page to the Internet.",
    remediation: [
        "Set enablePrivateOnlyBastion to true; it needs the Premium SKU and a VPN or ExpressRoute to reach it. This rule is off by default.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    check({ inputs }, findings) {
        findings.require(inputs.at("enablePrivateOnlyBastion"), is(true));
    },
});

export const bastionClients = resourceRule({
    ...OPTIONAL,
    id: "SAM-BAS-010",
    name: "bas-acl",
    title: "A public Bastion must take connections from named networks alone.",
    risk: "Everybody on the Internet can try stolen sign-ins at Bastion.",
    remediation: [
        "Set networkAcls.ipRules to the prefixes of your own networks. Which SKUs take them is for Azure to say: this rule is off by default.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-17", "SC-7"] },
    check({ inputs }, findings) {
        if (!inputs.at("enablePrivateOnlyBastion").isTrue()) {
            const rules = inputs.at("networkAcls.ipRules");
            if (rules.items().length === 0) {
                findings.fail(
                    `${rules.path} must name a prefix; found ${rules.shown()}. Name those of your own networks.`,
                );
            }
        }
    },
});

export const bastionRules = [
    noShareableLink,
    noAddressConnect,
    tunnelExplicit,
    bastionStandard,
    bastionZones,
    noCopyPaste,
    noFileCopy,
    sessionsRecorded,
    bastionPrivate,
    bastionClients,
];
