import { PolicyPack } from "@pulumi/policy";
import { PACK_NAME } from "./frame/pack-name";
import { policies } from "./policies";

// Constructing a pack starts its server, and the engine reads the port from standard output: nothing else may be printed.
new PolicyPack(PACK_NAME, {
    displayName: "Secure AKS and Azure Machine Learning guardrails",
    provider: "Azure",
    enforcementLevel: "mandatory",
    policies,
});
