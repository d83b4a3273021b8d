import type { VectorAct } from "../../../../generated/json/vector.js";
import { access, type Code, i32, unreachable } from "../../building/wasm/instructions.js";
import type { Numbers, ProgramText } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, FAILED, ran, ranInto, SPEAKING, SPOKEN_AT, STARTED, say, speech } from "../guests/drafts.js";
import { CLOCK_WALL, dataOf, emitting, FILE_OPEN, hex } from "./programs.js";

const effects = {
  command: "A command that makes no sense in the state is carried out, or one that does is refused.",
  failure: "Nobody can find out why a program failed.",
} as const;

const said = speech(1);
const number = (value: number, numbers: Numbers): Code => [
  i32(SPOKEN_AT),
  i32(value),
  access("i32.store8"),
  ...said.code(numbers),
];

const acts = (...more: readonly VectorAct[]): VectorAct[] => [...STARTED, ...more];
const act = (name: VectorAct["do"], more: Partial<VectorAct> = {}): VectorAct => ({ do: name, ...more });

/** What is known of a program that failed. */
export function failureDrafts(): readonly Draft[] {
  const program = (code: Code): ProgramText => ({
    imports: ["emit"],
    functions: { main: { code: (numbers) => [...number(4, numbers), ...code] } },
    data: said.data,
  });
  const good = ran({
    id: "guest-abi/failures/none",
    clauses: ["lifecycle.failure-info"],
    program: program([]),
    inputs: SPEAKING,
    result: { states: [...COMPLETED], instructions: [say([4])] },
    why: "A program that ends well has no failure.",
    effect: effects.failure,
  });
  const silent: ProgramText = { functions: { main: { code: [unreachable] } } };
  const capabilities = ["io.stdio", "time.clock"];
  /** Emits these one after another, and fails. */
  const last = (id: string, why: string, ...all: readonly Uint8Array[]): Draft => {
    const emitted = all.map((bytes, at) => ({ at: 4096 + 512 * at, bytes }));
    return ranInto(good, {
      id: `guest-abi/failures/last-instruction-${id}`,
      clauses: ["lifecycle.failure-info"],
      program: {
        imports: ["emit"],
        functions: {
          main: { code: (numbers) => [...emitted.flatMap((each) => emitting(each, numbers)), unreachable] },
        },
        data: dataOf(...emitted),
      },
      inputs: {
        required: capabilities,
        granted: capabilities,
        host_calls: all.map((bytes) => (bytes === CLOCK_WALL ? { results: "02080000000000000001" } : {})),
      },
      mutator: "replace-instructions",
      refusal: {
        code: "RT_TRAP",
        result: {
          states: [...FAILED],
          causes: ["RT_TRAP"],
          instructions: all.map(hex),
          last_instruction: hex(all.at(-1) as Uint8Array),
        },
      },
      why,
      effect: effects.failure,
    });
  };
  const saying = (length: number): Uint8Array =>
    Uint8Array.from(Buffer.from(say(new Uint8Array(length).fill(7)), "hex"));
  return [
    good,
    last(
      "without-operands",
      "The last instruction has no operands, and the one before had some.",
      saying(4),
      CLOCK_WALL,
    ),
    last("with-operands", "The last instruction has operands, and the one before had none.", CLOCK_WALL, saying(4)),
    last("longer", "The last instruction is much longer than the one before.", saying(4), saying(200)),
    last("shorter", "The last instruction is much shorter than the one before.", saying(200), saying(4)),
    last("denied", "The last instruction is what was emitted last, also where it was denied.", saying(4), FILE_OPEN),
    last(
      "malformed",
      "It is what was emitted last also where that is no instruction.",
      saying(4),
      Uint8Array.of(0xff, 1),
    ),
    ranInto(good, {
      id: "guest-abi/failures/last-instruction",
      clauses: ["lifecycle.failure-info"],
      program: program([unreachable]),
      mutator: "replace-instructions",
      refusal: {
        code: "RT_TRAP",
        result: { states: [...FAILED], causes: ["RT_TRAP"], last_instruction: say([4]) },
      },
      why: "A failure holds the last instruction.",
      effect: effects.failure,
    }),
    ranInto(good, {
      id: "guest-abi/failures/commands-afterwards",
      clauses: ["lifecycle.transitions", "lifecycle.illegal-transition"],
      program: silent,
      inputs: { log: acts(act("resume"), act("start"), act("init"), act("suspend")) },
      mutator: "replace-instructions",
      refusal: {
        code: "RT_TRAP",
        result: {
          states: [...FAILED],
          answers: ["done", "done", ...Array(4).fill("RT_ILLEGAL_TRANSITION")],
        },
      },
      why: "A Failed instance can only be destroyed.",
      effect: effects.command,
    }),
    ran({
      id: "guest-abi/failures/destroyed",
      clauses: ["lifecycle.destroy", "lifecycle.transitions"],
      program: silent,
      inputs: { log: acts(act("terminate")) },
      result: { states: [...FAILED, "Terminated"], answers: ["done", "done", "done"] },
      why: "`terminate` destroys a Failed instance, and its failure is gone.",
      effect: effects.failure,
    }),
    ran({
      id: "guest-abi/failures/destroyed-in-init",
      clauses: ["lifecycle.destroy", "lifecycle.init.fails"],
      program: { functions: { fayger_init: { code: [unreachable] }, main: { code: [] } } },
      inputs: { log: [act("init"), act("terminate")] },
      result: { states: ["Loaded", "Failed", "Terminated"], answers: ["RT_TRAP", "done"] },
      why: "An instance that failed in `init` is destroyed like any other.",
      effect: effects.failure,
    }),
    ranInto(good, {
      id: "guest-abi/failures/invalid-code",
      clauses: ["lifecycle.init", "lifecycle.init.fails", "guest-abi.code.interface"],
      program: { functions: { main: { params: ["i32"], code: [] } } },
      inputs: { log: acts() },
      mutator: "replace-instructions",
      refusal: {
        code: "RT_CODE_INVALID",
        reason: "export_type",
        result: {
          states: ["Loaded", "Failed"],
          answers: ["RT_CODE_INVALID", "RT_ILLEGAL_TRANSITION"],
          causes: ["RT_CODE_INVALID"],
        },
      },
      why: "Code that is no program fails `init` with what is wrong.",
      effect: effects.failure,
    }),
  ];
}
