import { connect, type Socket } from "node:net";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import type { InstanceBinding } from "../../../contracts/platform-adapter.js";
import { HostFailure } from "../../host-failure.js";
import type { NetworkTarget } from "../../network/network-policy.js";
import { attempt, type Waiting } from "./attempt.js";
import { checkHeldWrites } from "./held-writes.js";
import { hostTextOf, lookupOf, type NetworkAccess } from "./network-access.js";
import { PulledBytes } from "./pulled-bytes.js";

/** Kind of the handles of connections. */
const TCP_SOCKET = "tcp_socket";

/** A TCP connection, opened or accepted. @spec instructions.net.sockets */
export class TcpConnection {
  readonly #socket: Socket;
  readonly #bytes: PulledBytes;
  readonly #messageBytes: number;
  readonly #giveBack: () => void;
  #writingEnded = false;
  #released = false;

  /**
   * @param socket connected, and not read from; its end of writing is not tied to that of reading
   * @param giveBack gives the place of the connection back
   */
  constructor(socket: Socket, messageBytes: number, giveBack: () => void) {
    this.#socket = socket;
    this.#bytes = new PulledBytes(socket);
    this.#messageBytes = messageBytes;
    this.#giveBack = giveBack;
    socket.on("close", giveBack);
  }

  /** Connect to one of the judged addresses. @throws PolicyRefusal, HostFailure */
  static async open(
    target: NetworkTarget,
    access: NetworkAccess,
    signal: CancellationSignal | undefined,
  ): Promise<TcpConnection> {
    const { addresses, giveBack } = await access.begin(target, signal);
    return attempt<TcpConnection>(access.patient("connect", signal), (resolve, reject) => {
      const socket = connect({
        host: hostTextOf(target),
        port: target.port,
        lookup: lookupOf(addresses),
        autoSelectFamily: true,
        allowHalfOpen: true,
      });
      socket.on("error", reject);
      socket.on("connect", () => resolve(new TcpConnection(socket, access.ceilings.message_bytes, giveBack)));
      return () => socket.destroy();
    }).catch((error: unknown) => {
      giveBack();
      throw error;
    });
  }

  /** Give it a handle. */
  handleOf(binding: InstanceBinding): number {
    return binding.openHandle(TCP_SOCKET, this, () => this.#release());
  }

  /** The connection behind a handle. @throws HostFailure `bad_handle` */
  static behind(binding: InstanceBinding, handle: number): TcpConnection {
    const connection = binding.resource(handle, TCP_SOCKET);
    if (!(connection instanceof TcpConnection)) throw new HostFailure("bad_handle");
    return connection;
  }

  /** The next bytes, at least one and up to `maximum`; none at the end. It may take as long as it takes. */
  read(maximum: number, signal: CancellationSignal | undefined): Promise<Uint8Array> {
    return this.#bytes.read(maximum, { call: "recv", signal });
  }

  /**
   * Write all bytes; done when the host has taken them.
   *
   * @throws PolicyRefusal `quota`; HostFailure `unavailable`, `interrupted`
   */
  write(data: Uint8Array, signal: CancellationSignal | undefined): Promise<void> {
    const socket = this.#socket;
    // After its end Node would fail the whole socket, and with it what can still be read.
    if (this.#writingEnded || socket.destroyed) throw new HostFailure("unavailable", "send");
    checkHeldWrites(socket.writableLength, data.length, this.#messageBytes);
    const waiting: Waiting = { call: "send", signal };
    return attempt<void>(waiting, (resolve, reject) => {
      socket.write(data, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(this.#released ? new HostFailure("interrupted", "send", error) : error);
      });
      return () => {};
    });
  }

  /** End the direction in which the program writes, behind what it has written. */
  end(): void {
    if (this.#writingEnded) return;
    this.#writingEnded = true;
    this.#socket.end();
  }

  #release(): void {
    this.#released = true;
    this.#giveBack();
    this.#bytes.release();
  }
}
