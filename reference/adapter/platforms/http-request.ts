import type { NetHttpRequestOperands } from "../../../generated/instructions/net.js";
import type { HostPolicy } from "../../../generated/json/host-policy.js";
import { HostFailure, PolicyRefusal } from "../host-failure.js";

/** A request that may be sent. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** Name and value in turn. */
  readonly headers: readonly string[];
  /** Without bytes it is none. */
  readonly body: Uint8Array;
}

const METHOD = /^(?!CONNECT$|TRACE$)[A-Z]{1,16}$/;
/** Methods whose requests say the length of their body even where it is 0. */
const METHODS_WITH_BODY: ReadonlySet<string> = new Set(["PATCH", "POST", "PUT"]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const OF_THE_CONNECTION =
  /^(connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/i;

/**
 * What a program asks for, checked: first whether it is a request at all, then whether the policy names its origin.
 *
 * @throws HostFailure `invalid_argument`
 * @throws PolicyRefusal where the policy does not name the origin
 * @spec instructions.net.http-request, instructions.net.http-origins
 */
export function httpRequestOf(operands: NetHttpRequestOperands, policy: HostPolicy): HttpRequest {
  const { method, url: address, headers, body } = operands;
  if (!METHOD.test(method)) throw new HostFailure("invalid_argument");
  const url = urlOf(address);
  const texts = headers.map((item) => {
    if (item.type !== "text") throw new HostFailure("invalid_argument");
    return item.value;
  });
  if (texts.length % 2 !== 0 || !texts.every(isRightHeader)) throw new HostFailure("invalid_argument");
  if (policy.http_origins?.includes(url.origin) !== true) {
    throw new PolicyRefusal("access_denied", `the policy does not name the origin ${url.origin}`);
  }
  // With headers in a list Node adds neither of these.
  const length = body.length === 0 && !METHODS_WITH_BODY.has(method) ? [] : ["Content-Length", String(body.length)];
  return { method, url, headers: ["Host", url.host, ...length, ...texts], body };
}

function urlOf(address: string): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new HostFailure("invalid_argument");
  }
  const isPlain = url.username === "" && url.password === "" && url.hash === "";
  if (!isPlain || !/^https?:$/.test(url.protocol)) throw new HostFailure("invalid_argument");
  return url;
}

function isRightHeader(text: string, at: number): boolean {
  return at % 2 === 1 ? HEADER_VALUE.test(text) : HEADER_NAME.test(text) && !OF_THE_CONNECTION.test(text);
}
