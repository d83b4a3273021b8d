import { type Cid, DAG_PB, RAW, readCid, readVarint } from "./ipfs-cid.js";

/** A part of a file that lies in another block. */
export interface FilePart {
  readonly cid: Cid;
  /** Bytes of the file it holds, all blocks below it together. */
  readonly size: number;
}

/** What one block of a file holds: bytes of its own, and after them parts in other blocks. */
export interface FileNode {
  readonly kind: "file";
  readonly inline: Uint8Array;
  readonly parts: readonly FilePart[];
  /** Bytes of the file in and below this block. */
  readonly size: number;
}

/** A folder in one block. */
export interface FolderNode {
  readonly kind: "folder";
  readonly entries: ReadonlyMap<string, Cid>;
}

/** What a block means. */
export type DagNode = FileNode | FolderNode;

/** A block that is not what it should be; the message says what it is instead. */
export class BlockError extends Error {
  override readonly name = "BlockError";
}

/** Most links of a block: many times more than any tool writes, few enough to hold. @spec loader.source.ipfs.bounds */
const MOST_LINKS = 16_384;

const TYPE_NAMES = ["raw", "directory", "file", "metadata", "symbolic link", "sharded directory"];
const RAW_DATA = 0;
const DIRECTORY = 1;
const FILE = 2;

/**
 * Read a block: raw bytes, or a dag-pb node that holds a file or a folder of UnixFS.
 *
 * @throws BlockError
 */
export function readBlock(cid: Cid, bytes: Uint8Array): DagNode {
  if (cid.codec === RAW) return { kind: "file", inline: bytes, parts: [], size: bytes.length };
  if (cid.codec !== DAG_PB) throw new BlockError(`codec 0x${cid.codec.toString(16)} is neither raw nor dag-pb`);
  const { links, data } = readNode(bytes);
  if (data === undefined) throw new BlockError("the node holds no UnixFS data");
  const unix = readUnixFs(data);
  if (unix.type === DIRECTORY)
    return { kind: "folder", entries: new Map(links.map(({ name, cid: to }) => [name, to])) };
  if (unix.type !== FILE && unix.type !== RAW_DATA)
    throw new BlockError(`a ${TYPE_NAMES[unix.type] ?? "node of an unknown type"} is not supported`);
  if (unix.blockSizes.length !== links.length) throw new BlockError("the node has not one size for each of its parts");
  const parts = links.map(({ cid: to }, at) => ({ cid: to, size: unix.blockSizes[at] ?? 0 }));
  const size = parts.reduce((sum, part) => sum + part.size, unix.data.length);
  if (!Number.isSafeInteger(size) || (unix.fileSize ?? size) !== size)
    throw new BlockError("the sizes in the node do not add up");
  return { kind: "file", inline: unix.data, parts, size };
}

interface Link {
  readonly cid: Cid;
  readonly name: string;
}

function readNode(bytes: Uint8Array): { readonly links: Link[]; readonly data: Uint8Array | undefined } {
  const links: Link[] = [];
  let data: Uint8Array | undefined;
  for (const { number, value } of fields(bytes)) {
    if (links.length > MOST_LINKS) throw new BlockError(`the node has more than ${MOST_LINKS} links`);
    if (number === 2 && value instanceof Uint8Array) links.push(readLink(value));
    else if (number === 1 && value instanceof Uint8Array && data === undefined) data = value;
    else throw new BlockError(`the node has an unexpected field ${number}`);
  }
  return { links, data };
}

function readLink(bytes: Uint8Array): Link {
  let cid: Cid | undefined;
  let name = "";
  for (const { number, value } of fields(bytes)) {
    if (number === 1 && value instanceof Uint8Array) cid = readCid(value);
    else if (number === 2 && value instanceof Uint8Array) name = new TextDecoder().decode(value);
  }
  if (cid === undefined) throw new BlockError("a link has no content identifier that can be read");
  return { cid, name };
}

interface UnixFs {
  readonly type: number;
  readonly data: Uint8Array;
  readonly fileSize: number | undefined;
  readonly blockSizes: readonly number[];
}

function readUnixFs(bytes: Uint8Array): UnixFs {
  let type = -1;
  let data: Uint8Array = new Uint8Array();
  let fileSize: number | undefined;
  const blockSizes: number[] = [];
  for (const { number, value } of fields(bytes)) {
    if (number === 1 && typeof value === "number") type = value;
    else if (number === 2 && value instanceof Uint8Array) data = value;
    else if (number === 3 && typeof value === "number") fileSize = value;
    else if (number === 4)
      for (const size of typeof value === "number" ? [value] : varints(value)) blockSizes.push(size);
    if (blockSizes.length > MOST_LINKS) throw new BlockError(`the node has more than ${MOST_LINKS} sizes`);
  }
  return { type, data, fileSize, blockSizes };
}

interface Field {
  readonly number: number;
  /** A number, or the bytes of everything that has a length. */
  readonly value: number | Uint8Array;
}

/** The fields of a protobuf message. Of the four wire formats, the two that dag-pb and UnixFS use are read, two skipped. */
function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < bytes.length) {
    const [key, valueAt] = varint(bytes, at);
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (wire === 0) {
      const [value, next] = varint(bytes, valueAt);
      yield { number, value };
      at = next;
    } else if (wire === 2) {
      const [length, dataAt] = varint(bytes, valueAt);
      if (length > bytes.length - dataAt) throw new BlockError("a field is longer than its block");
      yield { number, value: bytes.subarray(dataAt, dataAt + length) };
      at = dataAt + length;
    } else if (wire === 1 || wire === 5) {
      at = valueAt + (wire === 1 ? 8 : 4);
      if (at > bytes.length) throw new BlockError("a field is longer than its block");
    } else throw new BlockError(`the node has a field of the unknown form ${wire}`);
  }
}

function* varints(bytes: Uint8Array): Generator<number> {
  for (let at = 0; at < bytes.length; ) {
    const [value, next] = varint(bytes, at);
    yield value;
    at = next;
  }
}

function varint(bytes: Uint8Array, at: number): readonly [value: number, next: number] {
  const found = readVarint(bytes, at);
  if (found[0] < 0) throw new BlockError("the node has a number that cannot be read");
  return found;
}
