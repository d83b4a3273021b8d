import { handle, text, u32, u64 } from "../../building/instruction.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { conversation } from "./script.js";
import { close, handleResult, hi, openFile, read, sleep } from "./words.js";

const async = "instructions.async";
const callId = "instructions.async.call-id";
const completion = "instructions.async.completion";
const failedCheck = "instructions.async.failed-check";
const wouldBlock = "instructions.would-block";
const policy = "instructions.policy";

const effects = {
  lost: "A program waits for a completion that never comes, or takes one for that of another call.",
  blocked: "A program that cannot wait stands still for ever.",
  asked: "Something happens that a person has not agreed to, or not although the person has.",
} as const;

const blocked = { may_wait: false };

/** Calls, completions, and programs that cannot wait. */
export function callStories(): readonly Draft[] {
  return [...completions(), ...waiting(), ...confirmations()];
}

function completions(): readonly Draft[] {
  return [
    conversation({
      id: "calls/completed-in-the-order-of-the-host",
      clauses: [async, callId, completion],
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        sleep(script, 2).open(0, 2);
        script.turn({ do: "answer", emit: 2 }).completed(2, 2).open(0, 1);
        sleep(script, 3).open(0, 2);
        script.turn({ do: "answer", emit: 1 }).completed(1, 1).open(0, 1);
        script.turn({ do: "answer", emit: 3 }).completed(3, 3).open(0, 0);
        sleep(script, 4).open(0, 1);
      },
      why: "Calls are completed as the host answers them; ids ascend whatever has been completed.",
      effect: effects.lost,
    }),
    conversation({
      id: "calls/completed-at-once",
      clauses: [async, completion],
      tell: (script) => {
        script
          .emit("time.sleep", [u64(0n)], { asynchronous: true })
          .called()
          .began(1)
          .completed(1, 1);
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, results: "050101" })
          .called()
          .began(2)
          .completed(2, 2, fromHex("050101"));
      },
      why: "A call that the host answers at once is completed behind its call id, with the results it gave.",
      effect: effects.lost,
    }),
    conversation({
      id: "calls/failed",
      clauses: [async, completion, "adapters.host-errors"],
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, host_error: "unavailable" })
          .called()
          .began(2)
          .failed(2, 2, "ADP_HOST_CALL_FAILED", "unavailable");
        script
          .turn({ do: "answer", emit: 1, host_error: "invalid_argument" })
          .failed(1, 1, "ADP_HOST_CALL_FAILED", "invalid_argument")
          .open(0, 0);
      },
      why: "A call that fails on the host is completed with status and host error, at once or later.",
      effect: effects.lost,
    }),
    conversation({
      id: "calls/checks-give-no-id",
      clauses: [failedCheck, callId],
      inputs: {
        granted: ["time.timer", "io.stdio"],
        supported: ["time.sleep", "io.stdout_write"],
      },
      tell: (script) => {
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, decision: "refuse" })
          .refused("ADP_POLICY_DENIED", "access_denied");
        script
          .emit("time.sleep", [u64(1n), u32(1)], { asynchronous: true })
          .refused("ADP_INSTRUCTION_MALFORMED", "invalid_argument");
        script
          .emit("io.stdout_write", hi, { asynchronous: true })
          .refused("ADP_INSTRUCTION_MALFORMED", "invalid_argument");
        sleep(script, 1).open(0, 1);
        script.turn({ do: "answer", emit: 4 }).completed(4, 1).open(0, 0);
      },
      why: "A check that fails is answered at once, uses no call id, and has no completion.",
      effect: effects.lost,
    }),
    conversation({
      id: "calls/discarded-at-the-end",
      clauses: ["instructions.close", "instructions.discarded"],
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        sleep(script, 2).open(0, 2);
        openFile(script, 1).open(1, 2);
        script.turn({ do: "answer", emit: 1 }).completed(1, 1).open(1, 1);
        script.turn({ do: "end" }).released(1).open(0, 0);
        script.turn({ do: "answer", emit: 2 }).dropped("time.sleep", "instance_ended");
      },
      why: "What the host answers behind the end reaches nobody, and is published as dropped.",
      effect: "A late result writes into the memory of another program.",
    }),
    conversation({
      id: "calls/failed-behind-the-end",
      clauses: ["instructions.close", "instructions.discarded"],
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        script.turn({ do: "end" }).open(0, 0);
        script.turn({ do: "answer", emit: 1, host_error: "unknown" }).dropped("time.sleep", "instance_ended");
      },
      why: "A failure behind the end is dropped like a result.",
      effect: "A late failure reaches another program.",
    }),
  ];
}

