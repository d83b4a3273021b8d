import { handle, text, u32, u64 } from "../../building/instruction.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { conversation } from "./script.js";
import { close, handleResult, openFile, sleep, startTimer } from "./words.js";

const bus = "quotas.bus";
const effective = "quotas.effective";
const events = "quotas.events";

const effect = "A program takes more of its host than it was given, or is kept from what it was given.";

/** Quotas of the bus. */
export function quotaStories(): readonly Draft[] {
  return [...handlesAndCalls(), ...replies(), ...order()];
}

function handlesAndCalls(): readonly Draft[] {
  return [
    conversation({
      id: "quotas/open-handles",
      clauses: [bus, events, "instructions.handles"],
      inputs: { quotas: { open_handles: 2 } },
      tell: (script) => {
        openFile(script, 1).open(1, 0);
        startTimer(script, 2).open(2, 0);
        script
          .emit("io.file_open_read", [text("/data/file")])
          .quota("open_handles", 2)
          .refused("ADP_POLICY_DENIED", "quota");
        script
          .emit("time.timer_start", [u64(1n), u64(1n)])
          .quota("open_handles", 2)
          .refused("ADP_POLICY_DENIED", "quota");
        script.emit("time.clock_wall").did();
        close(script, 1).did().released(1).open(1, 0);
        openFile(script, 3).open(2, 0);
      },
      why: "Handles of all kinds count together; a further one is refused without a host call until one is closed.",
      effect,
    }),
    conversation({
      id: "quotas/handles-that-come-later",
      clauses: [bus, events, "instructions.handles"],
      inputs: { quotas: { open_handles: 1 } },
      tell: (script) => {
        script.emit("io.file_open_read", [text("/data/file")], { waits: true }).called();
        script.emit("io.file_open_read", [text("/data/file")], { waits: true }).called();
        script.turn({ do: "answer", emit: 2 }).replied(handleResult(1), 2).open(1, 0);
        script
          .turn({ do: "answer", emit: 1 })
          .released(0)
          .quota("open_handles", 1)
          .refused("ADP_POLICY_DENIED", "quota", 1);
      },
      why: "Handles are counted when they are given out: what was opened and gets none is given back.",
      effect,
    }),
    conversation({
      id: "quotas/no-handles",
      clauses: [bus, effective, events],
      inputs: { quotas: { open_handles: 5 }, host_quotas: { open_handles: 0 } },
      tell: (script) => {
        script
          .emit("io.file_open_read", [text("/data/file")])
          .quota("open_handles", 0)
          .refused("ADP_POLICY_DENIED", "quota");
        script.emit("io.stdin_read", [u32(1)]).did();
      },
      why: "The host's quota is the lower one, and of 0 handles the first is one too many.",
      effect,
    }),
    conversation({
      id: "quotas/handles-of-the-manifest",
      clauses: [bus, effective],
      inputs: { quotas: { open_handles: 1 }, host_quotas: { open_handles: 2 } },
      tell: (script) => {
        openFile(script, 1).open(1, 0);
        script
          .emit("io.file_open_read", [text("/data/file")])
          .quota("open_handles", 1)
          .refused("ADP_POLICY_DENIED", "quota");
      },
      why: "The manifest's quota holds where it is the lower one.",
      effect,
    }),
    conversation({
      id: "quotas/open-calls",
      clauses: [bus, events, "instructions.async.call-id"],
      inputs: { host_quotas: { open_calls: 2 } },
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        sleep(script, 2).open(0, 2);
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true })
          .quota("open_calls", 2)
          .refused("ADP_POLICY_DENIED", "quota");
        script.emit("time.sleep", [u64(1n)]).did();
        script.turn({ do: "answer", emit: 1 }).completed(1, 1).open(0, 1);
        sleep(script, 3).open(0, 2);
      },
      why: "Calls that are open count, those without ASYNC do not, and a refused one uses no id.",
      effect,
    }),
    conversation({
      id: "quotas/calls-of-the-manifest",
      clauses: [bus, effective],
      inputs: { quotas: { open_calls: 1 }, host_quotas: { open_calls: 3 } },
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true })
          .quota("open_calls", 1)
          .refused("ADP_POLICY_DENIED", "quota");
      },
      why: "The manifest's quota of calls holds where it is the lower one.",
      effect,
    }),
    conversation({
      id: "quotas/calls-of-the-host",
      clauses: [bus, effective],
      inputs: { quotas: { open_calls: 3 }, host_quotas: { open_calls: 0 } },
      tell: (script) => {
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true })
          .quota("open_calls", 0)
          .refused("ADP_POLICY_DENIED", "quota");
      },
      why: "The host's quota of calls holds where it is the lower one.",
      effect,
    }),
    conversation({
      id: "quotas/calls-that-were-not-taken",
      clauses: [bus, "instructions.async.completion"],
      inputs: { quotas: { open_calls: 1 } },
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        script.turn({ do: "busy" });
        script.turn({ do: "answer", emit: 1 }).sent(1, 1);
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true })
          .quota("open_calls", 1)
          .refused("ADP_POLICY_DENIED", "quota");
        script.turn({ do: "idle" }).reached(3, 3, 1).open(0, 0);
        sleep(script, 2).open(0, 1);
      },
      why: "A call is open until its completion has reached the program.",
      effect: "A program that takes no completions starts calls without bound.",
    }),
    conversation({
      id: "quotas/calls-while-suspended",
      clauses: [bus, "instructions.suspend"],
      inputs: { quotas: { open_calls: 2 } },
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        sleep(script, 2).open(0, 2);
        script.turn({ do: "suspend" });
        script.turn({ do: "answer", emit: 1 });
        script.turn({ do: "resume" }).completed(1, 1).open(0, 1);
        sleep(script, 3).open(0, 2);
      },
      why: "A completion that is held is one of an open call still.",
      effect,
    }),
    conversation({
      id: "quotas/call-that-waits-for-a-confirmation",
      clauses: [bus, "instructions.async.confirmation"],
      inputs: { quotas: { open_calls: 1 } },
      tell: (script) => {
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, decision: "ask" })
          .began(1)
          .open(0, 1);
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, decision: "ask" })
          .quota("open_calls", 1)
          .refused("ADP_POLICY_DENIED", "quota");
        script
          .turn({ do: "confirm", emit: 1, agreed: false })
          .failed(1, 1, "ADP_POLICY_DENIED", "access_denied")
          .open(0, 0);
      },
      why: "A call is open from its id on, also while somebody is asked.",
      effect,
    }),
    conversation({
      id: "quotas/none",
      clauses: [bus, effective],
      inputs: { quotas: { fuel: 1 }, host_quotas: { memory_bytes: 1 } },
      tell: (script) => {
        openFile(script, 1).open(1, 0);
        sleep(script, 1).open(1, 1);
        script
          .emit("io.stdin_read", [u32(64)], { results: `0640${"61".repeat(64)}` })
          .did(fromHex(`0640${"61".repeat(64)}`));
      },
      why: "Quotas of other things bind no handle, call or reply.",
      effect,
    }),
  ];
}

