/** The pack's name in Pulumi's output and events. */
export const PACK_NAME = "secure-aks-ml-guardrails";
