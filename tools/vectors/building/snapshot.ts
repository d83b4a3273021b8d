import { type Item, item, type Value, type Written, write } from "./cbor.js";
import { littleEndian, sha256 } from "./octets.js";

/**
 * Snapshots by the text of the chapter snapshots. Nothing here judges: members are written as they are told, and may be
 * wrong.
 */

/** Members of a state by their names. */
export type StateText = Readonly<Record<string, Value>>;

/** Digest of the manifest of the artifact that vectors are about, where they say nothing else. */
export const MANIFEST_DIGEST = new Uint8Array(32);

const BLOCK = 4096;
const PAGE = 65_536;

/** The state of a program that has done nothing, with some members told otherwise. */
export function stateOf(text: StateText = {}): Value {
  return {
    fuel: 0,
    running_ns: 0,
    emits: 0,
    next_handle: 1,
    next_call: 1,
    last_reply: new Uint8Array(0),
    events: [],
    memory: memoryOf(1),
    globals: values(),
    tables: [],
    dropped_elements: [],
    dropped_data: [],
    ...text,
  };
}

/** Values, 8 bytes each. */
export function values(...each: readonly (number | bigint)[]): Uint8Array {
  return Uint8Array.from(each.flatMap((value) => [...littleEndian(BigInt.asUintN(64, BigInt(value)), 8)]));
}

/** A memory that holds these bytes. @spec snapshots.memory */
export function memoryOf(pages: number, data: Readonly<Record<number, readonly number[]>> = {}): Value {
  const image = new Uint8Array(pages * PAGE);
  for (const [at, bytes] of Object.entries(data)) image.set(bytes, Number(at));
  const runs: { offset: number; end: number }[] = [];
  for (let offset = 0; offset < image.length; offset += BLOCK) {
    const end = offset + BLOCK;
    if (image.subarray(offset, end).every((byte) => byte === 0)) continue;
    const last = runs.at(-1);
    if (last?.end === offset) last.end = end;
    else runs.push({ offset, end });
  }
  return { pages, runs: runs.map(({ offset, end }) => ({ offset, bytes: image.slice(offset, end) })) };
}

/** A frame. */
export function frameOf(
  functionIndex: number,
  offset: number,
  locals: Uint8Array = values(),
  operands: Uint8Array = values(),
): { readonly [key: string]: Value } {
  return { function_index: functionIndex, offset, locals, operands };
}

/** An active call of the entry. */
export function callOf(frames: readonly Value[], more: StateText = {}): Value {
  return { to: "entry", block_charged: false, frames, ...more };
}

/** What of a snapshot is told otherwise than by the state in it. */
export interface SnapshotText {
  readonly schema_version?: Value;
  readonly manifest_digest?: Value;
  readonly state_digest?: Value;
}

/** The item of a snapshot of these bytes of a state. */
export function snapshotItem(state: Uint8Array, text: SnapshotText = {}): Item {
  return item({
    schema_version: [1, 0],
    manifest_digest: MANIFEST_DIGEST,
    state_digest: sha256(state),
    state,
    ...text,
  });
}

/** A snapshot of a state. */
export function snapshotOf(state: Value, text: SnapshotText = {}): Written {
  return write(snapshotItem(write(item(state)).bytes, text));
}
