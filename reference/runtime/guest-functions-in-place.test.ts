import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { InstructionsInPlace } from "../contracts/instruction-bus.js";
import { GuestFunctions } from "./guest-functions.js";
import { GuestUnwind } from "./guest-unwind.js";

const SIZE = 300;

/** Memories as engines have them. What lies around a view must stay as it is. */
const MEMORIES = {
  "all of its buffer": (length: number) => new Uint8Array(length),
  "in the middle of a buffer": (length: number) => new Uint8Array(new ArrayBuffer(length + 24), 11, length),
  "shared with a worker": (length: number) => new Uint8Array(new SharedArrayBuffer(length)),
  "before a reserve": (length: number) => new Uint8Array(new ArrayBuffer(length + 4096), 0, length),
} as const satisfies Readonly<Record<string, (length: number) => Uint8Array>>;

/** One `emit`, and the `reply_read` after it. */
interface Step {
  readonly emit: readonly [pointer: number, length: number, replyPointer: number, replyCapacity: number];
  readonly read: readonly [pointer: number, capacity: number];
  /** Bytes of the reply. */
  readonly replyLength: number;
  /** Whether a bus that answers in place does so. */
  readonly isShort: boolean;
  /** What happens inside the instruction. */
  readonly meanwhile: "nothing" | "ends" | "suspends";
  /** How many bytes the memory has grown by when it is over; an engine gives another view then. */
  readonly grows: number;
}

/** A bus that answers some instructions where they stand, with a reply at an offset of its own memory. */
class Bus implements InstructionsInPlace {
  reply = new DataView(new ArrayBuffer(4), 2, 0);
  answered = 0;
  largestReply = 0;
  readonly seen: string[] = [];
  isShort = false;
  next: Uint8Array = new Uint8Array(0);
  meanwhile: () => void = () => undefined;

  emit(memory: DataView, pointer: number, length: number): number {
    if (!this.isShort) {
      // The reply before it may be overwritten by what was tried in vain.
      for (let at = 0; at < Math.min(2, this.reply.byteLength); at += 1) this.reply.setUint8(at, 0xee);
      return -1;
    }
    this.seen.push(hexadecimal(new Uint8Array(memory.buffer, memory.byteOffset + pointer, length)));
    this.meanwhile();
    const { length: replied } = this.next;
    if (this.reply.byteLength < replied) this.reply = new DataView(new ArrayBuffer(replied + 16), 3, replied + 5);
    new Uint8Array(this.reply.buffer, this.reply.byteOffset).set(this.next);
    return replied;
  }

  answer(instruction: Uint8Array): Uint8Array {
    this.seen.push(hexadecimal(instruction));
    this.meanwhile();
    return this.next;
  }
}

function hexadecimal(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** What a guest finds out, step by step: results, how it ended, all of the memory, the last reply. */
function story(
  steps: readonly Step[],
  { make, size, isInPlace }: { make: (length: number) => Uint8Array; size: number; isInPlace: boolean },
): readonly object[] {
  let memory = make(size);
  new Uint8Array(memory.buffer).forEach((_byte, at, all) => {
    all[at] = at * 7;
  });
  const bus = new Bus();
  let ended = false;
  let state: LifecycleState = LifecycleState.Running;
  const functions = new GuestFunctions(
    {
      instance: "one",
      get state() {
        return state;
      },
      get ended() {
        return ended;
      },
      stopRequested: false,
      lastError: undefined,
      emit: (instruction) => bus.answer(instruction),
      get inPlace() {
        return isInPlace && state === LifecycleState.Running ? bus : undefined;
      },
      readSection: () => undefined,
      growthDenied: () => undefined,
    },
    () => memory,
  );
  return steps.map(({ emit, read, replyLength, isShort, meanwhile, grows }, index) => {
    bus.isShort = isShort;
    bus.next = Uint8Array.from({ length: replyLength }, (_, at) => 200 + index + at * 3);
    bus.meanwhile = () => {
      if (meanwhile === "ends") {
        ended = true;
        state = LifecycleState.Terminated;
      }
      if (meanwhile === "suspends") state = LifecycleState.Suspended;
    };
    const returned = attempted(() => functions.emit(...emit));
    const after = hexadecimal(new Uint8Array(memory.buffer));
    const again = attempted(() => functions.replyRead(read[0] >>> 0, read[1] >>> 0));
    if (grows > 0) {
      const larger = make(memory.length + grows);
      larger.set(memory);
      memory = larger;
    }
    return {
      returned,
      after,
      again,
      // Nobody asks once it has ended.
      last: ended ? undefined : hexadecimal(functions.lastReply),
      memory: hexadecimal(new Uint8Array(memory.buffer)),
      seen: [...bus.seen],
    };
  });
}

function attempted(call: () => unknown): unknown {
  try {
    return call();
  } catch (thrown) {
    if (!(thrown instanceof GuestUnwind)) throw thrown;
    const { result } = thrown;
    return result.kind === "failed" ? { ...result.error.context, code: result.error.code } : result.kind;
  }
}

const near = fc.integer({ min: 0, max: SIZE + 5 });
const wild = fc.oneof(
  fc.integer({ min: -0x8000_0000, max: 0xffff_ffff }),
  fc.constantFrom(-1, 0x8000_0000, 2 ** 32 - 1),
);
const pointer = fc.oneof({ arbitrary: near, weight: 12 }, { arbitrary: wild, weight: 1 });
const few = fc.constantFrom(0, 1, 7, 8, 11, 12, 13);
const capacity = fc.oneof(
  { arbitrary: few, weight: 4 },
  { arbitrary: fc.nat(140), weight: 4 },
  { arbitrary: wild, weight: 1 },
);
const step: fc.Arbitrary<Step> = fc.record({
  emit: fc.tuple(
    pointer,
    fc.oneof({ arbitrary: fc.nat(30), weight: 12 }, { arbitrary: wild, weight: 1 }),
    pointer,
    capacity,
  ),
  read: fc.tuple(pointer, capacity),
  replyLength: fc.oneof(few, fc.nat(97), fc.integer({ min: 94, max: 200 })),
  isShort: fc.boolean(),
  meanwhile: fc.oneof(
    { arbitrary: fc.constant("nothing" as const), weight: 20 },
    { arbitrary: fc.constantFrom("ends" as const, "suspends" as const), weight: 1 },
  ),
  grows: fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, { arbitrary: fc.constantFrom(1, 64), weight: 1 }),
});

describe.each(Object.entries(MEMORIES))("an instruction out of a memory that is %s", (_name, make) => {
  // @spec guest-abi.emit, guest-abi.reply-read, guest-abi.ranges, guest-abi.violation.first, guest-abi.pointers
  it.prop([fc.array(step, { minLength: 1, maxLength: 10 }), fc.constantFrom(SIZE, SIZE, SIZE, 12, 0)], {
    numRuns: 500,
  })("does to its guest where it stands what a copy of it does", (steps, size) => {
    const [short, long] = [true, false].map((isInPlace) => story(steps, { make, size, isInPlace }));
    expect(short).toEqual(long);
  });
});
