import { ArmError } from "./arm-error";

/** AKS answers most bad settings with one code and names the property in the message. */
export function invalid(property: string, message: string): ArmError {
    return new ArmError("InvalidParameter", `The value of parameter ${property} is invalid. ${message}`);
}

/** An update in place of what AKS fixes on create. */
export function unchangeable(property: string, remedy: string): ArmError {
    return new ArmError(
        "PropertyChangeNotAllowed",
        `Changing property 'properties.${property}' is not allowed. ${remedy}`,
        409,
    );
}
