import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ERROR_CODES } from "../../generated/errors/error-code.js";
import { HOST_ERRORS, type HostError } from "../../generated/enums/host-error.js";
import { encodeErrorReply, encodeEvent, encodeInstruction, encodeReply } from "../../generated/instructions/message.js";
import { ioStdoutWrite } from "../../generated/instructions/io.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import { createHandlerAdapter } from "../../reference/adapter/handler-adapter.js";
import { createInstructionBus } from "../../reference/adapter/instruction-bus.js";
import { HostFailure } from "../../reference/adapter/index.js";
import type { InstructionBus } from "../../reference/contracts/instruction-bus.js";
import { readGuestModule } from "../../reference/runtime/guest-abi.js";
import { createHostEngine } from "../../reference/runtime/host-engine/index.js";
import { numberedIds } from "../../reference/runtime/instance-ids.js";
import { TestBus, bufObject, EventLog, tickingClock } from "../../reference/runtime/testing/test-host.js";
import { findClang, NO_CLANG } from "../../tools/build/clang.js";
import type { GeneratedFile } from "../src/emit/generated-file.js";
import { compile } from "../src/commands/compile.js";
import { specSources } from "./fixture.js";
import { compileGuestInAssemblyScript, compileGuestInC } from "./guest-compilers.js";
import { driverInAssemblyScript } from "./guest-driver-assemblyscript.js";
import { driverInC } from "./guest-driver-c.js";
import { RawWriter } from "./guest-raw.js";
import { type CallRow, operandsOf, type Rows, rowsOf, valuesOf } from "./guest-rows.js";
import { compileWideTables } from "./guest-wide-table.js";

// Guests in both languages call every instruction with arbitrary operands. What they emit is compared with the
// TypeScript codec byte for byte, and what they say they understood of the answers with what was answered.
// @spec instructions.table @spec instructions.tlv @spec instructions.operands @spec instructions.results.extra

const clang = findClang();
const languages = ["AssemblyScript", "C"] as const;
type Language = (typeof languages)[number];
const ENTRY = "main_program";
const ORIGIN = { instance: "instance#1", sectionId: "code" };

interface Guests {
  readonly rows: Rows;
  readonly code: Readonly<Partial<Record<Language, Uint8Array>>>;
}

async function guestsOf(files: readonly GeneratedFile[]): Promise<Guests> {
  const rows = rowsOf(files);
  const assemblyScript = driverInAssemblyScript(rows, "./guest/assemblyscript/fayger");
  return {
    rows,
    code: {
      AssemblyScript: await compileGuestInAssemblyScript(assemblyScript, files),
      ...(clang !== undefined && { C: compileGuestInC(clang, driverInC(rows), files) }),
    },
  };
}

function codeOf({ code }: Guests, language: Language): Uint8Array {
  const bytes = code[language];
  if (bytes === undefined) throw new Error(`no guest in ${language}`);
  return bytes;
}

/** One call, and how it is answered. */
interface Step {
  readonly index: number;
  readonly later: boolean;
  readonly operands: readonly (Tlv | undefined)[];
  /** Results, or why the host fails. */
  readonly answer: readonly Tlv[] | HostError;
}

function stepOf({ calls }: Rows): fc.Arbitrary<Step> {
  return fc.oneof(
    ...calls.map((row, index) =>
      fc.record({
        index: fc.constant(index),
        later: row.dispatch === "sync" ? fc.constant(false) : fc.boolean(),
        operands: valuesOf(row.operands),
        answer: fc.oneof(
          { weight: 4, arbitrary: fc.tuple(valuesOf(row.results), fc.boolean()).map(([results, more]) => extended(results, more)) },
          fc.constantFrom(...HOST_ERRORS),
        ),
      }),
    ),
  );
}

/** Results of a later version have more behind them, which a program ignores. */
function extended(results: readonly (Tlv | undefined)[], more: boolean): Tlv[] {
  const known = results.filter((result) => result !== undefined);
  return more ? [...known, { type: "text", value: "of a later version" }] : known;
}

function scriptOf(steps: readonly Step[], { calls }: Rows): Uint8Array {
  const writer = new RawWriter();
  for (const step of steps) {
    writer.number(step.index, 2).number(step.later ? 1 : 0, 1);
    calls[step.index]?.operands.forEach((item, at) => {
      const value = step.operands[at];
      if (item.optional) writer.number(value === undefined ? 0 : 1, 1);
      if (value !== undefined) writer.value(value);
    });
  }
  return Uint8Array.from(writer.number(0xffff, 2).bytes);
}

/** What the guest must emit for a step. */
function instructionOf(step: Step, { calls, category, bit }: Rows): Uint8Array {
  const row = calls[step.index] as CallRow;
  const shift = bit(row.capability);
  return encodeInstruction({
    category: category(row.category) as 0,
    opcode: row.opcode,
    asynchronous: step.later,
    capabilitiesRequired: shift === undefined ? 0 : 2 ** shift,
    operands: operandsOf(step.operands),
  });
}

const hostCallFailed = ERROR_CODES.ADP_HOST_CALL_FAILED.number;

