import { createHash } from "node:crypto";

/** A file or folder as blocks. */
export interface BuiltDag {
  /** Identifier of the top block. */
  readonly cid: string;
  /** The identifier's bytes. */
  readonly cidBytes: Buffer;
  /** Bytes of the content. */
  readonly size: number;
  /** Every block by its identifier. */
  readonly blocks: ReadonlyMap<string, Buffer>;
}

/** How a file is cut into blocks. */
export interface FileLayout {
  /** Bytes in a leaf. */
  readonly chunkBytes?: number;
  /** Parts of an inner node. */
  readonly width?: number;
  /** Whether leaves are bare bytes; else nodes with a UnixFS message. */
  readonly rawLeaves?: boolean;
  /** Version of the identifiers; 0 only without raw leaves. */
  readonly version?: 0 | 1;
  /** Whether sizes are one packed field; else a field each, as is usual. */
  readonly packed?: boolean;
}

const RAW = 0x55;
const DAG_PB = 0x70;

/** Cut a file into blocks. Written from the description of the format, with nothing from the code that reads it. */
export function buildFile(content: Uint8Array, layout: FileLayout = {}): BuiltDag {
  const { chunkBytes = 262_144, width = 174, rawLeaves = true, version = 1, packed = false } = layout;
  const blocks = new Map<string, Buffer>();
  const store = (codec: number, bytes: Buffer, size: number): Omit<BuiltDag, "blocks"> => {
    const cidBytes = identify(codec, bytes, version);
    const cid = textOf(cidBytes);
    blocks.set(cid, bytes);
    return { cid, cidBytes, size };
  };
  let level: Omit<BuiltDag, "blocks">[] = [];
  for (let at = 0; at === 0 || at < content.length; at += chunkBytes) {
    const chunk = Buffer.from(content.subarray(at, at + chunkBytes));
    level.push(
      rawLeaves
        ? store(RAW, chunk, chunk.length)
        : store(DAG_PB, fileNode(chunk, [], chunk.length, packed), chunk.length),
    );
  }
  while (level.length > 1) {
    const above: Omit<BuiltDag, "blocks">[] = [];
    for (let at = 0; at < level.length; at += width) {
      const parts = level.slice(at, at + width);
      const size = parts.reduce((sum, part) => sum + part.size, 0);
      above.push(store(DAG_PB, fileNode(Buffer.alloc(0), parts, size, packed), size));
    }
    level = above;
  }
  const [root] = level;
  if (root === undefined) throw new Error("a file has at least one block");
  return { ...root, blocks };
}

/** A folder in one block over what was built before. */
export function buildFolder(entries: Readonly<Record<string, BuiltDag>>): BuiltDag {
  const links = Object.entries(entries).map(([name, { cidBytes, size }]) => link(cidBytes, name, size));
  const bytes = Buffer.concat([...links, field(1, field(1, 1))]);
  const cidBytes = identify(DAG_PB, bytes, 1);
  const blocks = new Map(Object.values(entries).flatMap((entry) => [...entry.blocks]));
  blocks.set(textOf(cidBytes), bytes);
  return { cid: textOf(cidBytes), cidBytes, size: 0, blocks };
}

/** A block of any bytes, right or wrong, under the identifier it has. */
export function buildBlock(codec: number, bytes: Uint8Array): BuiltDag {
  const cidBytes = identify(codec, Buffer.from(bytes), 1);
  const cid = textOf(cidBytes);
  return { cid, cidBytes, size: bytes.length, blocks: new Map([[cid, Buffer.from(bytes)]]) };
}

/** A protobuf field: a number, or bytes with their length. */
export function field(number: number, value: number | Uint8Array): Buffer {
  if (typeof value === "number") return Buffer.concat([varint(number * 8), varint(value)]);
  return Buffer.concat([varint(number * 8 + 2), varint(value.length), value]);
}

/** A link of a dag-pb node, as the field it stands in. */
export function link(cidBytes: Uint8Array, name: string, size: number): Buffer {
  return field(2, Buffer.concat([field(1, cidBytes), field(2, Buffer.from(name)), field(3, size)]));
}

function fileNode(data: Buffer, parts: readonly Omit<BuiltDag, "blocks">[], size: number, packed: boolean): Buffer {
  const sizes = packed
    ? [field(4, Buffer.concat(parts.map((part) => varint(part.size))))]
    : parts.map((part) => field(4, part.size));
  const unix = Buffer.concat([
    field(1, 2),
    ...(data.length > 0 ? [field(2, data)] : []),
    field(3, size),
    ...(parts.length > 0 ? sizes : []),
  ]);
  return Buffer.concat([...parts.map((part) => link(part.cidBytes, "", part.size)), field(1, unix)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

function identify(codec: number, bytes: Buffer, version: 0 | 1): Buffer {
  const multihash = Buffer.concat([Buffer.from([0x12, 32]), createHash("sha256").update(bytes).digest()]);
  return version === 0 ? multihash : Buffer.concat([Buffer.from([1]), varint(codec), multihash]);
}

/** The usual text of an identifier: base 58 of version 0, base 32 of version 1. */
function textOf(bytes: Buffer): string {
  const isOld = bytes[0] === 0x12;
  const [alphabet, prefix] = isOld
    ? ["123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", ""]
    : ["abcdefghijklmnopqrstuvwxyz234567", "b"];
  // Base 32 counts from the front: zero bits behind the last byte fill its last digit.
  const fill = isOld ? 0 : (5 - ((bytes.length * 8) % 5)) % 5;
  let value = BigInt(`0x${bytes.toString("hex")}`) << BigInt(fill);
  const base = BigInt(alphabet.length);
  let text = "";
  for (; value > 0n; value /= base) text = alphabet.charAt(Number(value % base)) + text;
  const digits = isOld ? text.length : Math.ceil((bytes.length * 8) / 5);
  return prefix + text.padStart(digits, alphabet.charAt(0));
}
