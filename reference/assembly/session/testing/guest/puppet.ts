// A part that does what its settings say, for tests: `/self` is its name, `/begin` what it does before it is called, and
// `/script/ACTION` what it does when it is called. A step is a word and what belongs to it:
//
//   call X, start X     calls the action X and waits; begins the call and does not wait
//   flood X             begins the call X a thousand times
//   handle X            calls X with a handle in the input
//   answer, echo        answers with what became of the calls of this script; with the input
//   say T, pick         answers with the text T; with the next text of `/plan`, and with nothing behind its end
//   refuse E            refuses with the host error E
//   keep, release       keeps the call open; answers every call that was kept
//   grip                answers with a handle
//   steal N             answers the call with the number N
//   topic T             subscribes to the topic T
//   setting P, random N, report T, next
//   tell, print         reports the texts of the input; writes to the standard output of the host
//   trap, exit, loop    ends, or never does
//
// Without settings it is the entry code: it asks what comes next until there is nothing.

import {
  exit,
  EventKind,
  eventRoom,
  hostCall,
  hostCallStart,
  hostSubscribe,
  ioStdoutWrite,
  readEvent,
  Status,
  takeHostAnnounced,
  Tlv,
} from "../../../../../generated/guest/assemblyscript/fayger";

let prefix = "";
let picked = 0;
let results: Array<Tlv> = [];
const kept: Array<Tlv> = [];

export function run(): void {
  let self = setting("/self");
  if (self.length == 0) {
    prefix = "/config";
    self = setting("/self");
  }
  if (self.length == 0) return drive();
  const before = setting("/begin");
  if (before.length > 0) play(before[0].items, Tlv.none(), []);
  if (setting("/deaf").length == 0) hostSubscribe(self[0].toText());
}

export function fayger_alloc(length: u32): usize {
  return eventRoom(length);
}

export function fayger_on_event(pointer: usize, _length: u32): void {
  if (readEvent(pointer).kind != EventKind.HostAnnounced) return;
  const data = takeHostAnnounced().data;
  const script = setting("/script/" + data[1].toText());
  results = [];
  if (script.length == 0) answer(data[0], data.slice(2));
  else play(script[0].items, data[0], data.slice(2));
}

function drive(): void {
  let next = hostCall("fayger_runtime.next", [Tlv.text("begun"), Tlv.text("")]);
  while (next.ok && next.output.length > 0) {
    const action = next.output[0];
    const reply = hostCall(action.toText(), next.output.slice(1));
    const outcome = reply.ok ? "done" : reply.status == Status.ADP_POLICY_DENIED ? "refused" : "failed";
    next = hostCall("fayger_runtime.next", [Tlv.text(outcome), action].concat(reply.output));
  }
  exit(next.ok ? 0 : 1);
}

function setting(pointer: string): Array<Tlv> {
  return hostCall("fayger_runtime.setting", [Tlv.text(prefix + pointer)]).output;
}

function answer(call: Tlv, output: Array<Tlv>): void {
  note("answer", "fayger_runtime.answer", [call].concat(output));
}

/** Calls, and keeps what became of it as `WORD=0` or `WORD=STATUS/HOST_ERROR`. */
function note(word: string, action: string, input: Array<Tlv>): Array<Tlv> {
  const reply = hostCall(action, input);
  const outcome = reply.ok ? "0" : reply.status.toString() + "/" + reply.hostError.toString();
  results.push(Tlv.text(word + "=" + outcome));
  return reply.output;
}

function play(script: Array<Tlv>, call: Tlv, input: Array<Tlv>): void {
  for (let at = 0; at < script.length; at++) {
    const words = script[at].toText().split(" ");
    const word = words[0];
    const rest = words.length > 1 ? words[1] : "";
    if (word == "call") {
      const output = note(rest, rest, input);
      for (let index = 0; index < output.length; index++) results.push(output[index]);
    } else if (word == "start") hostCallStart(rest, input);
    else if (word == "flood") for (let count = 0; count < 1000; count++) hostCallStart(rest, input);
    else if (word == "handle") note(word, rest, [Tlv.list([Tlv.handle(1)])]);
    else if (word == "answer") answer(call, results);
    else if (word == "echo") answer(call, input);
    else if (word == "say") answer(call, [Tlv.text(rest)]);
    else if (word == "pick") pick(call);
    else if (word == "grip") answer(call, [Tlv.handle(1)]);
    else if (word == "refuse") {
      const refusal: Array<Tlv> = [call, Tlv.text(rest)];
      note(word, "fayger_runtime.refuse", refusal);
    } else if (word == "keep") kept.push(call);
    else if (word == "release") while (kept.length > 0) answer(kept.shift(), []);
    else if (word == "steal") answer(Tlv.u64(<u64>parseInt(rest)), []);
    else if (word == "topic") {
      const reply = hostSubscribe(rest);
      results.push(Tlv.text("topic=" + reply.status.toString() + "/" + reply.hostError.toString()));
    } else if (word == "setting") results = results.concat(note(rest, "fayger_runtime.setting", [Tlv.text(rest)]));
    else if (word == "random") {
      const bytes = note(word, "fayger_runtime.random", [Tlv.u64(<u64>parseInt(rest))]);
      if (bytes.length > 0) results.push(Tlv.u32(bytes[0].bytes.length));
    } else if (word == "report") note(word, "fayger_runtime.report", [Tlv.text(rest)]);
    else if (word == "print") {
      const reply = ioStdoutWrite(new Uint8Array(1));
      results.push(Tlv.text("print=" + reply.status.toString()));
    } else if (word == "tell") {
      let line = "";
      for (let index = 0; index < input.length; index++) line += (index > 0 ? "," : "") + input[index].toText();
      note(word, "fayger_runtime.report", [Tlv.text(line)]);
    } else if (word == "next") note(word, "fayger_runtime.next", [Tlv.text("begun"), Tlv.text("")]);
    else if (word == "trap") unreachable();
    else if (word == "exit") exit(7);
    else if (word == "loop") while (true) {}
  }
}

/** The next text of the plan, as an action that is wanted. */
function pick(call: Tlv): void {
  const plan = setting("/plan");
  const items: Array<Tlv> = plan.length > 0 ? plan[0].items : [];
  if (picked >= items.length) return answer(call, []);
  answer(call, [items[picked]]);
  picked++;
}
