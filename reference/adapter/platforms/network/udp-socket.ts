import { createSocket, type Socket } from "node:dgram";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import type { InstanceBinding } from "../../../contracts/platform-adapter.js";
import { HostFailure } from "../../host-failure.js";
import { Backlog } from "../../network/backlog.js";
import { formatIpAddress } from "../../network/format-ip-address.js";
import { type IpAddress, parseIpAddress } from "../../network/ip-address.js";
import type { NetworkHost } from "../../network/network-host.js";
import type { NetworkTarget } from "../../network/network-policy.js";
import { attempt } from "./attempt.js";
import { checkHeldWrites } from "./held-writes.js";
import type { NetworkAccess } from "./network-access.js";
import { WHEN_LISTENING } from "./network-failure.js";
import { OneWaits } from "./one-waits.js";
import { addressTextOf } from "./tcp-listener.js";

/** Kind of the handles of UDP sockets. */
const UDP_SOCKET = "udp_socket";
/** Most hosts and ports a socket remembers to have sent to; the one it sent to first is forgotten first. */
const MOST_PEERS = 1024;

/** A datagram and where it came from. */
export interface Datagram {
  readonly address: string;
  readonly port: number;
  readonly data: Uint8Array;
}

/** A UDP socket. @spec instructions.net.sockets */
export class UdpSocket {
  readonly #socket: Socket;
  readonly #family: 4 | 6;
  readonly #access: NetworkAccess;
  readonly #giveBack: () => void;
  /** Whether it hears everybody; else only whom it has sent to. */
  readonly #listens: boolean;
  /** Judged addresses by the host and port that the program wrote. @spec capabilities.policy.rebinding */
  readonly #destinations = new Map<string, IpAddress>();
  /** Addresses and ports that it has sent to. @spec instructions.net.udp-peers */
  readonly #peers = new Map<string, true>();
  readonly #received = new Backlog<Datagram>();
  readonly #receiver = new OneWaits();

  private constructor(socket: Socket, family: 4 | 6, access: NetworkAccess, giveBack: () => void, listens: boolean) {
    this.#socket = socket;
    this.#family = family;
    this.#access = access;
    this.#giveBack = giveBack;
    this.#listens = listens;
    socket.on("message", (data, { address, port }) => this.#came(data, addressTextOf(address), port));
    // A peer that refuses a datagram is no failure of the socket.
    socket.on("error", () => {});
  }

  /**
   * Open a socket.
   *
   * @param at the judged address and port where it listens; absent where it only hears whom it has sent to
   * @throws PolicyRefusal `quota`; HostFailure
   */
  static open(
    family: 4 | 6,
    at: { readonly address: IpAddress; readonly port: number } | undefined,
    access: NetworkAccess,
    signal: CancellationSignal | undefined,
  ): Promise<UdpSocket> {
    const giveBack = access.use.take();
    const waiting = { ...access.patient("bind", signal), names: WHEN_LISTENING };
    return attempt<UdpSocket>(waiting, (resolve, reject) => {
      const socket = createSocket(family === 4 ? { type: "udp4" } : { type: "udp6", ipv6Only: true });
      socket.once("error", reject);
      const where = at === undefined ? {} : { address: formatIpAddress(at.address) };
      socket.bind({ port: at?.port ?? 0, exclusive: true, ...where }, () =>
        resolve(new UdpSocket(socket, family, access, giveBack, at !== undefined)),
      );
      return () => socket.close();
    }).catch((error: unknown) => {
      giveBack();
      throw error;
    });
  }

  /** The port it is bound to. */
  get port(): number {
    return this.#socket.address().port;
  }

  /** Give it a handle. */
  handleOf(binding: InstanceBinding): number {
    return binding.openHandle(UDP_SOCKET, this, () => this.#release());
  }

  /** The socket behind a handle. @throws HostFailure `bad_handle` */
  static behind(binding: InstanceBinding, handle: number): UdpSocket {
    const socket = binding.resource(handle, UDP_SOCKET);
    if (!(socket instanceof UdpSocket)) throw new HostFailure("bad_handle");
    return socket;
  }

  /**
   * Send one datagram to a target that the policy allows as it is written.
   *
   * @throws PolicyRefusal `access_denied`, `quota`; HostFailure
   */
  async send(target: NetworkTarget, data: Uint8Array, signal: CancellationSignal | undefined): Promise<void> {
    const address = await this.#addressOf(target, signal);
    if (this.#receiver.released) throw new HostFailure("interrupted", "sendto");
    checkHeldWrites(this.#socket.getSendQueueSize(), data.length, this.#access.ceilings.message_bytes);
    const text = formatIpAddress(address);
    remember(this.#peers, `${text} ${target.port}`, true);
    return attempt<void>({ call: "sendto", signal }, (resolve, reject) => {
      this.#socket.send(data, target.port, text, (error) => {
        if (error === null) resolve();
        else reject(this.#receiver.released ? new HostFailure("interrupted", "sendto", error) : error);
      });
      return () => {};
    });
  }

  /** Wait for the next datagram. It may take as long as it takes. @throws HostFailure */
  receive(signal: CancellationSignal | undefined): Promise<Datagram> {
    return this.#receiver.for({ call: "recvfrom", signal }, () => this.#received.shift());
  }

  /** Where datagrams to a target go: looked up and judged once for each host and port. */
  async #addressOf(target: NetworkTarget, signal: CancellationSignal | undefined): Promise<IpAddress> {
    const key = `${hostKeyOf(target.host)} ${target.port}`;
    const known = this.#destinations.get(key);
    if (known !== undefined) return known;
    if (target.host.address !== undefined && target.host.address.family !== this.#family) {
      throw new HostFailure("invalid_argument", "sendto");
    }
    this.#access.use.begin();
    const addresses = await this.#access.resolve(target, this.#access.patient("getaddrinfo", signal));
    const address = addresses.find(({ family }) => family === this.#family);
    if (address === undefined) throw new HostFailure("unavailable", "sendto");
    remember(this.#destinations, key, address);
    return address;
  }

  #came(data: Buffer, addressText: string, port: number): void {
    const parsed = parseIpAddress(addressText);
    const address = parsed === undefined ? addressText : formatIpAddress(parsed);
    if (!this.#listens && !this.#peers.has(`${address} ${port}`)) return;
    // @spec instructions.net.udp-backlog
    if (this.#received.weight + data.length > this.#access.ceilings.message_bytes) return;
    this.#received.push({ address, port, data: new Uint8Array(data) }, data.length);
    this.#receiver.wake();
  }

  #release(): void {
    this.#giveBack();
    this.#received.clear();
    this.#socket.close();
    this.#receiver.release();
  }
}

function hostKeyOf(host: NetworkHost): string {
  return host.name ?? formatIpAddress(host.address);
}

/** Put a key behind all others, and forget the first where there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_PEERS && oldest !== undefined) map.delete(oldest);
}
