import type { Tlv } from "../../../generated/instructions/tlv.js";
import { HostFailure } from "../host-failure.js";
import { isToken, textsOf } from "./http-request.js";
import { type ReachableAddress, type WebAddress, type WebAddressParser, webTargetOf } from "./web-address.js";

/** Kinds of what `websocket_receive` gives. */
export const WEBSOCKET_CLOSED = 0;
/** A text message. */
export const WEBSOCKET_TEXT = 1;
/** A binary message. */
export const WEBSOCKET_BINARY = 2;

/** A message came that is longer than the policy's `message_bytes`. @spec instructions.net.websocket-messages */
export const CLOSE_TOO_LARGE = 1009;
/** More messages wait than a host holds. @spec instructions.net.websocket-backlog */
export const CLOSE_BACKLOG = 1008;
/** What a socket closed with that ended without a close frame. */
export const CLOSED_ABNORMALLY = 1006;

/** Longest reason for a close, in bytes. */
const LONGEST_REASON = 123;

/** A WebSocket that is one. Whether it may be opened is for the policy to say. */
export interface WebsocketRequest<Address extends WebAddress> extends ReachableAddress<Address> {
  /** Each once. */
  readonly protocols: readonly string[];
}

/**
 * See whether what a program asks for is a WebSocket.
 *
 * @param parse the host's parser of addresses
 * @throws HostFailure `invalid_argument`
 * @spec instructions.net.websocket-address
 */
export function websocketRequestOf<Address extends WebAddress>(
  operands: { readonly url: string; readonly protocols: readonly Tlv[] },
  parse: WebAddressParser<Address>,
): WebsocketRequest<Address> {
  const reachable = webTargetOf(operands.url, ["ws", "wss"], parse);
  const protocols = textsOf(operands.protocols);
  if (!protocols.every(isToken) || new Set(protocols).size !== protocols.length) {
    throw new HostFailure("invalid_argument");
  }
  return { ...reachable, protocols };
}

/**
 * See whether a program may close a WebSocket with this.
 *
 * @param reasonBytes the reason in UTF-8
 * @throws HostFailure `invalid_argument`
 * @spec instructions.net.websocket-close-code
 */
export function checkWebsocketClose(code: number, reasonBytes: number): void {
  const isRight = code === 1000 || (code >= 3000 && code <= 4999);
  if (!isRight || reasonBytes > LONGEST_REASON) throw new HostFailure("invalid_argument");
}
