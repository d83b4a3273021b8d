import { bytes, handle, text, u32, u64 } from "../../building/instruction.js";
import { utf8 } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { conversation, tlvs } from "./script.js";
import { close, handleResult, hi, openFile, read, startTimer } from "./words.js";

const handles = "instructions.handles";
const closed = "instructions.handles.closed";
const noFailure = "instructions.reply.no-failure";

const effects = {
  reused: "A program that closed a file reads or closes somebody else's.",
  closed: "A host call is made for a resource that is gone, or of another kind.",
  leak: "The resources of programs stay open when they end.",
} as const;

/** Handles that are given out, used and closed. */
export function handleStories(): readonly Draft[] {
  return [
    conversation({
      id: "handles/ascending-and-never-again",
      clauses: [handles, closed, noFailure],
      tell: (script) => {
        openFile(script, 1).open(1, 0);
        openFile(script, 2).open(2, 0);
        openFile(script, 3).open(3, 0);
        close(script, 2).did().released(2).open(2, 0);
        openFile(script, 4).open(3, 0);
        close(script, 2).refused("ADP_HOST_CALL_FAILED", "bad_handle");
        close(script, 4).did().released(4).open(2, 0);
        openFile(script, 5).open(3, 0);
      },
      why: "Handles ascend from 1, one that was closed is given to nobody again, and closing it once more is no call.",
      effect: effects.reused,
    }),
    conversation({
      id: "handles/of-two-kinds",
      clauses: [handles, closed, "instructions.table"],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        openFile(script, 2).open(2, 0);
        read(script, 1).refused("ADP_HOST_CALL_FAILED", "bad_handle");
        read(script, 2).did();
        close(script, 1).did().released(1).open(1, 0);
        close(script, 2).did().released(2).open(0, 0);
        read(script, 2).refused("ADP_HOST_CALL_FAILED", "bad_handle");
      },
      why: "Handles of all kinds ascend together; a timer is no file, and `close` closes either.",
      effect: effects.closed,
    }),
    conversation({
      id: "handles/a-timer-is-no-file",
      clauses: [closed, noFailure],
      inputs: {
        granted: ["fs.read", "fs.write", "time.timer"],
        supported: ["io.file_read", "io.file_write", "io.file_read_at", "time.timer_start"],
      },
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        script.emit("io.file_write", [handle(1), bytes(utf8("hi"))]).refused("ADP_HOST_CALL_FAILED", "bad_handle");
        script.emit("io.file_read_at", [handle(1), u64(0n), u32(1)]).refused("ADP_HOST_CALL_FAILED", "bad_handle");
        read(script, 1).refused("ADP_HOST_CALL_FAILED", "bad_handle");
      },
      why: "Whatever takes a file takes no timer.",
      effect: effects.closed,
    }),
    conversation({
      id: "handles/read-gives-results",
      clauses: [closed, "instructions.reply"],
      tell: (script) => {
        openFile(script, 1).open(1, 0);
        script.emit("io.file_read", [handle(1), u32(16)], { results: "06026869" }).did(tlvs(bytes(utf8("hi"))));
        close(script, 0).refused("ADP_HOST_CALL_FAILED", "bad_handle");
        close(script, 4_294_967_295).refused("ADP_HOST_CALL_FAILED", "bad_handle");
      },
      why: "An open handle reaches the host; 0 and the largest number are handles of nobody.",
      effect: effects.closed,
    }),
    conversation({
      id: "handles/none-for-what-failed",
      clauses: [handles, noFailure, "adapters.host-errors"],
      tell: (script) => {
        script
          .emit("io.file_open_read", [text("/data/file")], { host_error: "not_found" })
          .called()
          .refused("ADP_HOST_CALL_FAILED", "not_found");
        openFile(script, 1).open(1, 0);
      },
      why: "An open that fails uses no handle, and the program goes on.",
      effect: effects.reused,
    }),
    conversation({
      id: "handles/waited-for",
      clauses: [handles, "instructions.dispatch"],
      tell: (script) => {
        script.emit("io.file_open_read", [text("/data/file")], { waits: true }).called();
        script.turn({ do: "answer", emit: 1 }).replied(handleResult(1), 1).open(1, 0);
        openFile(script, 2).open(2, 0);
      },
      why: "A handle is given out when the host has opened what it stands for.",
      effect: effects.reused,
    }),
    conversation({
      id: "handles/opened-behind-the-end",
      clauses: ["instructions.close", "instructions.discarded", "instructions.bus"],
      tell: (script) => {
        script.emit("io.file_open_read", [text("/data/file")], { waits: true }).called();
        script.turn({ do: "end" });
        script
          .turn({ do: "answer", emit: 1 })
          .released(0)
          .dropped("io.file_open_read", "instance_ended")
          .interrupted(1);
      },
      why: "What the host opens behind the end gets no handle and is given back at once.",
      effect: effects.leak,
    }),
    conversation({
      id: "handles/waited-for-behind-the-end",
      clauses: ["instructions.close", "instructions.discarded", "instructions.bus"],
      tell: (script) => {
        script.emit("io.stdin_read", [u32(1)], { waits: true }).called();
        script.turn({ do: "suspend" });
        script.turn({ do: "answer", emit: 1, results: "060141" });
        script.turn({ do: "end" }).dropped("io.stdin_read", "instance_ended").interrupted(1);
      },
      why: "A reply that was held at the end is dropped, and its instruction answered as interrupted.",
      effect: "A program that has ended is called.",
    }),
    conversation({
      id: "handles/of-others-stay",
      clauses: ["instructions.handles.unheard", handles],
      inputs: { quotas: { reply_bytes: 16 } },
      tell: (script) => {
        openFile(script, 1).open(1, 0);
        openFile(script, 2).open(2, 0);
        script
          .emit("io.file_open_read", [text("/data/file")], { host_error: "not_found" })
          .called()
          .refused("ADP_HOST_CALL_FAILED", "not_found");
        script
          .emit("io.stdin_read", [u32(16)], { results: `010400000001061061${"61".repeat(15)}` })
          .called()
          .quota("reply_bytes", 16)
          .refused("ADP_POLICY_DENIED", "quota");
        read(script, 1).did();
        read(script, 2).did();
      },
      why: "A call that fails and a reply that is too large close no handle that was there before.",
      effect: effects.closed,
    }),
    conversation({
      id: "handles/released-at-the-end",
      clauses: ["instructions.close"],
      tell: (script) => {
        openFile(script, 1).open(1, 0);
        startTimer(script, 2).open(2, 0);
        openFile(script, 3).open(3, 0);
        openFile(script, 4).open(4, 0);
        close(script, 3).did().released(3).open(3, 0);
        script.turn({ do: "end" }).released(1, 2, 4).open(0, 0);
        script.turn({ do: "event", handle: 2, count: 1 });
      },
      why: "The end releases every handle that is open still, ascending, and none that was closed before.",
      effect: effects.leak,
    }),
    conversation({
      id: "handles/released-once",
      clauses: ["instructions.close"],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        openFile(script, 2).open(2, 0);
        script.turn({ do: "end" }).released(1, 2).open(0, 0);
        script.turn({ do: "end" });
      },
      why: "What the end released is not released once more.",
      effect: effects.leak,
    }),
    conversation({
      id: "replies/of-the-adapter",
      clauses: ["adapters.host-errors", "instructions.policy", "events.raised"],
      tell: (script) => {
        script.emit("io.stdout_write", hi, { fault: "other" }).called().refused("ADP_HOST_CALL_FAILED", "unknown");
        script
          .emit("io.stdout_write", hi, { fault: "policy", host_error: "access_denied" })
          .called()
          .refused("ADP_POLICY_DENIED", "access_denied");
        script
          .emit("io.file_open_read", [text("/data/file")], { fault: "policy", host_error: "not_found" })
          .called()
          .refused("ADP_POLICY_DENIED", "not_found");
        script.emit("io.stdout_write", hi, { waits: true }).called();
        script.turn({ do: "answer", emit: 4, fault: "other" }).refused("ADP_HOST_CALL_FAILED", "unknown", 4);
        script.emit("io.stdout_write", hi).did();
      },
      why: "What an adapter refuses counts as policy, and what it does not understand is the host error `unknown`.",
      effect: "A program is ended, or told nothing, because its host did something new.",
    }),
    conversation({
      id: "replies/errors-end-nothing",
      clauses: [noFailure, "instructions.host-errors", "instructions.bus"],
      inputs: { granted: ["io.stdio"], supported: ["io.stdout_write"] },
      tell: (script) => {
        script.emit("io.stdin_read", [u32(1)]).refused("ADP_UNSUPPORTED_INSTRUCTION", "unavailable");
        script.emit("time.clock_wall").refused("ADP_CAPABILITY_DENIED", "access_denied");
        script.emit("io.stdout_write", hi, { decision: "refuse" }).refused("ADP_POLICY_DENIED", "access_denied");
        script.emit("io.stdout_write", hi, { decision: "unanswered" }).refused("ADP_POLICY_DENIED", "access_denied");
        script.emit("io.stdout_write", hi, { decision: "broken" }).refused("ADP_POLICY_DENIED", "access_denied");
        script
          .emit("io.stdout_write", hi, { host_error: "unavailable" })
          .called()
          .refused("ADP_HOST_CALL_FAILED", "unavailable");
        script.emit("io.stdout_write", hi).did();
      },
      why: "An error of each check is answered, and behind all of them the program can still write.",
      effect: "A program that tries something is ended for it.",
    }),
  ];
}
