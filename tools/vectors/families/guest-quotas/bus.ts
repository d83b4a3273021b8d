import { call, drop, i32 } from "../../building/wasm/instructions.js";
import type { ProgramText } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { dataOf, type Emitted, errorReply, FILE_OPEN, hex, RANDOM, SLEEP } from "../guest-abi/programs.js";
import { COMPLETED, ran, SPOKEN_AT, STARTED, say, speech } from "../guests/drafts.js";
import { effects } from "./words.js";

const sleep = { at: 288, bytes: SLEEP };
const open = { at: 320, bytes: FILE_OPEN };
const random = { at: 352, bytes: RANDOM };

/** Replies of two instructions, one behind the other. */
function replied(emitted: Emitted, count: number): ProgramText {
  const said = speech(8 * count);
  return {
    imports: ["emit"],
    functions: {
      main: {
        code: (numbers) => [
          ...Array.from({ length: count }, (_, at) => [
            i32(emitted.at),
            i32(emitted.bytes.length),
            i32(SPOKEN_AT + 8 * at),
            i32(8),
            call(numbers.fn("emit")),
            drop,
          ]).flat(),
          ...said.code(numbers),
        ],
      },
    },
    data: { ...dataOf(emitted), ...said.data },
  };
}

const QUOTA = errorReply("ADP_POLICY_DENIED", "quota");
const HANDLE = (number: number): number[] => [0, 0, 8, 4, 0, 0, 0, number];
const CALL = (number: number): number[] => [0, 0, 1, 4, 0, 0, 0, number];

/** Quotas of the bus, as a program meets them. */
export function busDrafts(): readonly Draft[] {
  const all = ["io.stdio", "fs.read", "time.timer", "random.get"];
  const one = (
    id: string,
    quotas: Readonly<Record<string, number>>,
    emitted: Emitted,
    replies: readonly (readonly number[])[],
    why: string,
    more: { readonly host?: boolean; readonly calls?: readonly object[]; readonly granted?: number } = {},
  ): Draft => {
    const isReached = replies.some((reply) => reply === QUOTA);
    return ran({
      id: `guest-quotas/bus/${id}`,
      clauses: [
        "quotas.bus",
        "quotas.table",
        "instructions.reply.no-failure",
        ...(isReached ? ["quotas.events"] : []),
        ...(more.granted === undefined ? [] : ["quotas.grant"]),
      ],
      program: replied(emitted, replies.length),
      inputs: {
        required: all,
        granted: all,
        ...(more.host === true ? { host_quotas: { ...quotas } } : { quotas: { ...quotas } }),
        ...(more.calls !== undefined && { host_calls: [...more.calls] }),
        ...(more.granted !== undefined && {
          log: [...STARTED, { do: "grant", quota: Object.keys(quotas)[0] ?? "", value: more.granted, during: 1 }],
        }),
      },
      result: {
        states: [...COMPLETED],
        instructions: [...replies.map(() => hex(emitted.bytes)), say(replies.flat())],
        quotas_reached: isReached ? Object.keys(quotas) : [],
      },
      why,
      effect: effects.bus,
    });
  };
  const waits = { waits: true };
  const given = { results: "0604deadbeef" };
  const REPLY = [0, 0, 6, 4, 0xde, 0xad, 0xbe, 0xef];
  /** Fewer bytes than there is room for. */
  const SHORT = [0, 0, 6, 0, 0, 0, 0, 0];
  return [
    one("handles", { open_handles: 2 }, open, [HANDLE(1), HANDLE(2)], "As many handles are open as are granted."),
    one(
      "handles-one-more",
      { open_handles: 2 },
      open,
      [HANDLE(1), HANDLE(2), QUOTA],
      "One handle more is refused, and the program goes on.",
    ),
    one("handles-none", { open_handles: 0 }, open, [QUOTA, QUOTA], "Where no handle is granted, none is opened.", {
      host: true,
    }),
    one("calls", { open_calls: 2 }, sleep, [CALL(1), CALL(2)], "As many calls are open as are granted.", {
      calls: [waits, waits],
    }),
    one("calls-one-more", { open_calls: 2 }, sleep, [CALL(1), CALL(2), QUOTA], "One call more is refused.", {
      calls: [waits, waits],
    }),
    one("calls-none", { open_calls: 0 }, sleep, [QUOTA], "Where no call is granted, none is made.", { host: true }),
    one("reply", { reply_bytes: 8 }, random, [REPLY], "A reply may have as many bytes as are granted.", {
      calls: [given],
    }),
    one("reply-too-long", { reply_bytes: 7 }, random, [QUOTA], "A reply of more bytes becomes a refusal.", {
      calls: [given],
    }),
    one("reply-granted", { reply_bytes: 7 }, random, [SHORT, REPLY], "With a higher bound a longer reply is given.", {
      calls: [{ results: "0600" }, given],
      granted: 8,
    }),
    one("handles-granted", { open_handles: 1 }, open, [HANDLE(1), HANDLE(2)], "With a higher bound more are open.", {
      granted: 2,
    }),
    one(
      "reply-too-long-for-the-host",
      { reply_bytes: 7 },
      random,
      [QUOTA],
      "The host's ceiling holds where the manifest is silent.",
      { calls: [given], host: true },
    ),
  ];
}
