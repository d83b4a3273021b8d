import { HostFailure, PolicyRefusal } from "../host-failure.js";
import { networkHostOf } from "./network-host.js";
import { judgeTarget, type NetworkTarget, networkRulesOf, ruleOf } from "./network-policy.js";
import { isNetworkScheme, type NetworkScheme } from "./network-rule.js";

/** The parts of an address of the web that are judged; the `URL` of any host fits. */
export interface WebAddress {
  /** The whole address, as it was normalised. */
  readonly href: string;
  /** Scheme with a colon. */
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  /** Name or address; an IPv6 address in brackets. */
  readonly hostname: string;
  /** Nothing where it is the scheme's own. */
  readonly port: string;
  /** `hostname` and, where there is one, `port`. */
  readonly host: string;
}

/** The host's parser of the URL Standard. Throws where the text is no address. */
export type WebAddressParser<Address extends WebAddress> = (text: string) => Address;

/** An address that a program may reach as far as its policy can tell without a look-up. */
export interface ReachableAddress<Address extends WebAddress> {
  readonly address: Address;
  /** What its resolved addresses are to be judged by. */
  readonly target: NetworkTarget;
}

const OWN_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443 };
/** Parsers of addresses drop some of these in silence, so that what is judged would not be what was written. */
const WRITABLE = /^[^ \p{Cc}]*$/u;

/**
 * Read an address of the web and see whether it is one a program may name.
 *
 * @param schemes which schemes the instruction knows
 * @throws HostFailure `invalid_argument`
 * @spec instructions.net.http-request, instructions.net.websocket-address
 */
export function webTargetOf<Address extends WebAddress>(
  text: string,
  schemes: readonly NetworkScheme[],
  parse: WebAddressParser<Address>,
): ReachableAddress<Address> {
  if (!WRITABLE.test(text)) throw new HostFailure("invalid_argument");
  let address: Address;
  try {
    address = parse(text);
  } catch {
    throw new HostFailure("invalid_argument");
  }
  const scheme = address.protocol.slice(0, -1);
  const host = networkHostOf(address.hostname);
  const isPlain = address.username === "" && address.password === "" && !text.includes("#");
  if (!isNetworkScheme(scheme) || !schemes.includes(scheme) || host === undefined || !isPlain) {
    throw new HostFailure("invalid_argument");
  }
  const port = address.port === "" ? OWN_PORTS[scheme] : Number(address.port);
  return { address, target: { scheme, host, port: port ?? 0 } };
}

/**
 * Refuse a target that the policy does not allow as it is written. Where the host sees addresses, they are judged
 * after that: {@link judgeTarget}.
 *
 * @param network the policy's `network`
 * @throws PolicyRefusal `access_denied`
 * @spec instructions.net.policy
 */
export function checkTarget(network: readonly string[] | undefined, target: NetworkTarget): void {
  if (judgeTarget(networkRulesOf(network ?? NO_RULES), target)) return;
  throw new PolicyRefusal("access_denied", `no rule of the policy's network allows ${ruleOf(target)}`);
}

const NO_RULES: readonly string[] = [];
