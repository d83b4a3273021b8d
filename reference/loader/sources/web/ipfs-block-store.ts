import type { SourceObserver } from "../../../contracts/buf-source.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { type FaygerError, is } from "../../../errors/fayger-error.js";
import type { HttpBody } from "./http-body.js";
import { HttpClient } from "./http-client.js";
import { UnfitAnswer, unavailable } from "./http-failure.js";
import type { HttpSourceOptions } from "./http-options.js";
import { statusFault } from "./http-status.js";
import { type Cid, SHA2_256 } from "./ipfs-cid.js";

/**
 * Longest block that is read, in bytes: what every implementation of IPFS exchanges.
 *
 * @spec loader.source.ipfs.bounds
 */
const LONGEST_BLOCK = 2_097_152;

/** Fetches blocks from gateways, checks each, and keeps the last ones. */
export class IpfsBlockStore {
  readonly #description: string;
  readonly #clients: readonly HttpClient[];
  readonly #cacheBytes: number;
  /** In the order of their last use. */
  readonly #kept = new Map<string, Uint8Array>();
  #keptBytes = 0;
  /** The gateway that answered last. */
  #current = 0;

  /** @param cacheBytes bytes of blocks that are kept */
  constructor(description: string, gateways: readonly URL[], cacheBytes: number, http: HttpSourceOptions) {
    this.#description = description;
    this.#clients = gateways.map((gateway) => new HttpClient(gateway, { ...http, description }));
    this.#cacheBytes = cacheBytes;
  }

  observe(observer: SourceObserver): void {
    for (const client of this.#clients) client.observe(observer);
  }

  async close(): Promise<void> {
    this.#kept.clear();
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  /**
   * The bytes of a block, which have the digest of its identifier.
   *
   * @throws FaygerError `LDR_SOURCE_UNAVAILABLE`, `LDR_ABORTED`
   * @spec loader.source.ipfs.blocks
   */
  async get(cid: Cid, signal: CancellationSignal | undefined): Promise<Uint8Array> {
    if (cid.hash !== SHA2_256 || cid.digest.length !== 32)
      throw unavailable(
        this.#description,
        `block ${cid.text}: digest algorithm 0x${cid.hash.toString(16)} is not supported`,
      );
    const kept = this.#kept.get(cid.text);
    if (kept !== undefined) {
      this.#kept.delete(cid.text);
      this.#kept.set(cid.text, kept);
      return kept;
    }
    const bytes = await this.#fetch(cid, signal);
    this.#keep(cid.text, bytes);
    return bytes;
  }

  /** @spec loader.source.ipfs.gateways */
  async #fetch(cid: Cid, signal: CancellationSignal | undefined): Promise<Uint8Array> {
    const count = this.#clients.length;
    const first = this.#current;
    const faults: { readonly name: string; readonly error: FaygerError<"LDR_SOURCE_UNAVAILABLE"> }[] = [];
    for (let step = 0; step < count; step += 1) {
      const at = (first + step) % count;
      const client = this.#clients[at];
      if (client === undefined) break;
      const url = new URL(client.url);
      url.pathname = `${url.pathname.replace(/\/$/, "")}/ipfs/${cid.text}`;
      url.search = "format=raw";
      const headers = (): Record<string, string> => ({ accept: "application/vnd.ipld.raw" });
      try {
        const bytes = await client.call(
          { url, headers, take: (response, body) => takeBlock(cid, response, body) },
          signal,
        );
        this.#current = at;
        return bytes;
      } catch (error) {
        if (!is(error, "LDR_SOURCE_UNAVAILABLE") || signal?.aborted === true) throw error;
        faults.push({ name: client.url.host, error });
      }
    }
    const texts = faults.map(({ name, error }) => `${name}: ${error.context.reason}`);
    throw unavailable(this.#description, `block ${cid.text}; ${texts.join("; ")}`, undefined, faults.at(-1)?.error);
  }

  /** @spec loader.source.ipfs.bounds */
  #keep(name: string, bytes: Uint8Array): void {
    if (bytes.length > this.#cacheBytes || this.#kept.has(name)) return;
    this.#kept.set(name, bytes);
    this.#keptBytes += bytes.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptBytes <= this.#cacheBytes) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= length;
    }
  }
}

async function takeBlock(cid: Cid, response: Response, body: HttpBody): Promise<Uint8Array> {
  if (response.status !== 200) throw statusFault(response);
  const bytes = await body.readUpTo(LONGEST_BLOCK);
  const found = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  if (found.some((byte, at) => byte !== cid.digest[at])) throw new UnfitAnswer("the block has another digest");
  return bytes;
}
