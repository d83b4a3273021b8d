import { access, type Code, i32, memoryGrow, refNull, tableGrow } from "../../building/wasm/instructions.js";
import type { Numbers, ProgramText } from "../../building/wasm/program.js";
import { COMPLETED, SPOKEN_AT, say, speech } from "../guests/drafts.js";

export const effects = {
  memory: "A program takes memory that nobody granted, or is refused what it was promised.",
  events: "A program that is slow to take events fills the host's memory.",
  bus: "A program keeps more of the host's resources than it was granted.",
  time: "A program that waits for ever is never stopped, or one that was stopped goes on.",
  rate: "A program floods its host.",
} as const;

export const PAGE = 65_536;
export const running = COMPLETED.slice(0, 3);

/** Words of a program, each the i32 that some instructions leave. */
export function words(values: (numbers: Numbers) => readonly Code[], more: Partial<ProgramText>): ProgramText {
  const nothing: Numbers = { fn: () => 0, type: () => 0 };
  const said = speech(4 * values(nothing).length);
  return {
    imports: ["emit"],
    ...more,
    functions: {
      ...more.functions,
      main: {
        code: (numbers) => [
          ...values(numbers).flatMap((code, at) => [i32(SPOKEN_AT + 4 * at), ...code, access("i32.store")]),
          ...said.code(numbers),
        ],
      },
    },
    data: { ...more.data, ...said.data },
  };
}

export const sayWords = (...numbers: readonly number[]): string =>
  say(numbers.flatMap((value) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff)));

export const grown = (pages: number): Code => [i32(pages), memoryGrow];
export const grownBy = (elements: number, table = 0): Code => [refNull("externref"), i32(elements), tableGrow(table)];
