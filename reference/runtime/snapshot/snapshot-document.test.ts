import { createHash } from "node:crypto";
import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { encodeSnapshot } from "../../../generated/codecs/snapshot.js";
import type { SnapshotState } from "../../../generated/codecs/snapshot-state.js";
import { arbitrarySnapshotState } from "../../../generated/testing/arbitraries/snapshot-state.js";
import type { BufObject } from "../../contracts/buf-object.js";
import type { Sha256 } from "../../contracts/security.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { isMemoryState, memoryState } from "./memory-runs.js";
import { readSnapshot, writeSnapshot } from "./snapshot-document.js";

const sha256: Sha256 = {
  digest: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  incremental: () => {
    throw new Error("not asked for");
  },
};

/** An artifact as far as a snapshot knows it. */
function artifact(seed: number): BufObject {
  return { manifest: { name: `test/${seed}` }, manifestDigest: new Uint8Array(32).fill(seed) } as unknown as BufObject;
}

function refusal(bytes: Uint8Array, object = artifact(1)): FaygerError<"RT_SNAPSHOT_INVALID"> {
  try {
    readSnapshot(bytes, object, sha256);
  } catch (error) {
    if (error instanceof FaygerError && error.code === "RT_SNAPSHOT_INVALID") return error as never;
    throw error;
  }
  throw new Error("the snapshot was read");
}

const EMPTY: SnapshotState = {
  fuel: 7,
  runningNs: 1,
  emits: 0,
  nextHandle: 1,
  nextCall: 1,
  lastReply: new Uint8Array(0),
  events: [],
  memory: { pages: 1, runs: [] },
  globals: new Uint8Array(0),
  tables: [],
  droppedElements: [],
  droppedData: [],
};

// @spec snapshots.shape, snapshots.deterministic, snapshots.order, snapshots.invalid
// @spec lifecycle.snapshot.invalid, lifecycle.snapshot.pins
describe("a snapshot as bytes", () => {
  it.prop([arbitrarySnapshotState()])("is read back as it was written, and written alike", (state) => {
    const bytes = writeSnapshot(state, artifact(1), sha256);
    expect(readSnapshot(bytes, artifact(1), sha256)).toEqual(state);
    expect(writeSnapshot(state, artifact(1), sha256)).toEqual(bytes);
  });

  it.prop([fc.nat(), fc.integer({ min: 1, max: 255 })])("is refused with any byte changed", (position, change) => {
    const bytes = writeSnapshot({ ...EMPTY, events: [new Uint8Array(40)] }, artifact(1), sha256);
    const at = position % bytes.length;
    bytes[at] = (bytes[at] as number) ^ change;
    expect(refusal(bytes).context.reason).toMatch(/./);
  });

  it.prop([fc.nat()])("is refused where it ends early", (length) => {
    const bytes = writeSnapshot(EMPTY, artifact(1), sha256);
    const { context } = refusal(bytes.subarray(0, length % bytes.length));
    expect(context).toMatchObject({ reason: "truncated" });
    expect(context.offset).toBeTypeOf("number");
  });

  it("is refused by another artifact, and its damage comes first", () => {
    const bytes = writeSnapshot(EMPTY, artifact(1), sha256);
    expect(refusal(bytes, artifact(2)).context).toEqual({ reason: "other_artifact" });
    const damaged = encodeSnapshot({
      schemaVersion: [1, 0],
      manifestDigest: artifact(1).manifestDigest,
      stateDigest: new Uint8Array(32),
      state: Uint8Array.of(0xff),
    });
    expect(refusal(damaged, artifact(2)).context).toEqual({ reason: "state_damaged" });
  });

  it("is refused in another major version, and its state is not looked at", () => {
    const bytes = encodeSnapshot({
      schemaVersion: [2, 0],
      manifestDigest: artifact(1).manifestDigest,
      stateDigest: new Uint8Array(32),
      state: new Uint8Array(0),
    });
    expect(refusal(bytes).context).toEqual({ reason: "unsupported_version" });
  });

  it("tells where the document inside breaks a rule", () => {
    const state = Uint8Array.of(0xa1, 0x61);
    const bytes = encodeSnapshot({
      schemaVersion: [1, 3],
      manifestDigest: artifact(1).manifestDigest,
      stateDigest: sha256.digest(state),
      state,
    });
    expect(refusal(bytes).context).toEqual({ reason: "truncated", offset: 1 });
  });
});

// @spec snapshots.memory, snapshots.unfit
describe("a memory in a snapshot", () => {
  /** Bytes of two pages with some blocks used. */
  const memory = fc.uniqueArray(fc.nat({ max: 31 }), { maxLength: 12 }).chain((blocks) =>
    fc.array(fc.nat({ max: 4095 }), { minLength: blocks.length, maxLength: blocks.length }).map((places) => {
      const bytes = new Uint8Array(131_072);
      blocks.forEach((block, at) => {
        bytes[block * 4096 + (places[at] as number)] = 1 + at;
      });
      return bytes;
    }),
  );

  it.prop([memory])("is whole, and leaves out every block that is zero", (bytes) => {
    const state = memoryState(bytes);
    expect(isMemoryState(state)).toBe(true);
    const again = new Uint8Array(state.pages * 65_536);
    let kept = 0;
    for (const run of state.runs) {
      again.set(run.bytes, run.offset);
      kept += run.bytes.length;
    }
    expect(Buffer.compare(again, bytes)).toBe(0);
    let used = 0;
    for (let at = 0; at < bytes.length; at += 4096) {
      if (Buffer.compare(bytes.subarray(at, at + 4096), new Uint8Array(4096)) !== 0) used += 1;
    }
    expect(kept).toBe(used * 4096);
  });

  it.each([
    ["a run that is zero", { pages: 1, runs: [{ offset: 0, bytes: new Uint8Array(4096) }] }],
    ["a run that begins within a block", { pages: 1, runs: [{ offset: 1, bytes: new Uint8Array(4096).fill(1) }] }],
    ["a run that ends within a block", { pages: 1, runs: [{ offset: 0, bytes: new Uint8Array(100).fill(1) }] }],
    ["a run behind the end", { pages: 1, runs: [{ offset: 65_536, bytes: new Uint8Array(4096).fill(1) }] }],
    ["a run with a block of zeros", { pages: 1, runs: [{ offset: 0, bytes: new Uint8Array(8192).fill(1, 0, 4096) }] }],
    [
      "neighbours that are not joined",
      {
        pages: 1,
        runs: [
          { offset: 0, bytes: new Uint8Array(4096).fill(1) },
          { offset: 4096, bytes: new Uint8Array(4096).fill(1) },
        ],
      },
    ],
    [
      "runs out of order",
      {
        pages: 1,
        runs: [
          { offset: 12_288, bytes: new Uint8Array(4096).fill(1) },
          { offset: 0, bytes: new Uint8Array(4096).fill(1) },
        ],
      },
    ],
  ])("is refused with %s", (_what, state) => {
    expect(isMemoryState(state)).toBe(false);
  });
});