function waiting(): readonly Draft[] {
  return [
    conversation({
      id: "waiting/reply-later",
      clauses: ["instructions.dispatch", "instructions.bus"],
      tell: (script) => {
        script.emit("io.stdin_read", [u32(16)], { waits: true }).called();
        script.turn({ do: "answer", emit: 1, results: "060141" }).replied(fromHex("060141"), 1);
        script.emit("time.sleep", [u64(1n)], { waits: true }).called();
        script.turn({ do: "answer", emit: 2 }).replied(new Uint8Array(), 2);
        script.emit("io.stdin_read", [u32(16)], { waits: true }).called();
        script
          .turn({ do: "answer", emit: 3, host_error: "would_block" })
          .refused("ADP_HOST_CALL_FAILED", "would_block", 3);
      },
      why: "A program that can wait gets its one reply when the host has answered.",
      effect: effects.blocked,
    }),
    conversation({
      id: "waiting/not-for-an-asynchronous-opcode",
      clauses: [wouldBlock, "instructions.dispatch"],
      inputs: { granted: ["time.timer"], supported: ["time.sleep"], ...blocked },
      tell: (script) => {
        script.emit("time.sleep", [u64(1n)]).refused("ADP_HOST_CALL_FAILED", "would_block");
        sleep(script, 1).open(0, 1);
        script.turn({ do: "answer", emit: 2 }).completed(2, 1).open(0, 0);
      },
      why: "Where the program cannot wait, an asynchronous opcode without ASYNC is not called; with it everything is as ever.",
      effect: effects.blocked,
    }),
    conversation({
      id: "waiting/not-for-one-that-would",
      clauses: [wouldBlock, "instructions.dispatch"],
      inputs: { granted: ["time.timer"], supported: ["time.sleep"], ...blocked },
      tell: (script) => {
        script.emit("time.sleep", [u64(9n)], { waits: true }).refused("ADP_HOST_CALL_FAILED", "would_block");
        script.emit("time.sleep", [u64(0n)], { host_error: "unknown" }).refused("ADP_HOST_CALL_FAILED", "would_block");
        sleep(script, 1).open(0, 1);
      },
      why: "What the host would say is not asked where its row says that it takes time.",
      effect: effects.blocked,
    }),
    conversation({
      id: "waiting/not-for-the-host",
      clauses: [wouldBlock, "instructions.discarded"],
      inputs: { granted: ["io.stdio"], supported: ["io.stdin_read", "io.stdout_write"], ...blocked },
      tell: (script) => {
        script
          .emit("io.stdin_read", [u32(1)], { waits: true })
          .called()
          .refused("ADP_HOST_CALL_FAILED", "would_block");
        script.emit("io.stdout_write", hi).did();
        script.turn({ do: "answer", emit: 1, results: "060141" }).dropped("io.stdin_read", "would_block");
        script
          .emit("io.stdin_read", [u32(1)], { waits: true })
          .called()
          .refused("ADP_HOST_CALL_FAILED", "would_block");
        script.turn({ do: "answer", emit: 3, host_error: "unknown" }).dropped("io.stdin_read", "would_block");
      },
      why: "A host that does not answer at once gives `would_block`, and its late answer is dropped.",
      effect: effects.blocked,
    }),
    conversation({
      id: "waiting/not-for-a-handle",
      clauses: ["instructions.handles.unheard", wouldBlock],
      inputs: { granted: ["fs.read"], supported: ["io.file_open_read", "io.file_read", "io.close"], ...blocked },
      tell: (script) => {
        script
          .emit("io.file_open_read", [text("/data/file")], { waits: true })
          .called()
          .refused("ADP_HOST_CALL_FAILED", "would_block");
        openFile(script, 1).open(1, 0);
        script.turn({ do: "answer", emit: 1 }).released(2).dropped("io.file_open_read", "would_block");
        read(script, 2).refused("ADP_HOST_CALL_FAILED", "bad_handle");
        openFile(script, 3).open(2, 0);
      },
      why: "A handle that comes too late for its reply is closed, since nobody knows it, and never used again.",
      effect: "Every open that takes too long leaves a file open.",
    }),
    conversation({
      id: "waiting/checks-come-first",
      clauses: [wouldBlock, "instructions.check-order"],
      inputs: { granted: ["time.timer"], supported: ["time.sleep"], ...blocked },
      tell: (script) => {
        script.emit("time.sleep", [u64(1n)], { decision: "refuse" }).refused("ADP_POLICY_DENIED", "access_denied");
        script.emit("io.stdin_read", [u32(1)], { waits: true }).refused("ADP_CAPABILITY_DENIED", "access_denied");
        script.emit("time.timer_start", [u64(1n), u64(0n)]).refused("ADP_UNSUPPORTED_INSTRUCTION", "unavailable");
      },
      why: "That a program would have to wait is found behind every check.",
      effect: "A program is told to try again what it may never do.",
    }),
  ];
}

