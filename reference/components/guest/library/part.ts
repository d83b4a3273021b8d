// What every part of an iFay does in the same way: it subscribes to the topic of its name, is handed calls there, and
// answers each once. A part sees no more of the world than `call` and the assembly service's own actions.

import {
  abortInstance,
  EventKind,
  eventRoom,
  hostCall,
  hostCallStart,
  HostError,
  hostErrorName,
  hostSubscribe,
  readEvent,
  Status,
  takeHostAnnounced,
  Tlv,
} from "../../../../generated/guest/assemblyscript/fayger";

export { HostError, Tlv } from "../../../../generated/guest/assemblyscript/fayger";

/** Answers the calls to one part. */
export abstract class Part {
  /** Why the call that is being served is refused; `HostError.None` where it is not. */
  refusal: i32 = HostError.None;

  /** `name`: of the part, which is the topic that it is called on. */
  constructor(readonly name: string) {}

  /** Serve one call: its output, or whatever `refuse` returns. */
  abstract act(action: string, input: Array<Tlv>): Array<Tlv>;

  /** Refuse the call that is being served. */
  refuse(error: i32): Array<Tlv> {
    this.refusal = error;
    return [];
  }

  /** Refuse the call for the reason for which a call that it needed was not answered. */
  pass(outcome: Outcome): Array<Tlv> {
    return this.refuse(outcome.error);
  }
}

/** What became of a call to another part. */
export class Outcome {
  constructor(
    /** Why it was not done; `HostError.None` where it was. */
    readonly error: i32,
    /** Whether it was refused, here or on its way, because it may not be done. */
    readonly refused: bool,
    readonly output: Array<Tlv>,
  ) {}

  /** Whether it was done. */
  get ok(): bool {
    return this.error == HostError.None;
  }
}

let served: Part | null = null;

/** Be this part from now on: what the entry of every part does. */
export function serve(part: Part): void {
  served = part;
  if (!hostSubscribe(part.name).ok) abortInstance();
}

/** Call `<part>.<action>` and wait for the answer. */
export function call(action: string, input: Array<Tlv> = []): Outcome {
  const reply = hostCall(action, input);
  if (reply.ok) return new Outcome(HostError.None, false, reply.output);
  const error = reply.hostError == HostError.None ? <i32>HostError.Unknown : reply.hostError;
  return new Outcome(error, reply.status == Status.ADP_POLICY_DENIED || error == HostError.AccessDenied, []);
}

/**
 * Call `<part>.<action>` and go on without the answer. What a part has to say while it begins it says so: whoever it calls
 * may be waiting for it.
 */
export function tell(action: string, input: Array<Tlv>): void {
  hostCallStart(action, input);
}

/** Show a line to whoever watches. */
export function report(line: string): void {
  call("fayger_runtime.report", [Tlv.text(line)]);
}

/** A value of the part's own settings by its JSON pointer; null where there is none. */
export function setting(pointer: string): Tlv | null {
  const found = call("fayger_runtime.setting", [Tlv.text(pointer)]);
  return found.ok && found.output.length > 0 ? found.output[0] : null;
}

/** Random bytes fit for keys. */
export function random(count: u64): Uint8Array {
  const found = call("fayger_runtime.random", [Tlv.u64(count)]);
  if (!found.ok || found.output.length == 0) abortInstance();
  return found.output[0].bytes;
}

export function fayger_alloc(length: u32): usize {
  return eventRoom(length);
}

export function fayger_on_event(pointer: usize, _length: u32): void {
  const part = served;
  // A part waits for nothing but its calls: looking at the one kind of event keeps the program small.
  if (part === null || readEvent(pointer).kind != EventKind.HostAnnounced) return;
  const data = takeHostAnnounced().data;
  if (data.length < 2) return;
  part.refusal = HostError.None;
  const output = part.act(data[1].toText(), data.slice(2));
  if (part.refusal == HostError.None) call("fayger_runtime.answer", [data[0]].concat(output));
  else call("fayger_runtime.refuse", [data[0], Tlv.text(hostErrorName(part.refusal))]);
}
