import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Networks that are nobody's public address (IANA special-purpose registries), and where a cloud keeps its metadata. */
const closed4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/** The same of version 6, and everything in it that leads to an address of version 4 by another way. */
const closed6 = [
  "::/96",
  "::ffff:0:0:0/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
];

/** Whether an address is one that anybody on the Internet could reach: not of this machine, network or cloud. */
export function isPublicAddress(address: string): boolean {
  const { blocked4, blocked6, mapped } = networks();
  if (isIPv4(address)) return !blocked4.check(address, "ipv4");
  // A zone names an interface of this machine.
  if (!isIPv6(address) || address.includes("%")) return false;
  if (mapped.check(address, "ipv6")) return isPublicAddress(unmapped(address));
  return !blocked6.check(address, "ipv6");
}

/** An address of version 4 in the words of version 6, as it is: the URL parser writes its last two groups in hexadecimal. */
function unmapped(address: string): string {
  const [high = "0", low = "0"] = new URL(`http://[${address}]`).hostname.slice(1, -1).split(":").slice(-2);
  const bytes = [Number.parseInt(high, 16), Number.parseInt(low, 16)].flatMap((group) => [
    group >> 8,
    group & 255,
  ]);
  return bytes.join(".");
}

let kept: Readonly<Record<"blocked4" | "blocked6" | "mapped", BlockList>> | undefined;

/** Made for the first address that is asked about: few functions ever do, and all would start later. */
function networks(): NonNullable<typeof kept> {
  kept ??= {
    blocked4: listOf(closed4, "ipv4"),
    blocked6: listOf(closed6, "ipv6"),
    mapped: listOf(["::ffff:0:0/96"], "ipv6"),
  };
  return kept;
}

function listOf(networks: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
