import { bytes as bytesTlv, handle, u32, u64, writeInstruction } from "../../building/instruction.js";
import { toHex } from "../../building/octets.js";
import { type Code, call, drop, i32 } from "../../building/wasm/instructions.js";
import type { Numbers } from "../../building/wasm/program.js";
import { capabilityBit, categoryNumber, hostErrorNumber, instructionRow, statusOf } from "../instruction-table.js";

/** An instruction of the table with some operands. */
function written(
  name: string,
  operands: Parameters<typeof writeInstruction>[0]["operands"],
  asynchronous = false,
): Uint8Array {
  const row = instructionRow(name);
  return writeInstruction({
    category: categoryNumber(row.category),
    opcode: row.opcode,
    caps: row.capability === null ? 0 : 1 << capabilityBit(row.capability),
    operands: operands ?? [],
    asynchronous,
  }).bytes;
}

/** Starts a timer; its handle is a source of events. */
export const TIMER_START = written("time.timer_start", [u64(1n), u64(1n)]);
/** Completes later. */
export const SLEEP = written("time.sleep", [u64(1n)], true);
/** Waits until it is answered. */
export const SLEEP_WAITING = written("time.sleep", [u64(1n)]);
/** Opens a file; its handle is no source of events. */
export const FILE_OPEN = written("io.file_open_read", [{ ...bytesTlv(Uint8Array.of(0x2f, 0x61)), type: 7 }]);
/** Asks for random bytes. */
export const RANDOM = written("random.random_bytes", [u32(4)]);
/** Asks for the time. */
export const CLOCK_WALL = written("time.clock_wall", []);
/** Closes a handle. */
export const close = (number: number): Uint8Array => written("io.close", [handle(number)]);

/** The event of timer 1, for the n-th time. */
export function timerFired(count: number): Uint8Array {
  const payload = writeInstruction({ category: 0, opcode: 0, operands: [handle(1), u64(BigInt(count))] }).bytes.slice(
    5,
  );
  return Uint8Array.of(categoryNumber("time"), 0x00, 0x01, ...payload);
}

/** Bytes that lie in the memory of a program, and how they are emitted. */
export interface Emitted {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Emit bytes that lie in memory, without room for the reply. */
export const emitting = ({ at, bytes }: Emitted, { fn }: Numbers, ...then: Code): Code => [
  i32(at),
  i32(bytes.length),
  i32(0),
  i32(0),
  call(fn("emit")),
  ...(then.length === 0 ? [drop] : then),
];

/** The data of a program that emits some things. */
export const dataOf = (...all: readonly Emitted[]): Readonly<Record<number, readonly number[]>> =>
  Object.fromEntries(all.map(({ at, bytes }) => [at, [...bytes]]));

export const hex = (bytes: Uint8Array): string => toHex(bytes);

/** The reply to a failure. @spec instructions.reply */
export function errorReply(code: string, hostError: string): number[] {
  const status = statusOf(code);
  return [status >> 8, status & 0xff, 1, 4, 0, 0, 0, hostErrorNumber(hostError)];
}
