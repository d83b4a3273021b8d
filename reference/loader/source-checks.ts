import { TRAILER_SIZE } from "../../generated/layouts/trailer.js";
import type { BufSource, SourceEnds } from "../contracts/buf-source.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import { is } from "../errors/fayger-error.js";
import { CancellationSource } from "./cancellation.js";
import {
  content,
  describeError,
  endsOf,
  equal,
  fail,
  HEAD,
  NotApplicable,
  nameOf,
  outcome,
  range,
  sameBytes,
  type Trial,
} from "./source-trial.js";

/** One check: throws where the source fails it. */
export type Check = (trial: Trial) => Promise<void>;

/** Sizes around everything that a loader treats in its own way: nothing, the trailer, the first read. */
const SIZES = [0, 1, TRAILER_SIZE - 1, TRAILER_SIZE, TRAILER_SIZE + 1, 1_000, 16_384, 16_385, 40_000];

/** Every check, in the order of the report. */
export const SOURCE_CHECKS: readonly (readonly [name: string, requirement: string, check: Check])[] = [
  ["tells its size", "loader.source.interface", tellsSize],
  ["reads whole objects", "loader.source.interface", readsWhole],
  ["reads at every edge", "loader.source.interface", readsEdges],
  ["ends where the object ends", "loader.source.interface", endsAtEnd],
  ["reads nothing where nothing is asked for", "loader.source.interface", readsNothing],
  ["opens both ends", "loader.source.interface", opensEnds],
  ["reads without waiting what it reads with waiting", "loader.source.interface", readsSync],
  ["fills memory of the caller", "loader.source.interface", readsInto],
  ["gives bytes away", "loader.source.ownership", givesBytesAway],
  ["reads at the same time", "loader.source.concurrent", readsConcurrently],
  ["settles when it is stopped, and goes on", "loader.source.stop", survivesStop],
  ["forgets signals", "loader.source.stop", forgetsSignals],
  ["refuses when it is closed", "loader.source.closed", refusesClosed],
  ["closes twice", "loader.source.closed", closesTwice],
  ["notices another size", "loader.source.changed", noticesSize],
  ["notices other bytes", "loader.source.changed", noticesBytes],
  ["has its own word for a lost object", "loader.source.unavailable", survivesLoss],
  ["ignores weak entity tags", "loader.source.strong-etag", hasStrongTag],
  ["tells no secrets", "loader.source.description", tellsNoSecrets],
];

async function tellsSize(trial: Trial): Promise<void> {
  for (const size of SIZES) {
    const source = await trial.make(content(size));
    equal(await source.size(), size, "size()");
    await source.read(0, size);
    equal(await source.size(), size, "size() after a read");
  }
}

async function readsWhole(trial: Trial): Promise<void> {
  for (const size of SIZES) {
    const bytes = content(size);
    const source = await trial.make(bytes);
    sameBytes(await source.read(0, size), bytes, `read(0, ${size})`);
  }
}

async function readsEdges(trial: Trial): Promise<void> {
  const bytes = content(1_000);
  const source = await trial.make(bytes);
  const places = [0, 1, 2, 499, 500, 997, 998, 999, 1_000];
  for (const from of places) {
    for (const to of places) {
      if (to > from) sameBytes(await source.read(from, to - from), bytes.subarray(from, to), range(from, to - from));
    }
  }
}

async function endsAtEnd(trial: Trial): Promise<void> {
  const bytes = content(1_000);
  for (const [offset, length] of [
    [999, 2],
    [900, 1_000_000],
    [0, 1_001],
    [1_000, 1],
    [1_001, 1],
    [5_000_000_000, 10],
  ] as const) {
    // A source that has not seen the object yet, and one that has.
    const source = await trial.make(bytes);
    sameBytes(await source.read(offset, length), bytes.subarray(offset, offset + length), range(offset, length));
    sameBytes(await source.read(offset, length), bytes.subarray(offset, offset + length), range(offset, length));
  }
}

async function readsNothing(trial: Trial): Promise<void> {
  const source = await trial.make(content(100));
  for (const offset of [0, 50, 100]) sameBytes(await source.read(offset, 0), new Uint8Array(), range(offset, 0));
}

async function opensEnds(trial: Trial): Promise<void> {
  for (const size of SIZES) {
    const bytes = content(size);
    const source = await trial.make(bytes);
    const ends = await endsOf(source);
    equal(ends.size, size, "the size of the ends");
    sameBytes(ends.head, bytes.subarray(0, HEAD), `the head of ${size} bytes`);
    sameBytes(ends.tail, bytes.subarray(Math.max(0, size - TRAILER_SIZE)), `the tail of ${size} bytes`);
    equal(await source.etag?.(), ends.etag, "etag() after opening");
  }
}

