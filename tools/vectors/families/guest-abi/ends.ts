import {
  access,
  type Code,
  call,
  drop,
  end,
  globalGet,
  globalSet,
  i32,
  i64,
  localGet,
  numeric,
  when,
} from "../../building/wasm/instructions.js";
import { global } from "../../building/wasm/module.js";
import type { Numbers } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, FAILED, FAILED_INIT, ran, ranInto, SPEAKING, SPOKEN_AT, say, speech } from "../guests/drafts.js";
import { dataOf, emitting, hex, RANDOM } from "./programs.js";
import { effects, le32, RANDOM_TOO, random } from "./replies-and-ends.js";

function ends(): readonly Draft[] {
  const said = speech(1);
  const exiting = (code: number): Draft =>
    ran({
      id: `guest-abi/exit/${code < 0 ? "highest" : code}`,
      clauses: ["guest-abi.exit", "lifecycle.exit", "lifecycle.completion"],
      program: {
        imports: ["emit", "exit"],
        functions: {
          main: { code: (numbers) => [i32(code), call(numbers.fn("exit")), ...said.code(numbers)] },
        },
        data: said.data,
      },
      inputs: SPEAKING,
      result: { states: [...COMPLETED], exit_code: code >>> 0, instructions: [] },
      why: "`exit` ends the program at once, whatever the code, which is unsigned.",
      effect: effects.exit,
    });
  const [first, ...others] = [0, 7, -1].map(exiting) as [Draft, ...Draft[]];
  const abort = (
    name: string,
    clauses: readonly string[],
    why: string,
    told: Partial<Parameters<typeof ranInto>[1]>,
    causes: readonly string[],
    instructions: readonly string[],
  ) => {
    return ranInto(first, {
      id: `guest-abi/abort/${name}`,
      clauses: ["guest-abi.abort", ...clauses],
      mutator: "replace-instructions",
      refusal: {
        code: "RT_INSTANCE_FAILED",
        result: { states: [...FAILED], causes: [...causes], instructions: [...instructions] },
      },
      why,
      effect: effects.exit,
      ...told,
    });
  };
  const aborting = (before: (numbers: Numbers) => Code, data: Readonly<Record<number, readonly number[]>> = {}) => ({
    program: {
      imports: ["emit", "exit", "abort"] as const,
      functions: {
        main: { code: (numbers: Numbers) => [...before(numbers), call(numbers.fn("abort")), ...said.code(numbers)] },
      },
      data: { ...said.data, ...data },
    },
  });
  const failed = "RT_INSTANCE_FAILED";
  return [
    first,
    ...others,
    ran({
      id: "guest-abi/exit/deep-in-calls",
      clauses: ["guest-abi.exit", "lifecycle.exit"],
      program: {
        imports: ["emit", "exit"],
        functions: {
          deep: {
            params: ["i32"],
            code: (numbers) => [
              localGet(0),
              when(),
              localGet(0),
              i32(1),
              numeric("i32.sub"),
              call(numbers.fn("deep")),
              end,
              i32(42),
              call(numbers.fn("exit")),
            ],
          },
          main: { code: (numbers) => [i32(50), call(numbers.fn("deep")), ...said.code(numbers)] },
        },
        data: said.data,
      },
      inputs: SPEAKING,
      result: { states: [...COMPLETED], exit_code: 42, instructions: [] },
      why: "`exit` ends the program out of any depth, and is called once.",
      effect: effects.exit,
    }),
    abort(
      "alone",
      ["lifecycle.failure-cause"],
      "`abort` fails the instance; without an error reply there is no cause.",
      aborting(() => []),
      [failed],
      [],
    ),
    abort(
      "behind-a-refusal",
      ["lifecycle.failure-info"],
      "The error behind the last error reply is the cause of `abort`.",
      aborting((numbers) => emitting(random, numbers), dataOf(random)),
      [failed, "ADP_CAPABILITY_DENIED"],
      [hex(RANDOM)],
    ),
    abort(
      "behind-a-good-reply",
      [],
      "A good reply behind the last error reply does not take its place.",
      aborting((numbers) => [...emitting(random, numbers), ...said.code(numbers)], dataOf(random)),
      [failed, "ADP_CAPABILITY_DENIED"],
      [hex(RANDOM), say([0])],
    ),
    ranInto(first, {
      id: "guest-abi/abort/during-init",
      clauses: ["guest-abi.abort", "lifecycle.init.reads", "lifecycle.init.fails"],
      program: {
        imports: ["emit", "exit", "abort"],
        functions: { fayger_init: { code: ({ fn }) => [call(fn("abort"))] }, main: { code: [] } },
      },
      inputs: { log: [{ do: "init" }] },
      mutator: "replace-instructions",
      refusal: {
        code: failed,
        result: { states: [...FAILED_INIT], answers: [failed], causes: [failed] },
      },
      why: "`abort` is legal during `init`, and fails it.",
      effect: effects.exit,
    }),
  ];
}

