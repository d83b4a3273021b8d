import type { HostPolicy } from "../../../generated/json/host-policy.js";
import { HostFailure, PolicyRefusal } from "../host-failure.js";
import { type IpAddress, parseIpAddress } from "./ip-address.js";
import { networkHostOf } from "./network-host.js";
import { listenAllows, type NetworkTarget, ruleOf } from "./network-policy.js";

const LARGEST_PORT = 65_535;

/**
 * Whom a program wants to connect or send to.
 *
 * @throws HostFailure `invalid_argument` for what is no host or no port
 * @spec capabilities.policy.addresses
 */
export function socketTargetOf(scheme: "tcp" | "udp", hostText: string, port: number): NetworkTarget {
  const host = networkHostOf(hostText);
  if (host === undefined || port < 1 || port > LARGEST_PORT) throw new HostFailure("invalid_argument");
  return { scheme, host, port };
}

/**
 * The name a program wants to have looked up; an address is its own.
 *
 * @throws HostFailure `invalid_argument` for what is neither
 */
export function lookupTargetOf(hostText: string): NetworkTarget {
  const host = networkHostOf(hostText);
  if (host === undefined) throw new HostFailure("invalid_argument");
  return { scheme: "lookup", host, port: 0 };
}

/**
 * Where a program wants to listen, and may.
 *
 * @throws HostFailure `invalid_argument` for what is no address or no port; PolicyRefusal `access_denied`
 * @spec capabilities.policy.listen
 */
export function listenAddressOf(
  scheme: "tcp" | "udp",
  { address: text, port }: { readonly address: string; readonly port: number },
  policy: HostPolicy,
): IpAddress {
  const address = parseIpAddress(text);
  if (address === undefined || port > LARGEST_PORT) throw new HostFailure("invalid_argument");
  if (listenAllows(policy.listen ?? NO_RULES, scheme, address, port)) return address;
  throw new PolicyRefusal(
    "access_denied",
    `no rule of the policy's listen names ${ruleOf({ scheme, host: { address }, port })}`,
  );
}

const NO_RULES: readonly string[] = [];
