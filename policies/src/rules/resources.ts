import { resourceRule } from "../frame/rule";

/** Types that people look for by their tags, and whose region decides where data is kept. */
const MAIN = [
    "containerregistry:Registry",
    "containerservice:ManagedCluster",
    "keyvault:Vault",
    "kubernetes:ConnectedCluster",
    "machinelearningservices:Workspace",
    "network:ApplicationGateway",
    "network:AzureFirewall",
    "network:VirtualNetwork",
    "operationalinsights:Workspace",
    "resources:ResourceGroup",
    "storage:StorageAccount",
];

export const requiredTags = resourceRule<{ required: string[] }>({
    id: "SAM-RES-001",
    name: "res-tags",
    title: "A main resource must bear the tags that its organisation asks for.",
    severity: "low",
    risk: "In an incident nobody knows whose it is, or how sensitive its data are.",
    remediation: ["Add the tags, or set them as default tags of the provider."],
    control: { reference: "AM-3", mapping: "own reading" },
    scanners: {},
    config: {
        required: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Names of the tags.",
        },
    },
    types: MAIN,
    check({ inputs }, findings, { required }) {
        for (const name of required) {
            findings.requirePresent(inputs.at("tags").known().key(name));
        }
    },
});

export const allowedRegions = resourceRule<{ allowed: string[] }>({
    id: "SAM-RES-002",
    name: "res-location",
    title: "A main resource must stand in a region that its organisation allows.",
    severity: "medium",
    risk: "Data under a law of one country are then kept in another.",
    remediation: ["Set location to an allowed region; that makes a new resource."],
    control: { reference: "AM-2", mapping: "own reading" },
    scanners: {},
    config: {
        allowed: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Names of the regions, such as westeurope. With none, every region is allowed.",
        },
    },
    types: MAIN,
    check({ inputs }, findings, { allowed }) {
        const location = inputs.at("location");
        // Absent: the provider's own, which is the organisation's to set.
        if (allowed.length > 0 && !location.absent) {
            const names = allowed.map(plain);
            findings.require(location, {
                accepts: (raw) => names.includes(plain(String(raw))),
                text: `one of ${allowed.join(", ")}`,
            });
        }
    },
});

/** `West Europe` and `westeurope` are one region. */
function plain(region: string): string {
    return region.toLowerCase().replaceAll(" ", "");
}

/** The type at the end of a URN's types, if it is one of azure-native's with a preview version in its name. */
const PREVIEW_TYPE = /(?:::|\$)(azure-native[:_][^:]+v\d{8}(?:private)?preview:[\w:]+)::/;

export const noPreviewVersions = resourceRule({
    id: "SAM-RES-003",
    name: "res-no-preview-api",
    title: "A resource must not be pinned to a preview version of Azure's API.",
    severity: "low",
    risk: "Azure takes preview versions away, and with them the way to change or read the resource.",
    remediation: ["Take the type without a version, or a version without preview in its name."],
    control: { reference: "AM-2", mapping: "own reading" },
    scanners: {},
    types: ["*"],
    check({ urn }, findings) {
        const token = PREVIEW_TYPE.exec(urn)?.[1];
        if (token !== undefined) {
            findings.fail(`${token} is a preview version. Take one that isn't.`);
        }
    },
});

export const resourceRules = [requiredTags, allowedRegions, noPreviewVersions];