/** Ranges that lie outside the memory, each alone. */
function ranges(): readonly Draft[] {
  const said = speech(1);
  const whole = { at: 256, bytes: RANDOM };
  const length = RANDOM.length;
  const id = [...Buffer.from("code/main")];
  const program = (code: (numbers: Numbers) => Code) => ({
    imports: ["emit", "reply_read", "section_read"] as const,
    functions: { main: { code } },
    data: { ...dataOf(whole), ...said.data, 2048: id },
  });
  const emit = (at: number, count: number, to: number, room: number) =>
    program(({ fn }) => [i32(at), i32(count), i32(to), i32(room), call(fn("emit")), drop]);
  const reply = (to: number, room: number) => program(({ fn }) => [i32(to), i32(room), call(fn("reply_read")), drop]);
  const read = (at: number, count: number, to: number, room: number) =>
    program(({ fn }) => [i32(at), i32(count), i64(0n), i32(to), i32(room), call(fn("section_read")), drop]);
  const parent = ran({
    id: "guest-abi/ranges/at-the-end",
    clauses: ["guest-abi.ranges", "guest-abi.pointers"],
    program: program((numbers) => [
      ...emitting(whole, numbers),
      i32(65_536),
      i32(0),
      i32(65_536),
      i32(0),
      call(numbers.fn("emit")),
      drop,
      i32(65_526),
      i32(10),
      call(numbers.fn("reply_read")),
      drop,
      i32(2048),
      i32(id.length),
      i64(0n),
      i32(65_532),
      i32(4),
      call(numbers.fn("section_read")),
      drop,
    ]),
    inputs: RANDOM_TOO,
    result: { states: [...COMPLETED], instructions: [hex(RANDOM), ""] },
    why: "A range may end with the memory, and an empty one begin at its end.",
    effect: "A program that is right is ended.",
  });
  const cases: readonly (readonly [string, string, string, string, ReturnType<typeof program>])[] = [
    [
      "instruction-one-behind",
      "emit",
      "instruction_out_of_memory",
      "The last byte of an instruction lies behind the memory.",
      emit(65_537 - length, length, 0, 0),
    ],
    [
      "instruction-wraps",
      "emit",
      "instruction_out_of_memory",
      "Pointer and length are added without wrapping.",
      emit(-1, 2, 0, 0),
    ],
    ["instruction-length", "emit", "instruction_out_of_memory", "A length of 2^32−1 is no −1.", emit(0, -1, 0, 0)],
    [
      "empty-instruction-behind",
      "emit",
      "instruction_out_of_memory",
      "An empty range lies in the memory too.",
      emit(65_537, 0, 0, 0),
    ],
    [
      "reply-one-behind",
      "emit",
      "reply_out_of_memory",
      "All the room for a reply lies in the memory, however short the reply is.",
      emit(256, length, 65_530, 7),
    ],
    [
      "reply-wraps",
      "emit",
      "reply_out_of_memory",
      "Pointer and room are added without wrapping.",
      emit(256, length, 16, -1),
    ],
    [
      "reply-read-one-behind",
      "reply_read",
      "reply_out_of_memory",
      "The room lies in the memory also where there is no reply.",
      reply(65_536, 1),
    ],
    [
      "reply-read-wraps",
      "reply_read",
      "reply_out_of_memory",
      "Pointer and room are added without wrapping.",
      reply(-8, 16),
    ],
    [
      "section-id-one-behind",
      "section_read",
      "section_id_out_of_memory",
      "The id lies in the memory.",
      read(65_530, 7, 0, 0),
    ],
    [
      "section-id-wraps",
      "section_read",
      "section_id_out_of_memory",
      "Pointer and length are added without wrapping.",
      read(-4, 9, 0, 0),
    ],
    [
      "section-one-behind",
      "section_read",
      "section_out_of_memory",
      "The room for the bytes lies in the memory, however few there are.",
      read(2048, id.length, 65_535, 2),
    ],
    [
      "section-of-no-id",
      "section_read",
      "section_out_of_memory",
      "The room is judged also where the id names no section.",
      read(2048, 0, 65_536, 1),
    ],
  ];
  const refused = cases.map(([name, fn, reason, why, text]) =>
    ranInto(parent, {
      id: `guest-abi/ranges/${name}`,
      clauses: ["guest-abi.ranges", "guest-abi.violation", "guest-abi.pointers"],
      program: text,
      mutator: "move-range",
      settings: { function: fn, reason },
      refusal: {
        code: "RT_ABI_VIOLATION",
        reason,
        context: { function: fn },
        result: { states: [...FAILED], instructions: [], causes: ["RT_ABI_VIOLATION"] },
      },
      why,
      effect: effects.wild,
    }),
  );
  return [parent, ...refused];
}

