/** An answer by which Azure Resource Manager refuses a request. The text has the form that the real provider prints. */
export class ArmError extends Error {
    constructor(
        readonly code: string,
        readonly detail: string,
        readonly status = 400,
    ) {
        super(`Status=${status} Code="${code}" Message="${detail}"`);
        this.name = "ArmError";
    }
}

export function notFound(id: string): ArmError {
    return new ArmError("ResourceNotFound", `The Resource '${shortName(id)}' (${id}) was not found.`, 404);
}

/** `Microsoft.Network/virtualNetworks/vnet-hub` of a full id: enough to recognise it, as ARM shortens ids too. */
export function shortName(id: string): string {
    const afterProvider = id.split(/\/providers\//i).pop() ?? id;
    return afterProvider.replace(/^\//, "");
}
