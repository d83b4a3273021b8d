import type { BufSource, SourceEnds, SourceObserver } from "../../../contracts/buf-source.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { type FaygerError, is } from "../../../errors/fayger-error.js";
import { hostError } from "../../../errors/host-error.js";
import { type FailedRange, unavailable } from "./http-failure.js";
import type { HttpSourceOptions } from "./http-options.js";
import { createHttpSource } from "./http-source.js";
import { gatewayUrl, gatewayUrls, ipfsDescription, parseIpfsAddress } from "./ipfs-address.js";

/** How a source over IPFS works: the gateways, and everything of a source over HTTP. */
export interface IpfsSourceOptions extends Omit<HttpSourceOptions, "description" | "ifMatch"> {
  /**
   * Gateways, in the order in which they are tried, for instance `https://ipfs.example`. What is asked for is
   * `/ipfs/CID/path` below each. Headers and credentials among the options go to all of them.
   */
  readonly gateways: readonly (string | URL)[];
}

/**
 * A source over a file in IPFS, read through gateways. When one fails, also in the middle of a load, the next takes
 * its place. Nothing a gateway says is believed: what counts are the artifact's own digests and its signature.
 *
 * @param address `CID`, `CID/path` or `ipfs://CID/path`, names of the path percent-encoded
 * @throws TypeError where the address, a gateway or an option makes no sense
 * @spec loader.source.ipfs
 */
export function createIpfsSource(address: string, options: IpfsSourceOptions): BufSource {
  const { gateways, ...http } = options;
  const parsed = parseIpfsAddress(address);
  const description = ipfsDescription(parsed);
  const places = gatewayUrls(gateways).map((gateway) => {
    const url = gatewayUrl(gateway, parsed);
    return { name: gateway.host, source: createHttpSource(url, { ...http, description }) };
  });
  return new IpfsSource(description, places);
}

interface Gateway {
  readonly name: string;
  readonly source: BufSource;
}

class IpfsSource implements BufSource {
  readonly description: string;
  readonly #gateways: readonly Gateway[];
  /** The one that answered last. */
  #current = 0;
  #size: number | undefined;
  #isClosed = false;

  constructor(description: string, gateways: readonly Gateway[]) {
    this.description = description;
    this.#gateways = gateways;
  }

  size(signal?: CancellationSignal): Promise<number> {
    // What an identifier names never changes, so the size is asked for once.
    if (this.#size !== undefined && !this.#isClosed) return Promise.resolve(this.#size);
    return this.#anyOf(signal, ({ source }) => source.size(signal));
  }

  read(offset: number, length: number, signal?: CancellationSignal): Promise<Uint8Array> {
    return this.#anyOf(signal, async ({ source }, agree) => {
      if (this.#size === undefined) agree(await source.size(signal));
      const bytes = await source.read(offset, length, signal);
      const expected = Math.max(0, Math.min(length, (this.#size ?? 0) - offset));
      if (bytes.length !== expected)
        throw this.#unavailable("it gave fewer bytes than the file has", { offset, length });
      return bytes;
    });
  }

  // No entity tag: gateways have their own for the same content, and the identifier already names it.
  openEnds(head: number, tail: number, signal?: CancellationSignal): Promise<SourceEnds> {
    return this.#anyOf(signal, async ({ source }, agree) => {
      if (source.openEnds === undefined) throw new TypeError("a source over HTTP reads both ends");
      const ends = await source.openEnds(head, tail, signal);
      agree(ends.size);
      return { size: ends.size, head: ends.head, tail: ends.tail };
    });
  }

  observe(observer: SourceObserver): void {
    for (const { source } of this.#gateways) source.observe?.(observer);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#gateways.map(({ source }) => source.close()));
  }

  /**
   * Ask the gateways one after the other, beginning with the one that answered last.
   *
   * @spec loader.source.ipfs.gateways
   */
  async #anyOf<T>(
    signal: CancellationSignal | undefined,
    ask: (gateway: Gateway, agree: (size: number) => void) => Promise<T>,
  ): Promise<T> {
    const count = this.#gateways.length;
    const first = this.#current;
    const faults: { readonly name: string; readonly error: FaygerError }[] = [];
    for (let step = 0; step < count; step += 1) {
      const at = (first + step) % count;
      const gateway = this.#gateways[at];
      if (gateway === undefined) break;
      try {
        // @spec loader.source.closed
        if (this.#isClosed) throw this.#unavailable("closed");
        if (step > 0) this.#agree(await gateway.source.size(signal));
        const answer = await ask(gateway, (size) => this.#agree(size));
        this.#current = at;
        return answer;
      } catch (error) {
        if (this.#isClosed || signal?.aborted === true) throw error;
        faults.push({ name: gateway.name, error: this.#asFault(error) });
      }
    }
    throw this.#allFailed(faults);
  }

  /** One identifier, one file: gateways that disagree about its size cannot both be right. @spec loader.source.ipfs.size */
  #agree(size: number): void {
    this.#size ??= size;
    if (size !== this.#size)
      throw this.#unavailable(`it tells a size of ${size} bytes where another told ${this.#size}`);
  }

  #asFault(error: unknown): FaygerError {
    if (is(error, "LDR_SOURCE_UNAVAILABLE") || is(error, "LDR_SOURCE_CHANGED") || is(error, "LDR_TRUNCATED"))
      return error;
    return this.#unavailable("the host failed", undefined, hostError(error));
  }

  #allFailed(faults: readonly { readonly name: string; readonly error: FaygerError }[]): FaygerError {
    const texts = faults.map(({ name, error }) => `${name}: ${reasonOf(error)}`);
    const last = faults.at(-1)?.error;
    const reason = texts.length === 1 ? texts.join() : `no gateway gives it; ${texts.join("; ")}`;
    return this.#unavailable(reason, undefined, last);
  }

  #unavailable(reason: string, range?: FailedRange, cause?: FaygerError): FaygerError {
    return unavailable(this.description, reason, range, cause);
  }
}

function reasonOf(error: FaygerError): string {
  return is(error, "LDR_SOURCE_UNAVAILABLE") ? error.context.reason : error.message;
}
