import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["node_modules/", "policies/bin/", "policies/mutation/.stryker-tmp/", ".sandbox/", "rendered/"] },
    js.configs.recommended,
    ...tseslint.configs.recommended,
    prettier,
    {
        files: ["**/*.js"],
        languageOptions: { sourceType: "commonjs", globals: { require: "readonly" } },
        rules: { "@typescript-eslint/no-require-imports": "off" },
    },
    {
        files: ["**/*.ts"],
        rules: {
            eqeqeq: "error",
            "@typescript-eslint/consistent-type-imports": "error",
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
            // chai's property assertions (`expect(x).to.be.true`) are expressions on purpose.
            "@typescript-eslint/no-unused-expressions": "off",
        },
    },
    {
        // Per-module imports only: the root index of azure-native costs seconds and hundreds of megabytes to type-check,
        // and that of kubernetes loads Helm and YAML support that nobody here uses.
        files: ["**/*.ts"],
        rules: { "no-restricted-imports": ["error", { paths: ["@pulumi/azure-native", "@pulumi/kubernetes"] }] },
    },
    {
        // Pure planning: property-tested, usable without an engine.
        files: [
            "components/**/*-plan.ts",
            "components/**/*-rules.ts",
            "components/network/cidr.ts",
            "components/network/private-dns-zones.ts",
        ],
        rules: { "no-restricted-imports": ["error", { patterns: ["@pulumi/**"] }] },
    },
    {
        // The policy pack's model of a stack is a library of its own, and the pack never leans on the program that it judges.
        files: ["policies/src/graph/**/*.ts"],
        rules: { "no-restricted-imports": ["error", { patterns: ["@pulumi/**", "**/infra/**", "**/components/**"] }] },
    },
);