function confirmations(): readonly Draft[] {
  return [
    conversation({
      id: "confirmation/given-and-refused",
      clauses: [policy, "instructions.dispatch"],
      tell: (script) => {
        script.emit("io.stdout_write", hi, { decision: "ask" });
        script.turn({ do: "confirm", emit: 1, agreed: true }).called(1).replied(new Uint8Array(), 1);
        script.emit("io.stdout_write", hi, { decision: "ask" });
        script.turn({ do: "confirm", emit: 2, agreed: false }).refused("ADP_POLICY_DENIED", "access_denied", 2);
        script.emit("io.stdout_write", hi, { decision: "ask" });
        script.turn({ do: "confirm", emit: 3, lost: true }).refused("ADP_POLICY_DENIED", "access_denied", 3);
      },
      why: "The host is called when somebody has agreed, and not where somebody has not.",
      effect: effects.asked,
    }),
    conversation({
      id: "confirmation/then-the-host-waits",
      clauses: [policy, "instructions.handles.closed"],
      tell: (script) => {
        script.emit("io.file_open_read", [text("/data/file")], { decision: "ask", waits: true });
        script.turn({ do: "confirm", emit: 1 }).called(1);
        script.turn({ do: "answer", emit: 1 }).replied(handleResult(1), 1).open(1, 0);
        script.emit("io.close", [handle(1)], { decision: "ask" });
        script.turn({ do: "confirm", emit: 2 }).called(2).replied(new Uint8Array(), 2).released(1).open(0, 0);
        script.emit("io.close", [handle(1)], { decision: "ask" });
        script.turn({ do: "confirm", emit: 3 }).refused("ADP_HOST_CALL_FAILED", "bad_handle", 3);
      },
      why: "Behind a confirmation everything goes on as without one: handles are looked up, and the host may wait.",
      effect: effects.asked,
    }),
    conversation({
      id: "confirmation/asynchronous",
      clauses: ["instructions.async.confirmation", async, completion],
      tell: (script) => {
        const ask = { asynchronous: true, decision: "ask" } as const;
        script
          .emit("time.sleep", [u64(1n)], ask)
          .began(1)
          .open(0, 1);
        script
          .emit("time.sleep", [u64(2n)], ask)
          .began(2)
          .open(0, 2);
        script
          .turn({ do: "confirm", emit: 2, agreed: false })
          .failed(2, 2, "ADP_POLICY_DENIED", "access_denied")
          .open(0, 1);
        script.turn({ do: "confirm", emit: 1 }).called(1).completed(1, 1).open(0, 0);
      },
      why: "A call that waits for a confirmation has its id already; refused, it is completed with the refusal.",
      effect: effects.asked,
    }),
    conversation({
      id: "confirmation/asynchronous-where-nobody-can-wait",
      clauses: ["instructions.async.confirmation", wouldBlock],
      inputs: { granted: ["time.timer", "io.stdio"], supported: ["time.sleep", "io.stdout_write"], ...blocked },
      tell: (script) => {
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, decision: "ask" })
          .began(1)
          .open(0, 1);
        script.emit("io.stdout_write", hi, { decision: "ask" }).refused("ADP_HOST_CALL_FAILED", "would_block");
        script.turn({ do: "confirm", emit: 1 }).called(1).completed(1, 1).open(0, 0);
      },
      why: "A program that cannot wait waits for no confirmation either, but for a completion.",
      effect: effects.blocked,
    }),
    conversation({
      id: "confirmation/behind-the-end",
      clauses: [policy, "instructions.close"],
      tell: (script) => {
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, decision: "ask" })
          .began(1)
          .open(0, 1);
        script.turn({ do: "end" }).open(0, 0);
        script.turn({ do: "confirm", emit: 1 }).dropped("time.sleep", "instance_ended");
      },
      why: "A confirmation behind the end calls no host.",
      effect: "A program acts on its host after it has ended.",
    }),
    conversation({
      id: "confirmation/lost",
      clauses: [policy, "instructions.async.confirmation"],
      tell: (script) => {
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, decision: "ask" })
          .began(1)
          .open(0, 1);
        script
          .turn({ do: "confirm", emit: 1, lost: true })
          .failed(1, 1, "ADP_POLICY_DENIED", "access_denied")
          .open(0, 0);
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, decision: "broken" })
          .refused("ADP_POLICY_DENIED", "access_denied");
      },
      why: "A confirmation that nobody can give any more is a refusal, and so is a policy that fails.",
      effect: effects.asked,
    }),
    conversation({
      id: "confirmation/of-one-of-two",
      clauses: [policy, "instructions.bus.no-host-call"],
      tell: (script) => {
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, decision: "ask" })
          .began(1)
          .open(0, 1);
        openFile(script, 1).open(1, 1);
        close(script, 1).did().released(1).open(0, 1);
        script
          .turn({ do: "confirm", emit: 1, agreed: false })
          .failed(1, 1, "ADP_POLICY_DENIED", "access_denied")
          .open(0, 0);
      },
      why: "While somebody is asked about one call, others go on.",
      effect: effects.asked,
    }),
  ];
}
