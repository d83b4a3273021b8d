import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, it } from "vitest";
import { SIGNAL_NUMBERS, SIGNALS, type Signal } from "../../../../generated/enums/signal.js";
import { ioClose } from "../../../../generated/instructions/io.js";
import { decodeEvent } from "../../../../generated/instructions/message.js";
import * as proc from "../../../../generated/instructions/proc.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import { DENIED, failed, openTestProgram, type TestProgram, type TestProgramOptions } from "../testing/program.js";
import { SignalDesk } from "./program-signals.js";

const programs: TestProgram[] = [];
afterEach(() => {
  for (const guest of programs.splice(0)) guest.channel.close();
});

function program(options: TestProgramOptions): TestProgram {
  const guest = openTestProgram(options);
  programs.push(guest);
  return guest;
}

const textsOf = (list: readonly Tlv[]): string[] => list.map((item) => (item.type === "text" ? item.value : ""));

// @spec instructions.proc.arguments
describe("arguments", () => {
  test.prop([fc.array(fc.string({ unit: "grapheme" }), { maxLength: 5 })])("are those of the program", (given) => {
    const guest = program({ services: { arguments: given } });
    expect(textsOf(proc.readProcArgumentsResults(guest.done(proc.procArguments())).argv)).toEqual(given);
  });

  it("are none where the host was told none: never those of the host", () => {
    expect(proc.readProcArgumentsResults(program({}).done(proc.procArguments())).argv).toEqual([]);
  });
});

// @spec instructions.proc.environment, capabilities.policy.environment
describe("variables of the environment", () => {
  const environment = { SECRET: "s", LANG: "de", EMPTY: "", toString: "own" };

  it("are read where the policy names them, and refused otherwise whether they are set or not", () => {
    const guest = program({
      services: { environment },
      policy: { environment: ["LANG", "EMPTY", "MISSING", "toString", "valueOf", "LANG"] },
    });
    const get = (name: string): string =>
      proc.readProcEnvironmentGetResults(guest.done(proc.procEnvironmentGet(name))).value;
    expect([get("LANG"), get("EMPTY"), get("toString")]).toEqual(["de", "", "own"]);
    for (const missing of ["MISSING", "valueOf"]) {
      expect(guest.refused(proc.procEnvironmentGet(missing))).toBe(failed("not_found"));
    }
    for (const name of ["SECRET", "NOWHERE", "", "LANG=", "lang", "__proto__", "constructor"]) {
      expect([name, guest.refused(proc.procEnvironmentGet(name))]).toEqual([name, DENIED]);
    }
    const { names } = proc.readProcEnvironmentListResults(guest.done(proc.procEnvironmentList()));
    expect(textsOf(names)).toEqual(["EMPTY", "LANG", "toString"]);
  });

  it("are all refused where the policy names none", () => {
    const guest = program({});
    for (const name of ["PATH", "HOME"]) expect(guest.refused(proc.procEnvironmentGet(name))).toBe(DENIED);
    expect(proc.readProcEnvironmentListResults(guest.done(proc.procEnvironmentList())).names).toEqual([]);
  });

  it("are those of this process where no others are given", () => {
    const guest = program({ policy: { environment: ["PATH"] } });
    const { value } = proc.readProcEnvironmentGetResults(guest.done(proc.procEnvironmentGet("PATH")));
    expect(value).toBe(process.env["PATH"]);
  });
});

// @spec instructions.proc.signals
describe("signals", () => {
  const received = (guest: TestProgram): number[] =>
    guest.delivered.map((bytes) => proc.readProcSignalReceivedEvent(decodeEvent(bytes).payload).signal);

  it("reach every program that asked for them, with the numbers of the table, until it closes", () => {
    const desk = new SignalDesk();
    const guest = program({ services: { signals: desk } });
    const other = program({ services: { signals: desk } });
    expect(desk.deliver("interrupt")).toBe(false);
    const { signals } = proc.readProcSignalsOpenResults(guest.done(proc.procSignalsOpen()));
    const asked: readonly Signal[] = SIGNALS.filter((name) => name !== "kill");
    for (const name of asked) expect(desk.deliver(name)).toBe(true);
    expect(received(guest)).toEqual(asked.map((name) => SIGNAL_NUMBERS[name]));
    expect(received(other)).toEqual([]);
    expect(guest.channel.openSubscriptions).toBe(1);
    other.done(proc.procSignalsOpen());
    desk.deliver("terminate");
    expect([received(guest).length, received(other).length]).toEqual([4, 1]);
    guest.done(ioClose(signals));
    expect(desk.deliver("hangup")).toBe(true);
    other.channel.close();
    expect(desk.deliver("hangup")).toBe(false);
    expect([received(guest).length, received(other).length]).toEqual([4, 2]);
  });

  it("were asked for also by whoever stops listening when one comes", () => {
    const desk = new SignalDesk();
    const stop = desk.receive(() => stop());
    expect([desk.deliver("interrupt"), desk.deliver("interrupt")]).toEqual([true, false]);
  });

  it("are unavailable where the host hands none on", () => {
    expect(program({}).refused(proc.procSignalsOpen())).toBe(failed("unavailable"));
  });
});
