import { is } from "../frame/expectation";
import { resourceRule } from "../frame/rule";

/** Makes AKS build an internal load balancer (Azure documentation, "Use an internal load balancer with AKS"). */
const INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal";

export const serviceInternal = resourceRule({
    id: "SAM-K8S-001",
    name: "k8s-lb-internal",
    title: "A Kubernetes Service of type LoadBalancer must be internal.",
    severity: "critical",
    risk: "AKS otherwise makes a public IP address and opens the pods to the Internet without a WAF.",
    remediation: [
        `Set the annotation ${INTERNAL} to "true" (the text).`,
        "Publish through the Application Gateway instead.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: { azurePolicy: ["3fc4dc25-5baf-40d8-9b05-7fe74c1bc64e"] },
    types: ["kubernetes:core/v1:Service"],
    check({ inputs }, findings) {
        if (inputs.at("spec.type").text() === "LoadBalancer") {
            findings.require(inputs.at("metadata.annotations").key(INTERNAL), is("true"));
        }
    },
});

export const kubernetesRules = [serviceInternal];