/** What may not be called before the instance runs. */
function restrictions(): readonly Draft[] {
  const said = speech(1);
  const texts = {
    emit: (numbers: Numbers): Code => said.code(numbers),
    exit: ({ fn }: Numbers): Code => [i32(3), call(fn("exit"))],
  } as const;
  return (["fayger_init", "setup"] as const).flatMap((place) => {
    const program = (code: (numbers: Numbers) => Code) => ({
      imports: ["emit", "exit"] as const,
      functions: { [place]: { code }, main: { code: (numbers: Numbers) => said.code(numbers) } },
      ...(place === "setup" && { start: place }),
      data: said.data,
    });
    const parent = ran({
      id: `guest-abi/init/${place.replaceAll("_", "-")}`,
      clauses: ["lifecycle.init"],
      program: program(() => [i32(SPOKEN_AT), i32(9), access("i32.store8")]),
      inputs: SPEAKING,
      result: { states: [...COMPLETED], instructions: [say([9])] },
      why: "What is done during `init` is there when the program runs.",
      effect: "A program runs without having been made ready.",
    });
    const refused = Object.entries(texts).map(([fn, code]) =>
      ranInto(parent, {
        id: `guest-abi/init/${fn}-in-${place.replaceAll("_", "-")}`,
        clauses: ["guest-abi.init-restrictions", "guest-abi.violation", "lifecycle.init.fails"],
        program: program(code),
        mutator: "replace-instructions",
        settings: { function: place },
        refusal: {
          code: "RT_ABI_VIOLATION",
          reason: "not_running",
          context: { function: fn },
          result: {
            states: [...FAILED_INIT],
            answers: ["RT_ABI_VIOLATION", "RT_ILLEGAL_TRANSITION"],
            instructions: [],
          },
        },
        why: `\`${fn}\` is not for \`init\`, since nothing is granted yet.`,
        effect: effects.init,
      }),
    );
    return [parent, ...refused];
  });
}

/** The start function comes before `fayger_init`, and this before the entry. */
function order(): readonly Draft[] {
  const said = speech(4);
  const times10 = (digit: number): Code => [
    globalGet(0),
    i32(10),
    numeric("i32.mul"),
    i32(digit),
    numeric("i32.add"),
    globalSet(0),
  ];
  return [
    ran({
      id: "guest-abi/init/order",
      clauses: ["lifecycle.init"],
      program: {
        imports: ["emit"],
        globals: [global("i32", true, [i32(0)])],
        functions: {
          setup: { code: times10(1) },
          fayger_init: { code: times10(2) },
          main: {
            code: (numbers) => [
              ...times10(3),
              i32(SPOKEN_AT),
              globalGet(0),
              access("i32.store"),
              ...said.code(numbers),
            ],
          },
        },
        start: "setup",
        data: said.data,
      },
      inputs: SPEAKING,
      result: { states: [...COMPLETED], instructions: [say(le32(123))] },
      why: "The start function runs first, then `fayger_init`, then the entry, each once.",
      effect: "A program is entered before its memory is made ready.",
    }),
  ];
}

/** How a program ends, and ranges and calls that end it. */
export function endDrafts(): readonly Draft[] {
  return [...ends(), ...ranges(), ...restrictions(), ...order()];
}
