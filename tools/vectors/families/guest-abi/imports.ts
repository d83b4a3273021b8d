import { access, type Code, call, drop, i32, i64 } from "../../building/wasm/instructions.js";
import type { Numbers } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, FAILED, FAILED_INIT, ran, ranInto, SPEAKING, SPOKEN_AT, say, speech } from "../guests/drafts.js";
import { dataOf, emitting, errorReply, hex, RANDOM } from "./programs.js";
import { asked, effects, GIVEN, le32, RANDOM_TOO, REPLY, random } from "./replies-and-ends.js";

function replies(): readonly Draft[] {
  const said = speech(40);
  return [
    ran({
      id: "guest-abi/emit/whole-reply",
      clauses: ["guest-abi.emit", "guest-abi.reply-read"],
      program: {
        imports: ["emit", "reply_read"],
        functions: {
          main: {
            code: (numbers) => [
              i32(SPOKEN_AT),
              ...asked(numbers, SPOKEN_AT + 4, 16),
              access("i32.store"),
              i32(SPOKEN_AT + 20),
              i32(SPOKEN_AT + 24),
              i32(16),
              call(numbers.fn("reply_read")),
              access("i32.store"),
              ...said.code(numbers),
            ],
          },
        },
        data: { ...dataOf(random), ...said.data },
      },
      inputs: { ...RANDOM_TOO, host_calls: [{ results: GIVEN }] },
      result: {
        states: [...COMPLETED],
        instructions: [
          hex(RANDOM),
          say([...le32(8), ...REPLY, ...Array(8).fill(0), ...le32(8), ...REPLY, ...Array(8).fill(0)]),
        ],
      },
      why: "`emit` copies the reply and gives its length; `reply_read` copies it again from its beginning.",
      effect: effects.reply,
    }),
    ran({
      id: "guest-abi/emit/no-room",
      clauses: ["guest-abi.emit", "guest-abi.reply-read"],
      program: {
        imports: ["emit", "reply_read"],
        functions: {
          main: {
            code: (numbers) => [
              i32(SPOKEN_AT),
              ...asked(numbers, SPOKEN_AT + 4, 3),
              access("i32.store"),
              i32(SPOKEN_AT + 20),
              i32(SPOKEN_AT + 24),
              i32(0),
              call(numbers.fn("reply_read")),
              access("i32.store"),
              i32(SPOKEN_AT + 28),
              i32(5),
              call(numbers.fn("reply_read")),
              drop,
              ...said.code(numbers),
            ],
          },
        },
        data: { ...dataOf(random), ...said.data },
      },
      inputs: { ...RANDOM_TOO, host_calls: [{ results: GIVEN }] },
      result: {
        states: [...COMPLETED],
        instructions: [
          hex(RANDOM),
          say([
            ...le32(8),
            ...REPLY.slice(0, 3),
            ...Array(13).fill(0),
            ...le32(8),
            ...Array(4).fill(0),
            ...REPLY.slice(0, 5),
            ...Array(7).fill(0),
          ]),
        ],
      },
      why: "As much as fits is copied and nothing behind it, and the full length is what is given.",
      effect: effects.reply,
    }),
    ran({
      id: "guest-abi/reply-read/before-the-first",
      clauses: ["guest-abi.reply-read"],
      program: {
        imports: ["emit", "reply_read"],
        functions: {
          main: {
            code: (numbers) => [
              i32(SPOKEN_AT),
              i32(SPOKEN_AT + 4),
              i32(16),
              call(numbers.fn("reply_read")),
              access("i32.store"),
              ...said.code(numbers),
            ],
          },
        },
        data: said.data,
      },
      inputs: SPEAKING,
      result: { states: [...COMPLETED], instructions: [say(Array(40).fill(0))] },
      why: "Before the first `emit` the last reply is empty.",
      effect: effects.reply,
    }),
    ran({
      id: "guest-abi/reply-read/the-last-one",
      clauses: ["guest-abi.reply-read", "guest-abi.emit"],
      program: {
        imports: ["emit", "reply_read"],
        functions: {
          main: {
            code: (numbers) => [
              ...asked(numbers, 0, 0),
              drop,
              ...said.code(numbers),
              i32(SPOKEN_AT),
              i32(SPOKEN_AT + 4),
              i32(16),
              call(numbers.fn("reply_read")),
              access("i32.store"),
              ...said.code(numbers),
            ],
          },
        },
        data: { ...dataOf(random), ...said.data },
      },
      inputs: { ...RANDOM_TOO, host_calls: [{ results: GIVEN }] },
      result: {
        states: [...COMPLETED],
        instructions: [hex(RANDOM), say(Array(40).fill(0)), say([...le32(2), ...Array(36).fill(0)])],
      },
      why: "The reply of the next `emit` takes the place of the one before.",
      effect: effects.reply,
    }),
    ran({
      id: "guest-abi/emit/error-reply",
      clauses: ["guest-abi.emit", "instructions.reply.no-failure"],
      program: {
        imports: ["emit"],
        functions: {
          main: {
            code: (numbers) => [
              i32(SPOKEN_AT),
              ...asked(numbers, SPOKEN_AT + 4, 16),
              access("i32.store"),
              ...said.code(numbers),
            ],
          },
        },
        data: { ...dataOf(random), ...said.data },
      },
      inputs: { ...RANDOM_TOO, host_calls: [{ host_error: "not_found" }] },
      result: {
        states: [...COMPLETED],
        instructions: [
          hex(RANDOM),
          say([...le32(8), ...errorReply("ADP_HOST_CALL_FAILED", "not_found"), ...Array(28).fill(0)]),
        ],
      },
      why: "A host error is a reply like any other: the program reads it and goes on.",
      effect: "A program is ended by a file that is not there.",
    }),
    ran({
      id: "guest-abi/emit/malformed-instruction",
      clauses: ["guest-abi.emit", "instructions.reply.no-failure"],
      program: {
        imports: ["emit"],
        functions: {
          main: {
            code: (numbers) => [
              ...emitting({ at: 512, bytes: Uint8Array.of(0x30, 1, 2) }, numbers),
              ...said.code(numbers),
            ],
          },
        },
        data: { 512: [0x30, 1, 2], ...said.data },
      },
      inputs: SPEAKING,
      result: { states: [...COMPLETED], instructions: ["300102", say(Array(40).fill(0))] },
      why: "What is no instruction gets an error reply, and the program goes on.",
      effect: "A program is ended by an instruction that a later version has.",
    }),
  ];
}

