/** Tells a person what takes long. On stderr: stdout belongs to the command that needs the CLI. */
export function progress(message: string): void {
    process.stderr.write(`pulumi-cli: ${message}\n`);
}
