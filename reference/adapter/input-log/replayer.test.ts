import { describe, expect, it } from "vitest";
import type { InputLogEntry } from "../../../generated/codecs/input-log-entry.js";
import type { InputLogRecord } from "../../../generated/codecs/input-log-record.js";
import { ERROR_CODES } from "../../../generated/errors/error-code.js";
import { encodeErrorReply } from "../../../generated/instructions/message.js";
import type { ChannelRequest } from "../../contracts/instruction-bus.js";
import { createEventBus, recordEvents } from "../../observability/index.js";
import { InputReplayer } from "./replayer.js";

const instruction = Uint8Array.of(3, 0, 3, 4, 0, 2, 8, 0, 0, 0, 0, 0, 0, 0, 5);
const event = Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, 1);

function replayOf(
  entries: readonly InputLogEntry[],
  more: Partial<ChannelRequest> = {},
  suspend: () => Promise<void> = async () => undefined,
) {
  let now = 0n;
  const clock = { monotonicNanoseconds: () => now, unixNanoseconds: () => 0n };
  const events = createEventBus({ clock });
  const seen = recordEvents(events);
  const handed: Uint8Array[] = [];
  const record: InputLogRecord = {
    sections: [],
    quotas: {},
    granted: [],
    denied: [],
    warnings: [],
    entries,
    end: { state: "terminated" },
  };
  const replayer = new InputReplayer(record, {
    events,
    clock,
    commands: {
      suspend,
      resume: async () => undefined,
      terminate: async () => undefined,
      grant: () => undefined,
    },
    diverged: () => replayer.close(),
  });
  replayer.open({
    instance: "instance#7",
    required: [],
    optional: [],
    hostFunctions: undefined,
    quotas: {},
    deliver: (bytes) => handed.push(bytes),
    ...more,
  });
  const pass = (nanoseconds: bigint): void => {
    now += nanoseconds;
  };
  return { replayer, handed, seen, pass };
}

describe("a replay of one program", () => {
  it("does nothing before the instance runs", () => {
    const { replayer, handed } = replayOf([{ instruction, reply: Uint8Array.of(0, 0) }, { event }]);
    replayer.emit(instruction);
    replayer.resume();
    expect(handed).toEqual([]);
    replayer.begin();
    expect(handed).toEqual([event]);
  });

  it("gives a program that cannot wait an interrupted call where its reply never came", async () => {
    const interrupted = encodeErrorReply(ERROR_CODES.ADP_HOST_CALL_FAILED.number, "interrupted");
    const blocked = replayOf([{ instruction }]);
    blocked.replayer.begin();
    const reply = blocked.replayer.emit(instruction);
    expect(reply).toBeInstanceOf(Promise);
    blocked.replayer.close();
    expect(await reply).toEqual(interrupted);
    const { replayer } = replayOf([{ instruction }], { mayBlock: false });
    replayer.begin();
    expect(replayer.emit(instruction)).toEqual(interrupted);
  });

  it("goes on where a snapshot left handles, calls and the last instruction", () => {
    const began = replayOf([{ instruction, reply: Uint8Array.of(0, 0) }]).replayer;
    began.begin();
    expect(began.position).toEqual({ nextHandle: 1, nextCall: 1, lastInstruction: undefined });
    began.emit(instruction);
    expect(began.position).toEqual({ nextHandle: 1, nextCall: 1, lastInstruction: instruction });
    const resumed = { nextHandle: 5, nextCall: 9, lastInstruction: instruction };
    expect(replayOf([], { resumed }).replayer.position).toEqual(resumed);
  });

  it("names the host error of a recorded refusal", () => {
    const reply = encodeErrorReply(ERROR_CODES.ADP_HOST_CALL_FAILED.number, "not_found");
    const { replayer } = replayOf([{ instruction, reply }], {});
    replayer.begin();
    expect(replayer.emit(instruction)).toEqual(reply);
    expect(replayer.lastError).toMatchObject({ code: "ADP_HOST_CALL_FAILED", context: { host_error: "not_found" } });
    const unread = replayOf([{ instruction, reply: Uint8Array.of(0x30, 4, 7, 0) }]).replayer;
    unread.begin();
    unread.emit(instruction);
    expect(unread.lastError).toMatchObject({ context: { host_error: "unknown" } });
  });

  it("takes an event that is refused for a difference only where the log has handed it over", () => {
    const { replayer } = replayOf([{ instruction }, { event }]);
    replayer.begin();
    replayer.eventRefused();
    expect(replayer.difference).toBeUndefined();
    const handed = replayOf([{ event }]).replayer;
    handed.begin();
    handed.eventRefused();
    expect(handed.difference).toMatchObject({ context: { entry: 0, instance: "instance#7" } });
  });

  it("knows whether its log waits for a quota", () => {
    const { replayer } = replayOf([{ command: "quota" }, { event }]);
    expect(replayer.quotaReached()).toBe(false);
    replayer.begin();
    expect(replayer.openCalls).toBe(0);
    expect(replayer.quotaReached()).toBe(true);
    expect(replayer.quotaReached()).toBe(false);
  });

  it("counts a command as left undone that ends behind the instance", async () => {
    let suspended = (): void => undefined;
    const pending = new Promise<void>((resolve) => {
      suspended = resolve;
    });
    const { replayer } = replayOf([{ command: "suspend" }], {}, () => pending);
    replayer.begin();
    replayer.close();
    suspended();
    await pending;
    expect(replayer.finish({ state: "terminated" })).toMatchObject({ context: { entry: 0 } });
  });

  // @spec instructions.replay.events
  it("publishes what a bus publishes, with the durations of this run", () => {
    const asynchronous = Uint8Array.of(0x43, ...instruction.subarray(1));
    const reply = Uint8Array.of(0, 0, 1, 4, 0, 0, 0, 1);
    const completion = Uint8Array.of(0x43, 0, 3, 1, 4, 0, 0, 0, 1, 1, 4, 0, 0, 0, 0);
    const { replayer, seen, pass } = replayOf([{ instruction: asynchronous, reply }, { event: completion }]);
    replayer.begin();
    replayer.emit(asynchronous);
    pass(7n);
    replayer.called(completion);
    expect(seen.events.map(({ category, name }) => `${category}.${name}`)).toEqual([
      "capability.negotiated",
      "instruction.dispatched",
      "instruction.completed",
    ]);
    expect(seen.events[2]?.fields).toMatchObject({
      instruction: "time.sleep",
      call_id: 1,
      status: 0,
      reply_bytes: completion.length,
      duration_ns: 7,
    });
  });

  // @spec instructions.replay.complete
  it("is not complete while a command is under way", () => {
    const { replayer } = replayOf([{ command: "suspend" }]);
    replayer.begin();
    expect(replayer.openCalls).toBe(1);
    replayer.close();
    expect(replayer.openCalls).toBe(0);
  });
});
