import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Writes the project once more in the style of Pulumi's templates: types checked at every run, everything imported from
 * the root of azure-native, the SDK as it comes, a policy pack in TypeScript that imports azure-native as well. What the
 * program does stays the same.
 */
export function writeDefaultStyle(repository: string, target: string): { project: string; policyPack: string } {
    fs.rmSync(target, { recursive: true, force: true });
    const policyPack = path.join(target, "policies");
    copySources(path.join(repository, "infra"), path.join(target, "infra"));
    copySources(path.join(repository, "components"), path.join(target, "components"));
    copySources(path.join(repository, "policies", "src"), path.join(policyPack, "src"));
    leaveSdkAsItIs(path.join(target, "infra", "index.ts"));
    fs.cpSync(path.join(repository, "stacks"), path.join(target, "stacks"), { recursive: true });
    fs.copyFileSync(path.join(repository, "package.json"), path.join(target, "package.json"));
    fs.symlinkSync(path.join(repository, "node_modules"), path.join(target, "node_modules"));

    // The defaults are what is left when the settings are: no tsconfig that switches type-checking off.
    fs.writeFileSync(
        path.join(target, "Pulumi.yaml"),
        ["name: secure-aks-ml", "runtime: nodejs", "stackConfigDir: stacks", ""].join("\n"),
    );
    const compilerOptions = {
        target: "ES2022",
        module: "nodenext",
        moduleResolution: "nodenext",
        strict: true,
        skipLibCheck: true,
    };
    fs.writeFileSync(path.join(target, "tsconfig.json"), JSON.stringify({ compilerOptions }));

    const manifest = JSON.parse(fs.readFileSync(path.join(repository, "policies", "package.json"), "utf8"));
    fs.writeFileSync(path.join(policyPack, "package.json"), JSON.stringify({ ...manifest, main: "src/index.ts" }));
    fs.writeFileSync(path.join(policyPack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    fs.writeFileSync(path.join(policyPack, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const entry = path.join(policyPack, "src", "index.ts");
    const usesAzureNative = 'import * as azure from "@pulumi/azure-native";\nvoid azure.network.Subnet;\n';
    fs.writeFileSync(entry, usesAzureNative + fs.readFileSync(entry, "utf8"));
    return { project: target, policyPack };
}

/** Takes the program's settings of Pulumi's machinery out of its first file. */
function leaveSdkAsItIs(entry: string): void {
    const levers = /^(import .*"\.\/(sdk-on-demand|engine-settings)";|(skip|drop|translate)\w+\(\);)\n/gm;
    const text = fs.readFileSync(entry, "utf8");
    fs.writeFileSync(entry, text.replace(levers, ""));
}

function copySources(from: string, to: string): void {
    fs.mkdirSync(to, { recursive: true });
    for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
        const source = path.join(from, entry.name);
        const destination = path.join(to, entry.name);
        if (entry.isDirectory()) {
            copySources(source, destination);
        } else if (entry.name.endsWith(".ts")) {
            fs.writeFileSync(destination, importFromRoot(fs.readFileSync(source, "utf8")));
        }
    }
}

function importFromRoot(source: string): string {
    return source.replace(
        /^import (type )?\* as (\w+) from "@pulumi\/azure-native\/(\w+)";$/gm,
        (_, type: string | undefined, local: string, module: string) =>
            `import ${type ?? ""}{ ${module === local ? module : `${module} as ${local}`} } from "@pulumi/azure-native";`,
    );
}
