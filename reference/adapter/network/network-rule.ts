import { type IpAddress, type IpRange, parseIpAddress, parseIpRange, rangeHolds, rangeOfOne } from "./ip-address.js";
import { type NetworkHost, networkHostOf } from "./network-host.js";
import { isLoopbackAddress } from "./private-ranges.js";

/** What a rule can name before `://`. @spec capabilities.policy.network-rules */
export type NetworkScheme = "http" | "https" | "ws" | "wss" | "tcp" | "udp";

/** A rule of `network` or `listen`, taken apart. @spec capabilities.policy.network-rules */
export interface NetworkRule {
  readonly scheme: NetworkScheme;
  /** First and last port; nothing where every port is meant, 0 too. */
  readonly ports: readonly [first: number, last: number] | undefined;
  /** Which hosts the rule means. */
  readonly host: RuleHost;
}

/** The host of a rule: every one, one name, names below one, addresses, or the host itself. */
export type RuleHost =
  | { readonly form: "any" }
  | { readonly form: "name"; readonly name: string }
  | { readonly form: "below"; readonly name: string }
  | { readonly form: "addresses"; readonly range: IpRange }
  | { readonly form: "localhost" };

const RULE = /^(https?|wss?|tcp|udp):\/\/(\[[^\]]*\](?:\/[0-9]+)?|[^:[\]]+)(?::([*]|[0-9]{1,5}(?:-[0-9]{1,5})?))?$/;
const OWN_PORTS: Readonly<Record<NetworkScheme, readonly [number, number] | undefined>> = {
  http: [80, 80],
  https: [443, 443],
  ws: [80, 80],
  wss: [443, 443],
  tcp: undefined,
  udp: undefined,
};

/**
 * Take a rule apart.
 *
 * @returns nothing where it can allow nothing: not a rule, no such address, a prefix that is too long, a port above
 * 65535. Such a rule is as good as absent.
 * @spec capabilities.policy.network-rules, capabilities.deny-by-default
 */
export function parseNetworkRule(text: string): NetworkRule | undefined {
  const [, scheme, hostText, portText] = RULE.exec(text) ?? [];
  if (!isNetworkScheme(scheme) || hostText === undefined) return undefined;
  const host = ruleHostOf(hostText);
  if (host === undefined) return undefined;
  if (portText === undefined) return { scheme, host, ports: OWN_PORTS[scheme] };
  if (portText === "*") return { scheme, host, ports: undefined };
  const [first = 0, last = first] = portText.split("-").map(Number);
  return first <= last && last <= 65_535 ? { scheme, host, ports: [first, last] } : undefined;
}

/** Whether a text is one of the schemes. */
export function isNetworkScheme(text: string | undefined): text is NetworkScheme {
  return text !== undefined && Object.hasOwn(OWN_PORTS, text);
}

/** Step 3: whether the host of a rule is the one that is asked for, as it was written. */
export function ruleNames(rule: RuleHost, host: NetworkHost): boolean {
  switch (rule.form) {
    case "any":
      return true;
    case "name":
      return rule.name === host.name;
    case "below":
      return host.name?.endsWith(`.${rule.name}`) === true;
    case "addresses":
    case "localhost":
      return host.name === undefined ? ruleHolds(rule, host.address) : rule.form === host.name;
  }
}

/** Step 4: whether a rule names an address as such, as a range that holds it, or as `localhost`. */
export function ruleHolds(rule: RuleHost, address: IpAddress): boolean {
  if (rule.form === "addresses") return rangeHolds(rule.range, address);
  return rule.form === "localhost" && isLoopbackAddress(address);
}

function ruleHostOf(text: string): RuleHost | undefined {
  if (text === "*") return { form: "any" };
  if (text === "localhost") return { form: "localhost" };
  const plain = text.replace(/^\[(.*)\]/, "$1");
  if (plain.includes("/")) {
    const range = parseIpRange(plain);
    return range === undefined ? undefined : { form: "addresses", range };
  }
  const address = parseIpAddress(plain);
  if (address !== undefined) return { form: "addresses", range: rangeOfOne(address) };
  const below = text.startsWith("*.");
  const written = below ? text.slice(2) : text;
  const name = networkHostOf(written)?.name;
  // A rule in capitals or with a dot at its end is none: the schema says so, and nothing here is more generous.
  if (name !== written) return undefined;
  return { form: below ? "below" : "name", name };
}
