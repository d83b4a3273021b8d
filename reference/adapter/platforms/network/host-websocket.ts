import type { ClientRequestArgs } from "node:http";
import type { ClientOptions, WebSocket } from "ws";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import type { InstanceBinding } from "../../../contracts/platform-adapter.js";
import { HostFailure } from "../../host-failure.js";
import { Backlog } from "../../network/backlog.js";
import {
  CLOSE_TOO_LARGE,
  WEBSOCKET_BINARY,
  WEBSOCKET_CLOSED,
  WEBSOCKET_TEXT,
  type WebsocketRequest,
} from "../../network/websocket-request.js";
import { nativeCodeOf } from "../native-call.js";
import type { NodeServices } from "../node-services.js";
import { attempt } from "./attempt.js";
import { checkHeldWrites } from "./held-writes.js";
import { tlsOptionsOf } from "./http-exchange.js";
import { lookupOf, type NetworkAccess } from "./network-access.js";
import { OneWaits } from "./one-waits.js";

/** Kind of the handles of WebSockets. */
const WEBSOCKET = "websocket";

/** Codes that a socket is closed with for what its peer has sent; every other breach of the protocol is 1002. */
const CODES_OF_BREACHES: ReadonlyMap<string, number> = new Map([
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", CLOSE_TOO_LARGE],
  ["WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH", CLOSE_TOO_LARGE],
  ["WS_ERR_INVALID_UTF8", 1007],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", 1008],
]);
const PROTOCOL_BREACH = 1002;

/** What a program receives. */
export interface ReceivedMessage {
  /** `WEBSOCKET_TEXT`, `WEBSOCKET_BINARY` or `WEBSOCKET_CLOSED`. */
  readonly kind: number;
  /** The message, or the reason of the end, as UTF-8. */
  readonly data: Uint8Array;
  /** The code of the end; 0 for a message. */
  readonly code: number;
}

/** A WebSocket whose messages wait until somebody asks for them. */
export class HostWebsocket {
  readonly #socket: WebSocket;
  readonly #access: NetworkAccess;
  readonly #giveBack: () => void;
  readonly #received = new Backlog<ReceivedMessage>();
  #end: ReceivedMessage | undefined;
  readonly #receiver = new OneWaits();

  private constructor(socket: WebSocket, access: NetworkAccess, giveBack: () => void) {
    this.#socket = socket;
    this.#access = access;
    this.#giveBack = giveBack;
    socket.on("message", (data: Buffer, isBinary) => this.#came(data, isBinary));
    socket.on("error", (error) => {
      const code = nativeCodeOf(error);
      if (code?.startsWith("WS_ERR_") !== true) return;
      // The peer may never answer the close frame: the program need not wait for that.
      this.#finish(CODES_OF_BREACHES.get(code) ?? PROTOCOL_BREACH, new Uint8Array(0));
    });
    socket.on("close", (code, reason) => {
      giveBack();
      this.#finish(code, reason);
    });
  }

  /**
   * Open a WebSocket, and wait until the server has accepted.
   *
   * @throws PolicyRefusal, HostFailure
   * @spec capabilities.policy.rebinding, instructions.net.http-redirects
   */
  static async open(
    { address, protocols, target }: WebsocketRequest<URL>,
    access: NetworkAccess,
    { network }: NodeServices,
    signal: CancellationSignal | undefined,
  ): Promise<HostWebsocket> {
    // Only now: whoever opens none does not wait for it at every start.
    const ws = await import("ws");
    const { addresses, giveBack } = await access.begin(target, signal);
    return attempt<HostWebsocket>(access.patient("websocket", signal), (resolve, reject) => {
      const options: ClientOptions & ClientRequestArgs & { readonly closeTimeout: number } = {
        ...tlsOptionsOf(target.host.name, network.authorities),
        lookup: lookupOf(addresses),
        followRedirects: false,
        // A small message could be unpacked to a huge one.
        perMessageDeflate: false,
        // @spec instructions.net.websocket-messages
        maxPayload: access.ceilings.message_bytes,
        closeTimeout: access.ceilings.patience_ms,
      };
      const socket = new ws.WebSocket(address, [...protocols], options);
      // From the first moment: messages may come with the acceptance.
      const opened = new HostWebsocket(socket, access, giveBack);
      socket.on("error", reject);
      socket.on("open", () => resolve(opened));
      return () => socket.terminate();
    }).catch((error: unknown) => {
      giveBack();
      throw error;
    });
  }

  /** The protocol that the server chose; empty where none was offered. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Give it a handle. */
  handleOf(binding: InstanceBinding): number {
    return binding.openHandle(WEBSOCKET, this, () => this.#release());
  }

  /** The WebSocket behind a handle. @throws HostFailure `bad_handle` */
  static behind(binding: InstanceBinding, handle: number): HostWebsocket {
    const socket = binding.resource(handle, WEBSOCKET);
    if (!(socket instanceof HostWebsocket)) throw new HostFailure("bad_handle");
    return socket;
  }

  /**
   * Send a message; done when the host has taken it.
   *
   * @param message text, or bytes
   * @throws HostFailure `too_large`, `unavailable`, `interrupted`; PolicyRefusal `quota`
   */
  send(message: string | Uint8Array, signal: CancellationSignal | undefined): Promise<void> {
    const socket = this.#socket;
    const { message_bytes: most } = this.#access.ceilings;
    const length = typeof message === "string" ? Buffer.byteLength(message) : message.length;
    if (length > most) throw new HostFailure("too_large", "websocket send");
    if (socket.readyState !== socket.OPEN) throw new HostFailure("unavailable", "websocket send");
    checkHeldWrites(socket.bufferedAmount, length, most);
    return attempt<void>({ call: "websocket send", signal }, (resolve, reject) => {
      socket.send(message, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(this.#receiver.released ? new HostFailure("interrupted", "websocket send", error) : error);
      });
      return () => {};
    });
  }

  /**
   * Wait for the next message, or for the end, which every further call gives again.
   *
   * @throws HostFailure `invalid_argument` where somebody waits already, `interrupted`
   * @spec instructions.net.websocket-close
   */
  receive(signal: CancellationSignal | undefined): Promise<ReceivedMessage> {
    return this.#receiver.for({ call: "websocket receive", signal }, () => {
      const message = this.#received.shift() ?? this.#end;
      this.#pace();
      return message;
    });
  }

  /** Begin to close. What is under way can still be received; a second close changes nothing. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    // Whoever closes waits for the other side's answer, which stands behind what it has sent.
    this.#pace();
  }

  #came(data: Buffer, isBinary: boolean): void {
    const kind = isBinary ? WEBSOCKET_BINARY : WEBSOCKET_TEXT;
    this.#received.push({ kind, data: new Uint8Array(data), code: 0 }, data.length);
    this.#receiver.wake();
    this.#pace();
  }

  /** Read from the socket only while little waits: the sender is slowed down. @spec instructions.net.websocket-backlog */
  #pace(): void {
    const isFull = this.#received.weight >= this.#access.ceilings.message_bytes;
    if (isFull && !this.#socket.isPaused) this.#socket.pause();
    else if (!isFull && this.#socket.isPaused) this.#socket.resume();
  }

  #finish(code: number, reason: Uint8Array): void {
    this.#end ??= { kind: WEBSOCKET_CLOSED, data: new Uint8Array(reason), code };
    this.#receiver.wake();
  }

  #release(): void {
    this.#giveBack();
    this.#received.clear();
    this.#socket.terminate();
    this.#receiver.release();
  }
}
