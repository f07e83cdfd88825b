import { z } from "zod";
import { kubernetesName } from "./values";

export const allowedEgressEntry = z.strictObject({
    name: kubernetesName("Ends up in the rule's name."),
    fqdns: z
        .array(
            z
                .string()
                .regex(
                    /^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,63}$/,
                    "a host name such as api.contoso.com, or *.contoso.com for its sub-domains",
                ),
        )
        .min(1),
    reason: z.string().min(10).describe("Why; kept as the rule's description."),
});