const BODY = Array.from({ length: 10 }, (_, at) => at + 0x41);

/** A read of a section into {@link SPOKEN_AT} + 4; its result goes before. */
const reading = ({ fn }: Numbers, id: number, length: number, offset: bigint, room: number, to = SPOKEN_AT): Code => [
  i32(to),
  i32(id),
  i32(length),
  i64(offset),
  i32(to + 4),
  i32(room),
  call(fn("section_read")),
  access("i32.store"),
];

function reads(): readonly Draft[] {
  const name = [...Buffer.from("data/kiosk")];
  const said = speech(16);
  const one = (
    id: string,
    why: string,
    told: { readonly id?: readonly number[]; readonly offset?: bigint; readonly room?: number },
    count: number,
    copied: readonly number[],
    clauses: readonly string[] = ["guest-abi.section-read"],
  ): Draft => {
    const { id: bytes = name, offset = 0n, room = 12 } = told;
    return ran({
      id: `guest-abi/section-read/${id}`,
      clauses,
      program: {
        imports: ["emit", "section_read"],
        functions: {
          main: {
            code: (numbers) => [...reading(numbers, 2048, bytes.length, offset, room), ...said.code(numbers)],
          },
        },
        data: { ...said.data, 2048: bytes },
      },
      inputs: { ...SPEAKING, sections: { "data/kiosk": Buffer.from(BODY).toString("hex"), "data/empty": "" } },
      result: {
        states: [...COMPLETED],
        instructions: [say([...le32(count), ...copied, ...Array(12 - copied.length).fill(0)])],
      },
      why,
      effect: effects.read,
    });
  };
  const unselected = ["guest-abi.section-read.unselected"];
  const whole = one("whole", "All of a section fits.", {}, 10, BODY);
  return [
    whole,
    one("part", "As much is copied as there is room for.", { room: 4 }, 4, BODY.slice(0, 4)),
    one("from-the-middle", "Bytes from the offset on.", { offset: 7n }, 3, BODY.slice(7)),
    one("at-the-end", "At the end of the section nothing is copied.", { offset: 10n }, 0, []),
    one("behind-the-end", "Behind the end of the section nothing is copied.", { offset: 11n }, 0, []),
    one(
      "highest-offset",
      "The offset is unsigned, so −1 is far behind the end.",
      { offset: -1n },
      0,
      [],
      ["guest-abi.section-read", "guest-abi.pointers"],
    ),
    one("high-offset", "An offset of 2^32 does not wrap.", { offset: 0x1_0000_0000n }, 0, []),
    one("no-room", "Nothing is copied where there is no room.", { room: 0 }, 0, []),
    one(
      "empty-section",
      "An empty section gives nothing, and is there.",
      { id: [...Buffer.from("data/empty")] },
      0,
      [],
    ),
    one(
      "the-code",
      "The code is a section like others.",
      { id: [...Buffer.from("code/main")], room: 4 },
      4,
      [0, 0x61, 0x73, 0x6d],
    ),
    one("unknown", "A section that does not exist.", { id: [...Buffer.from("data/kiosks")] }, -1, [], unselected),
    one("empty-id", "No section has an empty id.", { id: [] }, -1, [], unselected),
    one("no-id", "What is no section id names no section.", { id: [0xff, 0x00, 0x2f] }, -1, [], unselected),
    one("long-id", "An id of 200 bytes names no section.", { id: Array(200).fill(0x61) }, -1, [], unselected),
    damaged(),
    ...damagedInInit(),
    ran({
      id: "guest-abi/section-read/during-init",
      clauses: ["lifecycle.init.reads", "guest-abi.section-read"],
      program: {
        imports: ["emit", "section_read"],
        functions: {
          fayger_init: { code: (numbers) => reading(numbers, 2048, name.length, 0n, 12) },
          main: { code: (numbers) => said.code(numbers) },
        },
        data: { ...said.data, 2048: name },
      },
      inputs: { ...SPEAKING, sections: { "data/kiosk": Buffer.from(BODY).toString("hex") } },
      result: { states: [...COMPLETED], instructions: [say([...le32(10), ...BODY, 0, 0])] },
      why: "A program reads its sections during `init`.",
      effect: "A program cannot prepare itself from its own data.",
    }),
    ran({
      id: "guest-abi/section-read/in-the-start-function",
      clauses: ["lifecycle.init.reads", "lifecycle.init"],
      program: {
        imports: ["emit", "section_read"],
        functions: {
          setup: { code: (numbers) => reading(numbers, 2048, name.length, 2n, 3) },
          main: { code: (numbers) => said.code(numbers) },
        },
        start: "setup",
        data: { ...said.data, 2048: name },
      },
      inputs: { ...SPEAKING, sections: { "data/kiosk": Buffer.from(BODY).toString("hex") } },
      result: { states: [...COMPLETED], instructions: [say([...le32(3), ...BODY.slice(2, 5), ...Array(9).fill(0)])] },
      why: "The start function of the module may read sections too.",
      effect: "A program cannot prepare itself from its own data.",
    }),
  ];

  function damaged(): Draft {
    return ranInto(whole, {
      id: "guest-abi/section-read/damaged",
      clauses: ["guest-abi.section-read.error", "lifecycle.failure-cause"],
      inputs: { damaged: ["data/kiosk"] },
      mutator: "damage-section",
      settings: { section: "data/kiosk" },
      features: [],
      refusal: {
        code: "RT_INSTANCE_FAILED",
        result: {
          states: [...FAILED],
          instructions: [],
          causes: ["RT_INSTANCE_FAILED", "LDR_DIGEST_MISMATCH"],
        },
      },
      why: "What the loader finds while a section is read fails the instance, and is the cause.",
      effect: "A program works with bytes that are not those that were signed.",
    });
  }

  function damagedInInit(): readonly Draft[] {
    const parent = ran({
      id: "guest-abi/section-read/whole-during-init",
      clauses: ["lifecycle.init.reads"],
      program: {
        imports: ["section_read"],
        functions: {
          fayger_init: { code: (numbers) => reading(numbers, 2048, name.length, 0n, 12) },
          main: { code: [] },
        },
        data: { 2048: name },
      },
      inputs: { sections: { "data/kiosk": "00" } },
      result: { states: [...COMPLETED] },
      why: "A section is read during `init`.",
      effect: effects.read,
    });
    const refused = ranInto(parent, {
      id: "guest-abi/section-read/damaged-during-init",
      clauses: ["guest-abi.section-read.error", "lifecycle.init.fails", "lifecycle.failure-cause"],
      inputs: { damaged: ["data/kiosk"], log: [{ do: "init" }] },
      mutator: "damage-section",
      settings: { section: "data/kiosk" },
      refusal: {
        code: "RT_INSTANCE_FAILED",
        result: {
          states: [...FAILED_INIT],
          answers: ["RT_INSTANCE_FAILED"],
          causes: ["RT_INSTANCE_FAILED", "LDR_DIGEST_MISMATCH"],
        },
      },
      why: "What the loader finds during `init` fails `init`, and is the cause.",
      effect: "A program works with bytes that are not those that were signed.",
    });
    return [parent, refused];
  }
}

/** Replies and sections. */
export function importDrafts(): readonly Draft[] {
  return [...replies(), ...reads()];
}
