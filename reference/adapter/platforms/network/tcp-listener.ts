import { createServer, type Server, type Socket } from "node:net";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import type { InstanceBinding } from "../../../contracts/platform-adapter.js";
import { HostFailure } from "../../host-failure.js";
import { formatIpAddress } from "../../network/format-ip-address.js";
import type { IpAddress } from "../../network/ip-address.js";
import { attempt } from "./attempt.js";
import type { NetworkAccess } from "./network-access.js";
import { WHEN_LISTENING } from "./network-failure.js";
import { OneWaits } from "./one-waits.js";
import { TcpConnection } from "./tcp-connection.js";

/** Kind of the handles of listeners. */
const TCP_LISTENER = "tcp_listener";
/** Most connections that wait to be accepted; whoever comes then is closed at once. @spec instructions.net.listener-backlog */
const MOST_WAITING = 16;

/** Where a program waits for TCP connections. */
export class TcpListener {
  readonly #server: Server;
  readonly #access: NetworkAccess;
  readonly #giveBack: () => void;
  readonly #waiting: Socket[] = [];
  readonly #acceptor = new OneWaits();

  private constructor(server: Server, access: NetworkAccess, giveBack: () => void) {
    this.#server = server;
    this.#access = access;
    this.#giveBack = giveBack;
    server.on("connection", (socket) => this.#came(socket));
    // Out of descriptors, for instance: the next connection may do.
    server.on("error", () => {});
  }

  /** Listen at an address that was judged. @throws PolicyRefusal `quota`; HostFailure */
  static open(
    address: IpAddress,
    port: number,
    access: NetworkAccess,
    signal: CancellationSignal | undefined,
  ): Promise<TcpListener> {
    const giveBack = access.use.take();
    const waiting = { ...access.patient("listen", signal), names: WHEN_LISTENING };
    return attempt<TcpListener>(waiting, (resolve, reject) => {
      const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
      server.once("error", reject);
      server.listen({ host: formatIpAddress(address), port, exclusive: true, ipv6Only: true }, () =>
        resolve(new TcpListener(server, access, giveBack)),
      );
      return () => server.close();
    }).catch((error: unknown) => {
      giveBack();
      throw error;
    });
  }

  /** The port it listens at. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Give it a handle. */
  handleOf(binding: InstanceBinding): number {
    return binding.openHandle(TCP_LISTENER, this, () => this.#release());
  }

  /** The listener behind a handle. @throws HostFailure `bad_handle` */
  static behind(binding: InstanceBinding, handle: number): TcpListener {
    const listener = binding.resource(handle, TCP_LISTENER);
    if (!(listener instanceof TcpListener)) throw new HostFailure("bad_handle");
    return listener;
  }

  /**
   * Wait for the next connection.
   *
   * @returns the connection, and where it came from
   * @throws PolicyRefusal `quota` where the program has as many connections as it may; HostFailure
   */
  async accept(
    signal: CancellationSignal | undefined,
  ): Promise<{ readonly connection: TcpConnection; readonly address: string; readonly port: number }> {
    // Taken before the connection is: one that finds no place stays with the listener.
    const giveBack = this.#access.use.take();
    try {
      const socket = await this.#acceptor.for({ call: "accept", signal }, () => this.#next());
      const { remoteAddress = "", remotePort = 0 } = socket;
      const connection = new TcpConnection(socket, this.#access.ceilings.message_bytes, giveBack);
      return { connection, address: addressTextOf(remoteAddress), port: remotePort };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  #next(): Socket | undefined {
    for (;;) {
      const socket = this.#waiting.shift();
      if (socket === undefined || !socket.destroyed) return socket;
    }
  }

  #came(socket: Socket): void {
    // Before it is accepted nobody else hears of its failures, and Node would end the process.
    socket.on("error", () => {});
    if (this.#waiting.length >= MOST_WAITING) {
      socket.destroy();
      return;
    }
    this.#waiting.push(socket);
    this.#acceptor.wake();
  }

  #release(): void {
    this.#giveBack();
    this.#server.close();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    this.#acceptor.release();
  }
}

/** An address as Node tells it, as text without the zone that means nothing to a program. */
export function addressTextOf(text: string): string {
  return text.replace(/%.*$/, "");
}
