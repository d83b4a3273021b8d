import type { BufSource, SourceEnds, SourceObserver } from "../../../contracts/buf-source.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { ArrivedBytes } from "./arrived-bytes.js";
import { unavailable } from "./http-failure.js";
import type { HttpSourceOptions } from "./http-options.js";
import { gatewayUrls, type IpfsAddress, ipfsDescription, parseIpfsAddress } from "./ipfs-address.js";
import { IpfsBlockStore } from "./ipfs-block-store.js";
import { type Cid, RAW } from "./ipfs-cid.js";
import { BlockError, type DagNode, type FileNode, type FilePart, readBlock } from "./ipfs-dag.js";

/** How a source over blocks of IPFS works. */
export interface IpfsBlockSourceOptions extends Omit<HttpSourceOptions, "description" | "ifMatch"> {
  /** Gateways that give blocks (`?format=raw`), in the order in which they are tried. */
  readonly gateways: readonly (string | URL)[];
  /**
   * Bytes of blocks that are kept for the next read.
   *
   * @defaultValue 8388608
   */
  readonly cacheBytes?: number;
}

/** Deepest file, in blocks from the top. @spec loader.source.ipfs.bounds */
const DEEPEST = 16;
/** Bare blocks that are fetched together. */
const TOGETHER = 4;

/**
 * A source over a file in IPFS, read block by block: each block is checked against its identifier, so that the file is
 * the one the address names whoever sends it. Files and folders of UnixFS in dag-pb, raw blocks, SHA-256. Folders that
 * are spread over several blocks, and symbolic links, are not read.
 *
 * @param address `CID`, `CID/path` or `ipfs://CID/path`, names of the path percent-encoded
 * @throws TypeError where the address, a gateway or an option makes no sense
 * @spec loader.source.ipfs.blocks
 */
export function createIpfsBlockSource(address: string, options: IpfsBlockSourceOptions): BufSource {
  const { gateways, cacheBytes = 8_388_608, ...http } = options;
  if (!Number.isSafeInteger(cacheBytes) || cacheBytes < 0)
    throw new TypeError("cacheBytes must be an integer of at least 0");
  const parsed = parseIpfsAddress(address);
  const description = ipfsDescription(parsed);
  return new IpfsBlockSource(
    parsed,
    description,
    new IpfsBlockStore(description, gatewayUrls(gateways), cacheBytes, http),
  );
}

class IpfsBlockSource implements BufSource {
  readonly description: string;
  readonly #address: IpfsAddress;
  readonly #store: IpfsBlockStore;
  /** The top block of the file, once it is found. */
  #top: FileNode | undefined;
  #isClosed = false;

  constructor(address: IpfsAddress, description: string, store: IpfsBlockStore) {
    this.#address = address;
    this.description = description;
    this.#store = store;
  }

  observe(observer: SourceObserver): void {
    this.#store.observe(observer);
  }

  async size(signal?: CancellationSignal): Promise<number> {
    return (await this.#file(signal)).size;
  }

  async read(offset: number, length: number, signal?: CancellationSignal): Promise<Uint8Array> {
    const file = await this.#file(signal);
    const arrived = new ArrivedBytes();
    await this.#collect(file, 0, { from: offset, to: Math.min(offset + length, file.size), arrived, signal }, 1);
    return arrived.joined();
  }

  async openEnds(head: number, tail: number, signal?: CancellationSignal): Promise<SourceEnds> {
    const { size } = await this.#file(signal);
    const tailBytes = Math.min(tail, size);
    const [first, last] = await Promise.all([
      this.read(0, head, signal),
      this.read(size - tailBytes, tailBytes, signal),
    ]);
    return { size, head: first, tail: last };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#store.close();
  }

  /** Find the file at the end of the path. */
  async #file(signal: CancellationSignal | undefined): Promise<FileNode> {
    // @spec loader.source.closed
    if (this.#isClosed) throw unavailable(this.description, "closed");
    if (this.#top !== undefined) return this.#top;
    let { cid } = this.#address;
    for (const name of this.#address.path) {
      const folder = await this.#node(cid, signal);
      if (folder.kind !== "folder") throw this.#unfit(cid, "the path leads through something that is no folder");
      const next = folder.entries.get(name);
      if (next === undefined) throw this.#unfit(cid, "the folder has no such name");
      cid = next;
    }
    const file = await this.#node(cid, signal);
    if (file.kind !== "file") throw this.#unfit(cid, "it is a folder");
    this.#top = file;
    return file;
  }

  async #node(cid: Cid, signal: CancellationSignal | undefined): Promise<DagNode> {
    const bytes = await this.#store.get(cid, signal);
    try {
      return readBlock(cid, bytes);
    } catch (error) {
      if (error instanceof BlockError) throw this.#unfit(cid, error.message);
      throw error;
    }
  }

  /**
   * Gather the wanted bytes of a block and of those below it, one after the other; only bare blocks are fetched several
   * at a time, so that what is held is bounded by the depth and not by what a block claims.
   */
  async #collect(node: FileNode, start: number, wanted: Wanted, depth: number): Promise<void> {
    pushOverlap(wanted, node.inline, start);
    let at = start + node.inline.length;
    let batch: { readonly part: FilePart; readonly at: number }[] = [];
    for (const part of node.parts) {
      const isWanted = part.size > 0 && at < wanted.to && at + part.size > wanted.from;
      if (isWanted && part.cid.codec === RAW) batch.push({ part, at });
      if (batch.length === TOGETHER || (isWanted && part.cid.codec !== RAW)) {
        await this.#collectBare(batch, wanted);
        batch = [];
      }
      if (isWanted && part.cid.codec !== RAW) {
        if (depth === DEEPEST) throw this.#unfit(part.cid, `it lies more than ${DEEPEST} blocks deep`);
        await this.#collect(await this.#part(part, wanted), at, wanted, depth + 1);
      }
      at += part.size;
    }
    await this.#collectBare(batch, wanted);
  }

  async #collectBare(
    batch: readonly { readonly part: FilePart; readonly at: number }[],
    wanted: Wanted,
  ): Promise<void> {
    const nodes = await Promise.all(batch.map(({ part }) => this.#part(part, wanted)));
    nodes.forEach((node, index) => {
      pushOverlap(wanted, node.inline, batch[index]?.at ?? 0);
    });
  }

  async #part({ cid, size }: FilePart, { signal }: Wanted): Promise<FileNode> {
    const node = await this.#node(cid, signal);
    if (node.kind !== "file" || node.size !== size)
      throw this.#unfit(cid, "it is not as long as the block above it says");
    return node;
  }

  #unfit(cid: Cid, reason: string): Error {
    return unavailable(this.description, `block ${cid.text}: ${reason}`);
  }
}

interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly arrived: ArrivedBytes;
  readonly signal: CancellationSignal | undefined;
}

function pushOverlap({ from, to, arrived }: Wanted, bytes: Uint8Array, start: number): void {
  const first = Math.max(from, start) - start;
  const last = Math.min(to, start + bytes.length) - start;
  // Copied: no block stays in memory because of a few of its bytes. @spec loader.source.ipfs.bounds
  if (first < last) arrived.add(bytes.slice(first, last));
}