function replies(): readonly Draft[] {
  return [
    conversation({
      id: "quotas/reply-bytes",
      clauses: [bus, events],
      inputs: { quotas: { reply_bytes: 8 }, host_quotas: { reply_bytes: 9 } },
      tell: (script) => {
        script.emit("io.stdin_read", [u32(4)], { results: "060461626364" }).did(fromHex("060461626364"));
        script
          .emit("io.stdin_read", [u32(5)], { results: "06056162636465" })
          .called()
          .quota("reply_bytes", 8)
          .refused("ADP_POLICY_DENIED", "quota");
        script.emit("io.stdin_read", [u32(4)], { waits: true }).called();
        script
          .turn({ do: "answer", emit: 3, results: "06056162636465" })
          .quota("reply_bytes", 8)
          .refused("ADP_POLICY_DENIED", "quota", 3);
        script.emit("io.stdin_read", [u32(4)], { waits: true }).called();
        script.turn({ do: "answer", emit: 4, results: "060461626364" }).replied(fromHex("060461626364"), 4);
      },
      why: "A reply of as many bytes as the quota has is given, status included, and one of a byte more is not.",
      effect,
    }),
    conversation({
      id: "quotas/reply-bytes-of-the-host",
      clauses: [bus, effective],
      inputs: { quotas: { reply_bytes: 9 }, host_quotas: { reply_bytes: 7 } },
      tell: (script) => {
        script
          .emit("io.stdin_read", [u32(4)], { results: "060461626364" })
          .called()
          .quota("reply_bytes", 7)
          .refused("ADP_POLICY_DENIED", "quota");
        script.emit("io.stdin_read", [u32(3)], { results: "0603616263" }).did(fromHex("0603616263"));
      },
      why: "The host's bound of a reply holds where it is the lower one.",
      effect,
    }),
    conversation({
      id: "quotas/reply-with-a-handle",
      clauses: ["instructions.handles.unheard", bus],
      inputs: { quotas: { reply_bytes: 7 } },
      tell: (script) => {
        script
          .emit("io.file_open_read", [text("/data/file")])
          .called()
          .released(1)
          .quota("reply_bytes", 7)
          .refused("ADP_POLICY_DENIED", "quota");
        script.emit("io.file_read", [handle(1), u32(1)]).refused("ADP_HOST_CALL_FAILED", "bad_handle");
        script.emit("io.file_open_read", [text("/data/file")], { waits: true }).called();
        script
          .turn({ do: "answer", emit: 3 })
          .released(2)
          .quota("reply_bytes", 7)
          .refused("ADP_POLICY_DENIED", "quota", 3);
        script.turn({ do: "end" });
      },
      why: "The handle of a reply that is too large is closed, at once or later, since the program never learns of it.",
      effect: "Every reply that is too large leaves a resource open.",
    }),
    conversation({
      id: "quotas/completion-that-is-too-large",
      clauses: [bus, "instructions.async.completion", events],
      inputs: { quotas: { reply_bytes: 20 } },
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        script
          .turn({ do: "answer", emit: 1, results: `0640${"61".repeat(64)}` })
          .quota("reply_bytes", 20)
          .failed(1, 1, "ADP_POLICY_DENIED", "quota")
          .open(0, 0);
        sleep(script, 2).open(0, 1);
        script.turn({ do: "answer", emit: 2, results: "060141" }).completed(2, 2, fromHex("060141")).open(0, 0);
      },
      why: "Results that are too large complete a call with the quota that was reached.",
      effect,
    }),
  ];
}