async function readsSync(trial: Trial): Promise<void> {
  const bytes = content(1_000);
  const source = await trial.make(bytes);
  if (source.readSync === undefined) throw new NotApplicable("the source has no readSync");
  for (const [offset, length] of [
    [0, 1_000],
    [0, 0],
    [999, 1],
    [990, 100],
    [2_000, 1],
  ] as const) {
    sameBytes(
      source.readSync(offset, length),
      bytes.subarray(offset, offset + length),
      `readSync(${offset}, ${length})`,
    );
  }
}

async function readsInto(trial: Trial): Promise<void> {
  const bytes = content(1_000);
  const source = await trial.make(bytes);
  if (source.readInto === undefined) throw new NotApplicable("the source has no readInto");
  for (const [offset, length] of [
    [0, 1_000],
    [0, 0],
    [999, 1],
    [990, 100],
    [2_000, 1],
  ] as const) {
    const expected = bytes.subarray(offset, offset + length);
    // Room on both sides shows what is written beside the target.
    const room = new Uint8Array(length + 2);
    const count = await source.readInto(offset, room.subarray(1, length + 1));
    equal(count, expected.length, `readInto at ${offset}`);
    sameBytes(room.subarray(1, count + 1), expected, `readInto at ${offset}`);
    equal(room[0], 0, "the byte before the target");
    equal(room[length + 1], 0, "the byte behind the target");
  }
}

async function givesBytesAway(trial: Trial): Promise<void> {
  const bytes = content(1_000);
  const source = await trial.make(bytes);
  const ends = await endsOf(source);
  ends.head.fill(0);
  ends.tail.fill(0);
  const first = await source.read(0, 1_000);
  sameBytes(first, bytes, "a read after the ends were overwritten");
  const second = await source.read(0, 1_000);
  first.fill(0);
  sameBytes(second, bytes, "a read that was made before another one was overwritten");
  sameBytes(await source.read(0, 1_000), bytes, "a read after another one was overwritten");
  source.readSync?.(0, 1_000).fill(0);
  if (source.readSync !== undefined) sameBytes(source.readSync(0, 1_000), bytes, "readSync after one was overwritten");
}

async function readsConcurrently(trial: Trial): Promise<void> {
  const bytes = content(40_000);
  const source = await trial.make(bytes);
  const reads = Array.from({ length: 32 }, (_, at) => ({ offset: (at * 7_919) % 39_000, length: at * 31 }));
  const [ends, ...results] = await Promise.all([
    endsOf(source),
    ...reads.map(({ offset, length }) => source.read(offset, length)),
  ]);
  reads.forEach(({ offset, length }, at) => {
    sameBytes(results[at], bytes.subarray(offset, offset + length), `${range(offset, length)} among others`);
  });
  sameBytes(ends.head, bytes.subarray(0, HEAD), "the head among other reads");
}

async function survivesStop(trial: Trial): Promise<void> {
  const bytes = content(40_000);
  const source = await trial.make(bytes);
  const raised = new CancellationSource();
  raised.abort();
  await stoppedOr(bytes, source.read(0, 40_000, raised), "with a signal that was raised before");
  const later = new CancellationSource();
  const reading = stoppedOr(bytes, source.read(0, 40_000, later), "with a signal that was raised meanwhile");
  const other = source.read(100, 100);
  later.abort();
  await reading;
  sameBytes(await other, bytes.subarray(100, 200), "a read without a signal beside one that was stopped");
  sameBytes(await source.read(0, 40_000), bytes, "a read after one that was stopped");
}

/** A read that was stopped: it is refused, or was done already. */
async function stoppedOr(bytes: Uint8Array, reading: Promise<Uint8Array>, what: string): Promise<void> {
  const found = await outcome(reading);
  if (found instanceof Uint8Array) sameBytes(found, bytes, `a read ${what}`);
  else if (!is(found, "LDR_ABORTED") && !is(found, "LDR_SOURCE_UNAVAILABLE")) {
    fail(`a read ${what} is refused with ${nameOf(found)}`);
  }
}

async function forgetsSignals(trial: Trial): Promise<void> {
  const source = await trial.make(content(1_000));
  const listeners = new Set<() => void>();
  const signal: CancellationSignal = {
    aborted: false,
    addEventListener: (_type, listener) => void listeners.add(listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener),
  };
  await source.size(signal);
  await source.openEnds?.(HEAD, TRAILER_SIZE, signal);
  await source.etag?.(signal);
  await source.read(0, 1_000, signal);
  equal(listeners.size, 0, "the number of listeners left on a signal");
}

