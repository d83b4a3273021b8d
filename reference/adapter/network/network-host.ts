import { type IpAddress, parseIpAddress } from "./ip-address.js";

/** Whom a program wants to reach: a name, or an address. */
export type NetworkHost =
  | {
      /** The name in lower case, without a dot at its end. */
      readonly name: string;
      readonly address?: undefined;
    }
  | { readonly address: IpAddress; readonly name?: undefined };

const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:[.][a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
/** The last part of what resolvers take for an IPv4 address in an odd spelling: `127.1`, `0x7f000001`. */
const ENDS_IN_NUMBER = /(?:^|[.])(?:[0-9]+|0x[0-9a-f]*)$/;

/**
 * Read a host as a program writes it: a name of letters, digits, `-` and `_`, or an address; an IPv6 address with or
 * without brackets.
 *
 * @returns nothing where it is neither, such as `127.1` or `fe80::1%eth0`
 * @spec capabilities.policy.addresses
 */
export function networkHostOf(text: string): NetworkHost | undefined {
  const address = parseIpAddress(/^\[.*:.*\]$/.test(text) ? text.slice(1, -1) : text);
  if (address !== undefined) return { address };
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const name = lower.endsWith(".") ? lower.slice(0, -1) : lower;
  return NAME.test(name) && !ENDS_IN_NUMBER.test(name) ? { name } : undefined;
}

/** Whether a name is `localhost` or one below it, which hosts resolve to themselves. */
export function isLocalName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost");
}
