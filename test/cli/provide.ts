// Provides the pinned Pulumi CLI and prints the path of its executable:
//     node -r ts-node/register/transpile-only test/cli/provide.ts
import { CliUnavailableError } from "./provide-cli";
import { pulumiCli } from "./pulumi-cli";

pulumiCli().then(
    (cli) => process.stdout.write(`${cli.executable}\n`),
    (error: unknown) => {
        if (!(error instanceof CliUnavailableError)) {
            throw error;
        }
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
    },
);
