import { z } from "zod";

export const jumpHostSchema = z
    .strictObject({
        vmSize: z
            .string()
            .regex(/^Standard_\w+$/, "an Azure VM size such as Standard_D2ds_v5")
            .default("Standard_D2ds_v5"),
        sshPublicKey: z
            .string()
            .regex(
                /^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/=]{60,}( .*)?$/,
                "an SSH public key that begins with ssh-rsa or ssh-ed25519",
            )
            .describe("Of the machine's own account, for the day when Entra is out of reach; Azure demands one."),
    })
    .describe("A Linux machine for operators, reached through Bastion alone; they sign in with Entra.");

export type JumpHostConfig = z.output<typeof jumpHostSchema>;
