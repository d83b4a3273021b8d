import { formatIpAddress } from "./format-ip-address.js";
import { type IpAddress, parseIpAddress } from "./ip-address.js";
import { isLocalName, type NetworkHost, networkHostOf } from "./network-host.js";
import { type NetworkRule, type NetworkScheme, parseNetworkRule, ruleHolds, ruleNames } from "./network-rule.js";
import { isPrivateAddress } from "./private-ranges.js";

/** What a program wants to reach. */
export interface NetworkTarget {
  /** A scheme, or `lookup` for the look-up of a name. */
  readonly scheme: NetworkScheme | "lookup";
  /** Whom, read with `networkHostOf`. */
  readonly host: NetworkHost;
  /** 1 to 65535; without meaning for a look-up. */
  readonly port: number;
}

/** A target as people write it in a policy: the rule that would name it and nothing else. */
export function ruleOf({ scheme, host, port }: NetworkTarget): string {
  const whom = host.address === undefined ? host.name : formatIpAddress(host.address);
  if (scheme === "lookup") return `the look-up of ${whom}`;
  return `${scheme}://${host.address?.family === 6 ? `[${whom}]` : whom}:${port}`;
}

/**
 * Whether a policy allows a target.
 *
 * @param rules the policy's `network`, as texts; one that is no rule allows nothing
 * @param scheme `http`, `https`, `ws`, `wss`, `tcp`, `udp`, or `lookup`
 * @param host a name or an address, as a program writes it; IPv6 with or without brackets
 * @param port a whole number from 0; any for a look-up
 * @param addresses every address the name has, as texts; absent on a host that does not see them, or before the name is
 * looked up. Not empty.
 * @returns whether all steps hold; false for what is no host, no port or no address
 * @spec capabilities.policy.network, capabilities.policy.network-rules
 */
export function networkAllows(
  rules: readonly string[],
  scheme: NetworkScheme | "lookup",
  host: string,
  port: number,
  addresses?: readonly string[],
): boolean {
  const parsedHost = networkHostOf(host);
  const parsed = addresses?.map(parseIpAddress);
  if (parsedHost === undefined || parsed?.includes(undefined) === true) return false;
  const seen = parsed?.filter((address) => address !== undefined);
  return judgeTarget(networkRulesOf(rules), { scheme, host: parsedHost, port }, seen);
}

/**
 * The same over rules, a host and addresses that were read already.
 *
 * @spec capabilities.policy.network, capabilities.policy.network-rules
 */
export function judgeTarget(
  rules: readonly NetworkRule[],
  target: NetworkTarget,
  addresses?: readonly IpAddress[],
): boolean {
  const { host } = target;
  const matching = rules.filter((rule) => hasSchemeAndPort(rule, target));
  if (!matching.some((rule) => ruleNames(rule.host, host))) return false;
  const seen = host.address === undefined ? addresses : [host.address];
  if (seen === undefined) {
    // @spec capabilities.policy.private-addresses: what a name of the host itself leads to is known unseen.
    return !isLocalName(host.name ?? "") || matching.some((rule) => rule.host.form === "localhost");
  }
  // @spec capabilities.policy.rebinding: one address that may not be reached is enough to refuse the name.
  return (
    seen.length > 0 &&
    seen.every((address) => !isPrivateAddress(address) || matching.some((rule) => ruleHolds(rule.host, address)))
  );
}

/**
 * Whether a policy allows to listen.
 *
 * @param rules the policy's `listen`
 * @param address an address of the host
 * @param port 0 to 65535; 0 lets the host choose
 * @spec capabilities.policy.listen
 */
export function listenAllows(
  rules: readonly string[],
  scheme: "tcp" | "udp",
  address: IpAddress,
  port: number,
): boolean {
  return networkRulesOf(rules).some(
    (rule) => rule.scheme === scheme && hasPort(rule, port, true) && ruleHolds(rule.host, address),
  );
}

const parsedRules = new WeakMap<readonly string[], readonly NetworkRule[]>();

/** The rules of a list of texts, without those that are none. A list is read once: it must not change afterwards. */
export function networkRulesOf(texts: readonly string[]): readonly NetworkRule[] {
  let rules = parsedRules.get(texts);
  if (rules === undefined) {
    rules = texts.map(parseNetworkRule).filter((rule) => rule !== undefined);
    parsedRules.set(texts, rules);
  }
  return rules;
}

/** Steps 1 and 2. */
function hasSchemeAndPort(rule: NetworkRule, { scheme, port }: NetworkTarget): boolean {
  if (scheme === "lookup") return rule.scheme === "tcp" || rule.scheme === "udp";
  return rule.scheme === scheme && hasPort(rule, port, false);
}

function hasPort({ ports }: NetworkRule, port: number, mayChoose: boolean): boolean {
  if (port > 65_535) return false;
  if (port === 0) return mayChoose && ports === undefined;
  return ports === undefined || (ports[0] <= port && port <= ports[1]);
}
