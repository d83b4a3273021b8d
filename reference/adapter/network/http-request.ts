import type { Tlv } from "../../../generated/instructions/tlv.js";
import { HostFailure } from "../host-failure.js";
import { type ReachableAddress, type WebAddress, type WebAddressParser, webTargetOf } from "./web-address.js";

/** A request as a program asks for it: the operands of `http_request` and `http_open`. */
export interface HttpRequestOperands {
  readonly method: string;
  readonly url: string;
  /** Texts, name and value in turn. */
  readonly headers: readonly Tlv[];
  readonly body: Uint8Array;
}

/** A request that is one. Whether it may be sent is for the policy to say. */
export interface HttpRequest<Address extends WebAddress> extends ReachableAddress<Address> {
  readonly method: string;
  /** Name and value in turn, as the program gave them; none of the connection. */
  readonly headers: readonly string[];
  /** Without bytes it is none. */
  readonly body: Uint8Array;
}

const METHOD = /^(?!CONNECT$|TRACE$)[A-Z]{1,16}$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const OF_THE_CONNECTION =
  /^(connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/i;

/**
 * See whether what a program asks for is a request.
 *
 * @param parse the host's parser of addresses
 * @throws HostFailure `invalid_argument`
 * @spec instructions.net.http-request
 */
export function httpRequestOf<Address extends WebAddress>(
  operands: HttpRequestOperands,
  parse: WebAddressParser<Address>,
): HttpRequest<Address> {
  const { method, url, headers, body } = operands;
  if (!METHOD.test(method)) throw new HostFailure("invalid_argument");
  const reachable = webTargetOf(url, ["http", "https"], parse);
  const texts = textsOf(headers);
  if (texts.length % 2 !== 0 || !texts.every(isRightHeader)) throw new HostFailure("invalid_argument");
  return { ...reachable, method, headers: texts, body };
}

/**
 * The texts of a list.
 *
 * @throws HostFailure `invalid_argument` where an item is none
 */
export function textsOf(list: readonly Tlv[]): readonly string[] {
  return list.map((item) => {
    if (item.type !== "text") throw new HostFailure("invalid_argument");
    return item.value;
  });
}

/** Whether a text is a token of HTTP: the name of a header or of a protocol. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

function isRightHeader(text: string, at: number): boolean {
  return at % 2 === 1 ? HEADER_VALUE.test(text) : isToken(text) && !OF_THE_CONNECTION.test(text);
}