/** What the guest must say it understood of an answer. */
function outcomeOf(row: CallRow, answer: Step["answer"]): RawWriter {
  const writer = new RawWriter();
  if (typeof answer === "string") return writer.number(hostCallFailed, 4).number(HOST_ERRORS.indexOf(answer) + 1, 4);
  writer.number(0, 8);
  row.results.forEach((_item, at) => writer.value(answer[at] as Tlv));
  return writer;
}

const tellOf = (told: RawWriter): Uint8Array => ioStdoutWrite(Uint8Array.from(told.bytes));
const hex = (bytes: readonly Uint8Array[]): string[] => bytes.map((one) => Buffer.from(one).toString("hex"));

/** Whether a test runs in a language here; where not, its name says so. */
function inEachLanguage(title: string, test: (language: Language) => Promise<void>): void {
  for (const language of languages) {
    if (language === "C" && clang === undefined) it.skip(`${title}, in C: ${NO_CLANG}`, () => {});
    else it(`${title}, in ${language}`, { timeout: 120_000 }, () => test(language));
  }
}

describe("guests in two languages on the real bus", () => {
  let guests: Guests;
  beforeAll(async () => {
    guests = await guestsOf(compile(specSources()).files ?? []);
  }, 60_000);

  /** Runs a script; gives what was emitted, in order. Even ones of the entry are steps, odd ones what it tells. */
  async function run(language: Language, steps: readonly Step[]): Promise<Uint8Array[]> {
    const { rows } = guests;
    const emitted: Uint8Array[] = [];
    const capabilities = [...new Set(rows.calls.flatMap(({ capability }) => capability ?? []))].sort();
    const answer = (): readonly Tlv[] => {
      const at = emitted.length - 1;
      const planned = at % 2 === 0 ? steps[at / 2]?.answer : undefined;
      if (typeof planned === "string") throw new HostFailure(planned, "test");
      return planned ?? [];
    };
    const adapter = createHandlerAdapter({
      platformId: "test",
      priority: 1,
      capabilities: capabilities as never[],
      match: () => true,
      handlers: rows.calls.map(({ category, name, dispatch }) => ({
        instruction: `${category}.${name}`,
        translate: () => {
          const now = emitted.length;
          // What can be answered at once is; what may not, in thread, is not waited for.
          return dispatch === "async" ? async () => planned(steps, now) : answer;
        },
      })),
      normalizers: [],
      services: {},
    });
    const events = new EventLog();
    const clock = tickingClock();
    const policy = { capabilities };
    const bus = createInstructionBus({ adapter, policy, events, clock });
    const watched: InstructionBus = {
      available: () => bus.available(),
      open: (request) => {
        // Every name a step uses is one that the manifest would name.
        const named = steps.flatMap(({ operands: [name] }) => (name?.type === "text" ? [name.value] : []));
        const channel = bus.open({ ...request, hostFunctions: named });
        const emit = channel.emit.bind(channel);
        channel.emit = (instruction) => {
          emitted.push(instruction);
          return emit(instruction);
        };
        return channel;
      },
    };
    const engine = createHostEngine({ bus: watched, events, clock, ids: numberedIds(), hostQuotas: undefined });
    const object = bufObject({
      code: codeOf(guests, language),
      sections: { "data/script": scriptOf(steps, rows) },
      manifest: { entry: { section: "code", symbol: ENTRY }, requiredCapabilities: capabilities },
    });
    const id = engine.load(object);
    await engine.init(id);
    await engine.start(id);
    expect(await engine.whenSettled(id), String(engine.failureInfo(id)?.error)).toBe("Terminated");
    return emitted;
  }

  function planned(steps: readonly Step[], emittedThen: number): readonly Tlv[] {
    const answer = steps[(emittedThen - 1) / 2]?.answer;
    if (typeof answer === "string") throw new HostFailure(answer, "test");
    return answer ?? [];
  }

  // @spec guest-abi.imports, guest-abi.import-module
  inEachLanguage("are guest programs with no import but those of the ABI", async (language) => {
    const read = readGuestModule(codeOf(guests, language), ENTRY, ORIGIN);
    expect(read).toMatchObject({ hasEvents: true });
  });

  // @spec instructions.layout, instructions.caps, instructions.async, instructions.async.completion
  inEachLanguage("emit what the TypeScript codec writes and understand every answer", async (language) => {
    const { rows } = guests;
    await fc.assert(
      fc.asyncProperty(fc.array(stepOf(rows), { minLength: 1, maxLength: 8 }), async (steps) => {
        const emitted = await run(language, steps);
        const expected: Uint8Array[] = [];
        const completions: Uint8Array[] = [];
        let calls = 0;
        for (const step of steps) {
          const row = rows.calls[step.index] as CallRow;
          expected.push(instructionOf(step, rows));
          if (step.later) {
            calls += 1;
            expected.push(tellOf(new RawWriter().number(0, 8).number(calls, 4)));
            const told = new RawWriter().number(calls, 4);
            told.bytes.push(...outcomeOf(row, step.answer).bytes);
            completions.push(tellOf(told));
          } else {
            // The engine in thread cannot wait. @spec instructions.would-block
            expected.push(tellOf(outcomeOf(row, row.dispatch === "async" ? "would_block" : step.answer)));
          }
        }
        expect(hex(emitted.slice(0, expected.length))).toEqual(hex(expected));
        expect(hex(emitted.slice(expected.length)).sort()).toEqual(hex(completions).sort());
      }),
      { numRuns: 30 },
    );
  });
});

