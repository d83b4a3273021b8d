import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import { FaygerError } from "../errors/fayger-error.js";
import { GuestFunctions } from "./guest-functions.js";
import { GuestUnwind } from "./guest-unwind.js";

const SIZE = 300;
const MEMORY = Uint8Array.from({ length: SIZE }, (_, at) => at);
const REPLY = Uint8Array.of(200, 201, 202, 203);

/** A guest whose bus always gives the same reply. */
function guest(state: LifecycleState) {
  const memory = MEMORY.slice();
  const emitted: Uint8Array[] = [];
  const functions = new GuestFunctions(
    {
      instance: "one",
      state,
      ended: false,
      stopRequested: false,
      lastError: undefined,
      emit: (instruction) => {
        emitted.push(instruction);
        return REPLY;
      },
      readSection: () => REPLY,
      growthDenied: () => undefined,
    },
    () => memory,
  );
  return { memory, emitted, functions };
}

/** The reason of the violation that a call ends with. */
function violation(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof GuestUnwind) || thrown.result.kind !== "failed") throw thrown;
    const { error } = thrown.result;
    expect(error).toBeInstanceOf(FaygerError);
    expect(error.code).toBe("RT_ABI_VIOLATION");
    return String((error.context as { readonly reason?: unknown }).reason);
  }
}

const near = fc.integer({ min: 0, max: SIZE + 5 });
const number = fc.oneof(near, near, fc.integer({ min: 0, max: 0xffff_ffff }), fc.constant(0xffff_ffff));
const isInside = (pointer: number, length: number): boolean => pointer <= SIZE && length <= SIZE - pointer;

describe("what a guest calls", () => {
  // @spec guest-abi.ranges, guest-abi.violation, guest-abi.violation.first, guest-abi.emit, guest-abi.init-restrictions
  it.prop([number, number, number, number, fc.boolean()], { numRuns: 500 })(
    "is refused before it has any effect where a range lies outside, the first one being named",
    (pointer, length, replyPointer, capacity, runs) => {
      const { memory, emitted, functions } = guest(runs ? LifecycleState.Running : LifecycleState.Loaded);
      const expected = !runs
        ? "not_running"
        : !isInside(pointer, length)
          ? "instruction_out_of_memory"
          : !isInside(replyPointer, capacity)
            ? "reply_out_of_memory"
            : undefined;
      let returned: unknown;
      const found = violation(() => {
        returned = functions.emit(pointer, length, replyPointer, capacity);
      });
      expect(found).toBe(expected);
      if (expected === undefined) {
        expect(returned).toBe(REPLY.length);
        expect(emitted).toEqual([MEMORY.slice(pointer, pointer + length)]);
        const copied = REPLY.subarray(0, capacity);
        expect(memory.subarray(replyPointer, replyPointer + copied.length)).toEqual(copied);
      } else {
        expect(emitted).toEqual([]);
        expect(memory).toEqual(MEMORY);
      }
    },
  );

  // @spec guest-abi.section-read, guest-abi.ranges, guest-abi.violation.first
  it.prop([number, fc.integer({ min: 1, max: 128 }), fc.bigInt({ min: 0n, max: 6n }), number, number])(
    "of a section is refused alike",
    (idPointer, idLength, offset, pointer, capacity) => {
      const { memory, functions } = guest(LifecycleState.Running);
      const expected = !isInside(idPointer, idLength)
        ? "section_id_out_of_memory"
        : !isInside(pointer, capacity)
          ? "section_out_of_memory"
          : undefined;
      expect(violation(() => functions.sectionRead(idPointer, idLength, offset, pointer, capacity))).toBe(expected);
      if (expected !== undefined) expect(memory).toEqual(MEMORY);
    },
  );
});
