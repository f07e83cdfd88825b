import { policyReport } from "./command";

try {
    process.stdout.write(policyReport(process.argv.slice(2)));
} catch (error) {
    process.stderr.write(`policy-report: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
}