function order(): readonly Draft[] {
  return [
    conversation({
      id: "quotas/before-the-policy",
      clauses: ["instructions.quotas-first", bus, "instructions.check-order"],
      inputs: { quotas: { open_handles: 0, open_calls: 0 } },
      tell: (script) => {
        script
          .emit("io.file_open_read", [text("/data/file")], { decision: "refuse" })
          .quota("open_handles", 0)
          .refused("ADP_POLICY_DENIED", "quota");
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, decision: "refuse" })
          .quota("open_calls", 0)
          .refused("ADP_POLICY_DENIED", "quota");
      },
      why: "A quota that is reached is told before a policy says no.",
      effect: "A person is asked about what cannot be done.",
    }),
    conversation({
      id: "quotas/before-anybody-is-asked",
      clauses: ["instructions.quotas-first", "instructions.policy"],
      inputs: { quotas: { open_handles: 0 } },
      tell: (script) => {
        script
          .emit("io.file_open_read", [text("/data/file")], { decision: "ask" })
          .quota("open_handles", 0)
          .refused("ADP_POLICY_DENIED", "quota");
        script
          .emit("time.timer_start", [u64(1n), u64(1n)], { decision: "unanswered" })
          .quota("open_handles", 0)
          .refused("ADP_POLICY_DENIED", "quota");
      },
      why: "Nobody is asked for an instruction that a quota refuses.",
      effect: "A person is asked about what cannot be done.",
    }),
    conversation({
      id: "quotas/behind-the-checks",
      clauses: ["instructions.check-order", bus],
      inputs: { granted: ["time.timer"], supported: ["time.sleep"], quotas: { open_handles: 0, open_calls: 0 } },
      tell: (script) => {
        script.emit("io.file_open_read", [text("/data/file")]).refused("ADP_CAPABILITY_DENIED", "access_denied");
        script.emit("time.timer_start", [u64(1n), u64(1n)]).refused("ADP_UNSUPPORTED_INSTRUCTION", "unavailable");
        script
          .emit("time.sleep", [u64(1n), u32(1)], { asynchronous: true })
          .refused("ADP_INSTRUCTION_MALFORMED", "invalid_argument");
      },
      why: "Quotas are looked at behind form, capabilities and support.",
      effect: "A program is told of a quota where it may not do the thing at all.",
    }),
  ];
}
