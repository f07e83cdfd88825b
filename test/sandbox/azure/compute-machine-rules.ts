import { isDeepStrictEqual } from "node:util";
import { containsUnknown, stringAt, valueAt, valuesAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { lastSegment } from "./arm-id";
import type { Rule } from "./resource-type";

/** Microsoft.Compute: what a virtual machine's operating system demands: accounts, images, and what can't change. */

/** Somebody must be able to sign in; a machine on a disk that is attached has its accounts already. */
export const adminCanSignIn: Rule = ({ id, inputs }) => {
    const profile = inputs["osProfile"];
    if (valueAt(inputs, "storageProfile.osDisk.createOption") === "Attach" || containsUnknown(profile))
        return undefined;
    const refuse = (reason: string) =>
        new ArmError("InvalidParameter", `Virtual machine ${lastSegment(id)}: ${reason}`);
    const missing = ["osProfile", "osProfile.adminUsername"].find((path) => valueAt(inputs, path) === undefined);
    if (missing !== undefined) return refuse(`Required parameter '${missing}' is missing (null).`);
    const hasPassword = valueAt(profile, "adminPassword") !== undefined;
    const hasKeys = valuesAt(profile, "linuxConfiguration.ssh.publicKeys[]").length > 0;
    const closed = valueAt(profile, "linuxConfiguration.disablePasswordAuthentication") === true;
    if (closed && !hasKeys) {
        return refuse("Authentication using either SSH or by user name and password must be enabled in Linux profile.");
    }
    if (closed && hasPassword) return refuse("adminPassword can't be given with disablePasswordAuthentication.");
    if (hasPassword || (hasKeys && closed)) return undefined;
    return refuse("Required parameter 'adminPassword' is missing (null).");
};

/** Publishers of firewalls, whose images are offers of the marketplace and carry a plan. */
const MARKETPLACE = [
    "barracudanetworks",
    "checkpoint",
    "cisco",
    "decisosalesbv",
    "f5-networks",
    "fortinet",
    "paloaltonetworks",
    "sophos",
];
/** Publishers whose images have no plan: the platform's own ones. */
const PLATFORM = ["canonical", "debian", "microsoftcblmariner", "microsoftwindowsserver", "redhat"];

export const imageHasItsPlan: Rule = ({ id, inputs }) => {
    const image = valueAt(inputs, "storageProfile.imageReference");
    const publisher = stringAt(image, "publisher")?.toLowerCase();
    const plan = inputs["plan"];
    const refuse = (reason: string) =>
        new ArmError("VMMarketplaceInvalidInput", `Virtual machine ${lastSegment(id)}: ${reason}`);
    if (publisher === undefined || containsUnknown([plan, image])) return undefined;
    if (plan === undefined) {
        if (!MARKETPLACE.includes(publisher)) return undefined;
        return refuse(
            `Creating a virtual machine from Marketplace image of ${publisher} requires Plan information in the request.`,
        );
    }
    if (PLATFORM.includes(publisher)) {
        return refuse(
            "Creating a virtual machine from a non Marketplace image does not need Plan information, please remove it.",
        );
    }
    const pairs = { publisher: "publisher", product: "offer", name: "sku" };
    const wrong = Object.entries(pairs).find(([ofPlan, ofImage]) => {
        const [one, other] = [stringAt(plan, ofPlan), stringAt(image, ofImage)];
        return one?.toLowerCase() !== other?.toLowerCase();
    });
    if (!wrong) return undefined;
    return refuse(
        `plan.${wrong[0]} '${stringAt(plan, wrong[0]) ?? ""}' is not the image's ${wrong[1]} '${stringAt(image, wrong[1]) ?? ""}'.`,
    );
};

const FIXED = [
    "osProfile.adminUsername",
    "osProfile.computerName",
    "osProfile.customData",
    "osProfile.linuxConfiguration.ssh",
    "storageProfile.imageReference",
    "plan",
];

/** Azure doesn't set up a machine a second time. */
export const whatIsFixedStays: Rule = ({ id, inputs }, cloud) => {
    const before = cloud.get(id)?.inputs;
    const changed = FIXED.find((path) => {
        const [old, now] = [valueAt(before, path), valueAt(inputs, path)];
        return !containsUnknown(now) && !isDeepStrictEqual(old, now);
    });
    if (!before || changed === undefined) return undefined;
    const message = `Changing property '${changed}' is not allowed (${lastSegment(id)}). Create a new virtual machine.`;
    return new ArmError("PropertyChangeNotAllowed", message, 409);
};