async function refusesClosed(trial: Trial): Promise<void> {
  for (const isRead of [false, true]) {
    const source = await trial.make(content(100));
    if (isRead) await source.read(0, 100);
    await source.close();
    const attempts: [string, () => unknown][] = [
      ["read", () => source.read(0, 1)],
      ["an empty read", () => source.read(0, 0)],
      ["openEnds", () => source.openEnds?.(1, 1)],
      ["readSync", () => source.readSync?.(0, 1)],
      ["readInto", () => source.readInto?.(0, new Uint8Array(1))],
    ];
    for (const [name, attempt] of attempts) {
      const found = await outcome(Promise.resolve().then(attempt));
      // Absent.
      if (found === undefined) continue;
      if (!is(found, "LDR_SOURCE_UNAVAILABLE")) fail(`${name} of a closed source gives ${nameOf(found)}`);
    }
  }
}

async function closesTwice(trial: Trial): Promise<void> {
  const source = await trial.make(content(100));
  await source.close();
  await source.close();
  const busy = await trial.make(content(40_000));
  const reading = outcome(busy.read(0, 40_000));
  await Promise.all([busy.close(), busy.close()]);
  const found = await reading;
  if (found instanceof Uint8Array) sameBytes(found, content(40_000), "a read under way when the source was closed");
  else if (!is(found, "LDR_SOURCE_UNAVAILABLE")) fail(`a read under way at close gives ${nameOf(found)}`);
}

async function noticesSize(trial: Trial): Promise<void> {
  const { subject } = trial;
  if (subject.replace === undefined) throw new NotApplicable("the subject cannot replace an object");
  for (const size of [39_999, 40_001]) {
    const source = await trial.make(content(40_000));
    const ends = await endsOf(source);
    await subject.replace(content(size));
    if (!(await notices(source, ends))) fail(`40000 bytes became ${size}, and nothing shows it`);
  }
}

async function noticesBytes(trial: Trial): Promise<void> {
  const { subject } = trial;
  if (subject.replace === undefined) throw new NotApplicable("the subject cannot replace an object");
  const source = await trial.make(content(40_000));
  const ends = await endsOf(source);
  await subject.replace(content(40_000).reverse());
  if (await notices(source, ends)) return;
  if (ends.etag === undefined) throw new NotApplicable("the storage has no entity tag: digests notice it");
  fail("other bytes took the place of the object, and nothing shows it");
}

/** What a loader does at an access: read, then ask for size and tag. */
async function notices(source: BufSource, opened: SourceEnds): Promise<boolean> {
  const found = await outcome(source.read(20_000, 1_000));
  if (!(found instanceof Uint8Array)) {
    if (!is(found, "LDR_SOURCE_CHANGED")) fail(`a read of an object that was replaced gives ${nameOf(found)}`);
    return true;
  }
  const [size, etag] = await Promise.all([outcome(source.size()), outcome(Promise.resolve(source.etag?.()))]);
  if (is(size, "LDR_SOURCE_CHANGED") || is(etag, "LDR_SOURCE_CHANGED")) return true;
  return size !== opened.size || etag !== opened.etag;
}

async function survivesLoss(trial: Trial): Promise<void> {
  const { subject } = trial;
  if (subject.remove === undefined) throw new NotApplicable("the subject cannot remove an object");
  const bytes = content(40_000);
  const source = await trial.make(bytes);
  await endsOf(source);
  await subject.remove();
  const found = await outcome(source.read(20_000, 1_000));
  if (found instanceof Uint8Array)
    sameBytes(found, bytes.subarray(20_000, 21_000), "a read of an object that was removed");
  else if (!is(found, "LDR_SOURCE_UNAVAILABLE") && !is(found, "LDR_SOURCE_CHANGED")) {
    fail(`a read of an object that was removed gives ${nameOf(found)}`);
  }
}

async function hasStrongTag(trial: Trial): Promise<void> {
  const source = await trial.make(content(1_000));
  const { etag } = await endsOf(source);
  for (const tag of [etag, await source.etag?.()]) {
    if (tag === undefined) continue;
    if (typeof tag !== "string" || tag === "" || tag.startsWith("W/")) fail("an entity tag is weak, or no text");
  }
}

async function tellsNoSecrets(trial: Trial): Promise<void> {
  const { subject } = trial;
  const source = await trial.make(content(100));
  const { description } = source;
  if (typeof description !== "string" || description === "") fail("there is no description");
  await source.close();
  const texts = [description, describeError(await outcome(source.read(0, 1)))];
  if (subject.remove !== undefined) {
    const lost = await trial.make(content(40_000));
    await subject.remove();
    texts.push(lost.description, describeError(await outcome(lost.read(20_000, 1_000))));
  }
  for (const text of texts) {
    if (/:\/\/[^/]*@/.test(text)) fail("a description or an error holds a URL with a user name");
    if (subject.secrets?.some((secret) => text.includes(secret)) === true)
      fail("a description or an error holds a secret");
  }
}
