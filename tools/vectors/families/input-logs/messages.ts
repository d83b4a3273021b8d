import { bytes as bytesTlv, handle, type Tlv, u32, u64, writeInstruction } from "../../building/instruction.js";
import { fromHex, join, utf8 } from "../../building/octets.js";
import { bytesOf } from "../instruction-messages/samples.js";

const time = 3;
const ok = fromHex("0000");

/** Write to standard output. */
export const print = (text: string): Uint8Array =>
  writeInstruction({ category: 0, opcode: 0x11, caps: 4, operands: [bytesTlv(utf8(text))] }).bytes;

/** Status 0 with results. */
export const reply = (...results: readonly Tlv[]): Uint8Array => join(ok, bytesOf(results));

/** Start a timer. */
export const startTimer = writeInstruction({
  category: time,
  opcode: 4,
  caps: 0x400,
  operands: [u64(1_000_000n), u64(1_000_000n)],
}).bytes;

/** Sleep with ASYNC. */
export const sleep = writeInstruction({
  category: time,
  opcode: 3,
  caps: 0x400,
  asynchronous: true,
  operands: [u64(5n)],
}).bytes;

/** `timer_fired` of timer 1. */
export const fired = (count: number): Uint8Array =>
  join(Uint8Array.of(time, 0, 1), bytesOf([handle(1), u64(BigInt(count))]));

/** The completion of a `sleep`. */
export const completed = (call: number): Uint8Array =>
  join(Uint8Array.of(time | 0x40, 0, 3), bytesOf([u32(call), u32(0)]));
