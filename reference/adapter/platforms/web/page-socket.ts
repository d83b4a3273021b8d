import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { HostFailure, PolicyRefusal } from "../../host-failure.js";
import { Backlog } from "../../network/backlog.js";
import {
  CLOSE_BACKLOG,
  CLOSE_TOO_LARGE,
  CLOSED_ABNORMALLY,
  WEBSOCKET_BINARY,
  WEBSOCKET_CLOSED,
  WEBSOCKET_TEXT,
} from "../../network/websocket-request.js";
import { failureOf } from "./native-web.js";

/** What a program receives from a WebSocket. @spec instructions.net.websocket-messages */
export interface ReceivedMessage {
  /** `WEBSOCKET_TEXT`, `WEBSOCKET_BINARY` or `WEBSOCKET_CLOSED`. */
  readonly kind: number;
  /** The message, or the reason of the end, as UTF-8. */
  readonly data: Uint8Array;
  /** The code of the end; 0 for a message. */
  readonly code: number;
}

/** Bounds of one socket. */
export interface SocketBounds {
  /** Bytes of the longest message, in both directions. */
  readonly message: number;
  /** Milliseconds the server may take to accept. */
  readonly patience: number;
}

/** How many times the longest message may wait, for the program and for the network. */
const WAITING_MESSAGES = 4;
/** What is added to a code that a page may not send: 1008 is sent as 4008. @spec instructions.net.websocket-own-codes */
const AS_SENT = 3_000;
/** Milliseconds between two looks at whether the browser has sent what it took. A page is not told. */
const LOOK = 10;

/**
 * A WebSocket of a page, whose messages wait until somebody asks for them.
 *
 * @spec adapters.built-in.browser
 */
export class PageSocket {
  readonly #socket: WebSocket;
  readonly #bounds: SocketBounds;
  readonly #waiting = new Backlog<ReceivedMessage>();
  #end: ReceivedMessage | undefined;
  #wake: (() => void) | undefined;
  #isReleased = false;
  /** Gives back the place of the connection. */
  readonly #ended: () => void;

  private constructor(socket: WebSocket, bounds: SocketBounds, ended: () => void) {
    this.#socket = socket;
    this.#bounds = bounds;
    this.#ended = ended;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#heard(data);
    socket.onclose = ({ code, reason }) => {
      this.#finish(code, reason);
      ended();
    };
  }

