import { stringAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { lastSegment } from "./arm-id";
import type { CloudView, Resource, Rule } from "./resource-type";
import { missingFlows, rulesOf } from "./security-rules";
import type { Flow } from "./security-rules";

/** The security group of Bastion's subnet: Azure refuses one that lacks a flow which Bastion needs. */

const SUBNET = "AzureBastionSubnet";
const NETWORK = ["VirtualNetwork"];

function inbound(what: string, from: readonly string[], port: number, to: readonly string[] = NETWORK): Flow {
    return { what, direction: "Inbound", from, to, ports: [port, port] };
}

function outbound(what: string, to: readonly string[], port: number): Flow {
    return { what, direction: "Outbound", from: NETWORK, to, ports: [port, port] };
}

/** "Working with NSG access and Azure Bastion". */
const FLOWS: readonly Flow[] = [
    { ...inbound("Internet to 443", ["Internet"], 443), chosenSources: true },
    inbound("GatewayManager to 443", ["GatewayManager"], 443),
    inbound("AzureLoadBalancer to 443", ["AzureLoadBalancer"], 443),
    inbound("VirtualNetwork to VirtualNetwork 8080", NETWORK, 8080),
    inbound("VirtualNetwork to VirtualNetwork 5701", NETWORK, 5701),
    outbound("to VirtualNetwork 22", NETWORK, 22),
    outbound("to VirtualNetwork 3389", NETWORK, 3389),
    outbound("VirtualNetwork to VirtualNetwork 8080", NETWORK, 8080),
    outbound("VirtualNetwork to VirtualNetwork 5701", NETWORK, 5701),
    outbound("to AzureCloud 443", ["AzureCloud"], 443),
    outbound("to Internet 80", ["Internet"], 80),
];

function refusal(group: Resource, cloud: CloudView): ArmError | undefined {
    const missing = missingFlows(rulesOf(group, cloud), FLOWS);
    if (missing.length === 0) return undefined;
    const names = missing.map(({ direction, what }) => `${direction} ${what}`).join("; ");
    return new ArmError(
        "NetworkSecurityGroupNotCompliantForAzureBastionSubnet",
        `Network security group ${lastSegment(group.id)} does not have necessary rules for Azure Bastion Subnet ${SUBNET}. Missing: ${names}.`,
    );
}

/** On the subnet, when the group is put on it. */
export const bastionGroupIsComplete: Rule = ({ id, inputs }, cloud) => {
    if (lastSegment(id) !== SUBNET) return undefined;
    const group = cloud.get(stringAt(inputs, "networkSecurityGroup.id") ?? "");
    return group && refusal(group, cloud);
};

/** On the group, when it changes while it is on the subnet. */
export const bastionGroupStaysComplete: Rule = (group, cloud) => {
    const holdsBastion = cloud
        .holders(group.id)
        .some(({ type, id }) => type === "network:Subnet" && lastSegment(id) === SUBNET);
    return holdsBastion ? refusal(group, cloud) : undefined;
};
