import { type Code, call, i32 } from "../../building/wasm/instructions.js";
import type { Numbers } from "../../building/wasm/program.js";
import { RANDOM } from "./programs.js";

export const RANDOM_TOO = { required: ["io.stdio", "random.get"], granted: ["io.stdio", "random.get"] } as const;
/** What a host gives for random bytes: a `bytes` of four. */
export const GIVEN = "0604deadbeef";
export const REPLY = [0, 0, 6, 4, 0xde, 0xad, 0xbe, 0xef];

export const effects = {
  reply: "A program reads another reply than the one it got, or only a part of it without knowing.",
  read: "A program reads other bytes of its sections on one host than on another.",
  exit: "A program goes on after its end, or its end counts as a failure.",
  wild: "A wild pointer reads or writes the host's memory, or ends the host.",
  init: "A program acts on the world before anybody granted it anything.",
} as const;

export const random = { at: 256, bytes: RANDOM };

/** A call of `emit` for random bytes with room for the reply. */
export const asked = ({ fn }: Numbers, at: number, room: number): Code => [
  i32(random.at),
  i32(random.bytes.length),
  i32(at),
  i32(room),
  call(fn("emit")),
];

export const le32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
