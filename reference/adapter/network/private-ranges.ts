import { type IpAddress, type IpRange, parseIpRange, rangeHolds } from "./ip-address.js";

/**
 * Ranges that lead to the host itself, to its own network, or to no single host.
 *
 * @spec capabilities.policy.private-addresses
 */
const PRIVATE_RANGES: readonly IpRange[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/96",
  "64:ff9b:1::/48",
  // Teredo: leads to a host behind some translator of addresses, by way of a server that the address names.
  "2001::/32",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
].map(known);

/** Ranges whose addresses carry an IPv4 address to which a translator passes packets on, and where it stands in them. */
const TRANSLATED: readonly { readonly range: IpRange; readonly shift: bigint }[] = [
  { range: known("64:ff9b::/96"), shift: 0n },
  { range: known("::ffff:0:0:0/96"), shift: 0n },
  { range: known("2002::/16"), shift: 80n },
];

const LOOPBACK: readonly IpRange[] = ["127.0.0.0/8", "::1/128"].map(known);

/** Whether an address may be reached only where a rule names it. @spec capabilities.policy.private-addresses */
export function isPrivateAddress(address: IpAddress): boolean {
  if (PRIVATE_RANGES.some((range) => rangeHolds(range, address))) return true;
  return TRANSLATED.some(
    ({ range, shift }) =>
      rangeHolds(range, address) && isPrivateAddress({ family: 4, value: (address.value >> shift) & 0xffff_ffffn }),
  );
}

/** Whether an address is one that `localhost` stands for in a rule. @spec capabilities.policy.network-rules */
export function isLoopbackAddress(address: IpAddress): boolean {
  return LOOPBACK.some((range) => rangeHolds(range, address));
}

function known(text: string): IpRange {
  const range = parseIpRange(text);
  if (range === undefined) throw new TypeError(`no range: ${text}`);
  return range;
}