  /**
   * Open a socket, and wait until the server has accepted.
   *
   * @param ended called once or more often when there is no connection any more
   * @throws HostFailure `unavailable`, `timed_out`, `interrupted`; `invalid_argument` for what the browser refuses
   */
  static async open(
    url: string,
    protocols: readonly string[],
    bounds: SocketBounds,
    ended: () => void,
    caller: CancellationSignal | undefined,
  ): Promise<PageSocket> {
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, [...protocols]);
    } catch (error) {
      ended();
      throw failureOf("WebSocket", error);
    }
    const opened = new PageSocket(socket, bounds, ended);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop = (): void => {};
    try {
      await new Promise<void>((resolve, reject) => {
        const fail = (hostError: "unavailable" | "timed_out" | "interrupted"): void =>
          reject(new HostFailure(hostError, "WebSocket"));
        socket.onopen = () => resolve();
        // All that a page learns of a server it cannot reach.
        socket.onerror = () => fail("unavailable");
        timer = setTimeout(() => fail("timed_out"), bounds.patience);
        stop = () => fail("interrupted");
        caller?.addEventListener("abort", stop);
        if (caller?.aborted === true) stop();
      });
    } catch (error) {
      opened.release();
      throw error;
    } finally {
      clearTimeout(timer);
      caller?.removeEventListener("abort", stop);
      socket.onopen = null;
      socket.onerror = null;
    }
    return opened;
  }

  /** The protocol that the server chose; empty where it chose none. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /**
   * Give a message to the browser, and wait until it has sent most of what it took.
   *
   * @param bytes length of the message
   * @throws HostFailure `too_large`, `unavailable` where the socket is closed or closing, `interrupted`
   * @throws PolicyRefusal `quota` where too much waits already
   */
  async send(message: string | Uint8Array, bytes: number, caller: CancellationSignal | undefined): Promise<void> {
    const socket = this.#socket;
    if (bytes > this.#bounds.message) throw new HostFailure("too_large", "WebSocket.send");
    const unavailable = (): HostFailure => new HostFailure("unavailable", "WebSocket.send");
    if (!this.#isOpen) throw unavailable();
    // @spec instructions.net.held-writes
    if (socket.bufferedAmount + bytes > WAITING_MESSAGES * this.#bounds.message) {
      throw new PolicyRefusal("quota", "too much waits to be sent");
    }
    socket.send(message as string | Uint8Array<ArrayBuffer>);
    while (socket.bufferedAmount > this.#bounds.message) {
      if (caller?.aborted === true) throw new HostFailure("interrupted", "WebSocket.send");
      if (this.#isReleased) throw new HostFailure("interrupted", "WebSocket.send");
      if (!this.#isOpen) throw unavailable();
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  /**
   * Wait for the next message, or for the end, which every further call gives again.
   *
   * @throws HostFailure `invalid_argument` where somebody waits already, `interrupted`
   * @spec instructions.net.websocket-close
   */
  async receive(caller: CancellationSignal | undefined): Promise<ReceivedMessage> {
    // @spec instructions.net.one-read
    if (this.#wake !== undefined) throw new HostFailure("invalid_argument", "WebSocket");
    const message = this.#next();
    if (message !== undefined) return message;
    let stop = (): void => {};
    try {
      await new Promise<void>((resolve, reject) => {
        stop = () => reject(new HostFailure("interrupted", "WebSocket"));
        this.#wake = resolve;
        caller?.addEventListener("abort", stop);
        if (caller?.aborted === true) stop();
      });
    } finally {
      this.#wake = undefined;
      caller?.removeEventListener("abort", stop);
    }
    if (this.#isReleased) throw new HostFailure("interrupted", "WebSocket");
    return this.#next() as ReceivedMessage;
  }

  /**
   * Begin to close, behind the messages that were given before. What is under way can still be received.
   *
   * @param code 1000 or 3000 to 4999
   * @param reason at most 123 bytes of UTF-8
   */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Let the socket go: nothing of it is wanted any more. */
  release(): void {
    this.#isReleased = true;
    this.#socket.onmessage = null;
    this.#waiting.clear();
    this.#socket.close();
    this.#finish(CLOSED_ABNORMALLY, "");
    this.#ended();
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  #next(): ReceivedMessage | undefined {
    return this.#waiting.shift() ?? this.#end;
  }

  #heard(data: string | ArrayBuffer): void {
    if (this.#end !== undefined) return;
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
    const { message } = this.#bounds;
    if (bytes.length > message) {
      this.#refuse(CLOSE_TOO_LARGE);
      return;
    }
    const waits = this.#waiting.weight;
    // @spec instructions.net.websocket-backlog
    if (waits > 0 && waits + bytes.length > WAITING_MESSAGES * message) {
      this.#refuse(CLOSE_BACKLOG);
      return;
    }
    const kind = typeof data === "string" ? WEBSOCKET_TEXT : WEBSOCKET_BINARY;
    this.#waiting.push({ kind, data: bytes, code: 0 }, bytes.length);
    this.#wake?.();
  }

  /** End it from this side. */
  #refuse(code: number): void {
    this.#finish(code, "");
    this.#socket.close(AS_SENT + code);
  }

  #finish(code: number, reason: string): void {
    this.#end ??= { kind: WEBSOCKET_CLOSED, data: new TextEncoder().encode(reason), code };
    this.#wake?.();
  }
}
