import { AddressSet } from "./address-set";

/** Public addresses: what is left of IPv4 and IPv6 without what networks use inside. */
export const INTERNET = AddressSet.parse(["0.0.0.0/0", "2000::/3"]).minus(
    AddressSet.parse([
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
    ]),
);