describe("guests in two languages with tables that use every type", () => {
  let guests: Guests;
  beforeAll(async () => {
    const { files, diagnostics } = compileWideTables();
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    guests = await guestsOf(files ?? []);
  }, 60_000);

  /** Runs a script whose host is the test, then delivers events; gives what was emitted. */
  async function run(language: Language, steps: readonly Step[], events: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const { rows } = guests;
    const emitted: Uint8Array[] = [];
    const bus = new TestBus((instruction, channel) => {
      channel.openSubscriptions = 1;
      emitted.push(instruction);
      const at = emitted.length - 1;
      const step = at % 2 === 0 ? steps[at / 2] : undefined;
      if (step === undefined) return encodeReply(0, []);
      if (typeof step.answer === "string") return encodeErrorReply(hostCallFailed, step.answer);
      return encodeReply(0, step.later ? [{ type: "u32", value: at }] : [...step.answer]);
    });
    const log = new EventLog();
    const engine = createHostEngine({ bus, events: log, clock: tickingClock(), ids: numberedIds(), hostQuotas: undefined });
    const object = bufObject({
      code: codeOf(guests, language),
      sections: { "data/script": scriptOf(steps, rows) },
      manifest: { entry: { section: "code", symbol: ENTRY } },
    });
    const id = engine.load(object);
    await engine.init(id);
    await engine.start(id);
    for (const event of events) engine.onEvent(id, event);
    const due = 2 * steps.length + events.length;
    while (emitted.length < due && engine.state(id) === "Running") await new Promise((resolve) => setImmediate(resolve));
    const ended = [engine.state(id), engine.failureInfo(id)?.error];
    await engine.terminate(id);
    expect(ended).toEqual(["Running", undefined]);
    return emitted;
  }

  inEachLanguage("emit what the TypeScript codec writes and understand every answer", async (language) => {
    const { rows } = guests;
    const wide = rows.calls.findIndex(({ name }) => name === "wide");
    const leftOut = rows.calls.findIndex(({ name }) => name === "left_out");
    const some = stepOf({ ...rows, calls: rows.calls }).filter(({ index }) => index === wide || index === leftOut);
    await fc.assert(
      fc.asyncProperty(fc.array(some, { minLength: 1, maxLength: 4 }), async (steps) => {
        const expected = steps.flatMap((step, at) => {
          const row = rows.calls[step.index] as CallRow;
          const told = step.later && typeof step.answer !== "string" ? new RawWriter().number(0, 8).number(2 * at, 4) : outcomeOf(row, step.answer);
          return [instructionOf(step, rows), tellOf(told)];
        });
        expect(hex(await run(language, steps, []))).toEqual(hex(expected));
      }),
      { numRuns: 30 },
    );
  });

  // @spec instructions.events, guest-abi.events, instructions.async.completion
  inEachLanguage("hand every event and completion to the handler it concerns", async (language) => {
    const { rows } = guests;
    const calls = rows.calls.filter(({ dispatch }) => dispatch !== "sync");
    const event = fc.oneof(
      ...rows.events.map((row) =>
        fc.tuple(fc.constant(row), valuesOf(row.payload)).map(([{ category, opcode }, values]) => {
          const payload = extended(values, false);
          const told = new RawWriter();
          for (const value of values) told.value(value as Tlv);
          return { bytes: encodeEvent({ category: rows.category(category) as 0, opcode, completion: false, payload }), told };
        }),
      ),
      ...calls.map((row) =>
        fc.tuple(stepOf({ ...rows, calls: [row] }), fc.integer({ min: 1, max: 0xffff_ffff })).map(([{ answer }, id]) => {
          const status = typeof answer === "string" ? hostCallFailed : 0;
          const rest: readonly Tlv[] = typeof answer === "string" ? [{ type: "u32", value: HOST_ERRORS.indexOf(answer) + 1 }] : answer;
          const payload: Tlv[] = [{ type: "u32", value: id }, { type: "u32", value: status }, ...rest];
          const told = new RawWriter().number(id, 4);
          told.bytes.push(...outcomeOf(row, answer).bytes);
          return { bytes: encodeEvent({ category: rows.category(row.category) as 0, opcode: row.opcode, completion: true, payload }), told };
        }),
      ),
      fc.integer({ min: 0x7100, max: 0x7fff }).map((opcode) => ({
        bytes: encodeEvent({ category: 3, opcode, completion: false, payload: [] }),
        told: new RawWriter().number(0x3_0000 + opcode, 4),
      })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 5 }), async (some) => {
        const emitted = await run(language, [], some.map(({ bytes }) => bytes));
        expect(hex(emitted)).toEqual(hex(some.map(({ told }) => tellOf(told))));
      }),
      { numRuns: 30 },
    );
  });
});
