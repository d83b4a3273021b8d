// The guest of the example `timers`, in AssemblyScript. Its entry starts a timer and a sleep and returns; everything else
// happens in events, with nothing running in between. It ends by itself when no timer and no call is open any more.

import {
  abortInstance,
  bytesOf,
  dispatch,
  eventRoom,
  GuestEvent,
  GuestEvents,
  hostErrorName,
  ioClose,
  ioStdoutWrite,
  Reply,
  timeSleepStart,
  TimeTimerFired,
  timeTimerStart,
} from "../../../../generated/guest/assemblyscript/fayger";

/** Nanoseconds of a millisecond. */
const MILLISECOND: u64 = 1_000_000;
/** Beats until the timer is closed. */
const BEATS: u64 = 5;

/** The entry symbol of the manifest. */
export function run(): void {
  const timer = timeTimerStart(20 * MILLISECOND, 20 * MILLISECOND);
  if (!timer.ok) fail("no timer", timer);
  const sleep = timeSleepStart(50 * MILLISECOND);
  if (!sleep.ok) fail("no sleep", sleep);
  print("started timer " + timer.timer.toString() + " and call " + sleep.callId.toString());
}

class Events extends GuestEvents {
  onTimeTimerFired(event: TimeTimerFired): void {
    print("beat " + event.count.toString());
    if (event.count == BEATS) ioClose(event.timer);
  }

  onTimeSleepDone(call: GuestEvent): void {
    print("call " + call.callId.toString() + (call.status == 0 ? " slept" : " did not sleep"));
  }
}

const events = new Events();

export function fayger_alloc(length: u32): usize {
  return eventRoom(length);
}

export function fayger_on_event(pointer: usize, _length: u32): void {
  dispatch(pointer, events);
}

function print(line: string): void {
  ioStdoutWrite(bytesOf(line + "\n"));
}

/** The host's own error becomes the cause of this program's failure. */
function fail(what: string, reply: Reply): void {
  print(what + ": " + hostErrorName(reply.hostError));
  abortInstance();
}
