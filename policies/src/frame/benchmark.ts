/** The Microsoft cloud security benchmark: controls that rules refer to, by their official titles. */
export const BENCHMARK: { name: string; version: string; controls: Readonly<Record<string, string>> } = {
    name: "Microsoft cloud security benchmark",
    version: "1",
    controls: {
        "NS-1": "Establish network segmentation boundaries",
        "NS-2": "Secure cloud native services with network controls",
        "NS-3": "Deploy firewall at the edge of enterprise network",
        "NS-6": "Deploy web application firewall",
        "NS-10": "Ensure Domain Name System (DNS) security",
        "IM-1": "Use centralized identity and authentication system",
        "IM-3": "Manage application identities securely and automatically",
        "PA-7": "Follow just enough administration (least privilege) principle",
        "DP-3": "Encrypt sensitive data in transit",
        "DP-8": "Ensure security of key and certificate repository",
        "AM-2": "Use only approved services",
    },
};
