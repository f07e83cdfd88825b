// Provides a fake CLI in a process of its own: provide-slowly.ts <home> <journal> <milliseconds>
import { provideCli } from "../provide-cli";
import { fakeVersion, slowSource } from "./fake-source";

const [home, journal, ms] = process.argv.slice(2);
void provideCli({ version: fakeVersion, home, sources: [slowSource("slow", journal, Number(ms))] }).then((cli) =>
    process.stdout.write(cli.executable),
);
