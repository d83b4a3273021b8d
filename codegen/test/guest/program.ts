// A guest for the test of the bindings: it uses instructions with operands and results of every kind in the tables,
// replies longer than the first buffer, an error, an asynchronous call, a section and events.
import {
  bytesOf,
  exit,
  HostError,
  ioClose,
  ioDirectoryList,
  ioFileOpenRead,
  ioFileRead,
  ioPathStat,
  ioStdoutWrite,
  randomRandomBytes,
  readEvent,
  sectionRead,
  Status,
  takeTimeTimerFired,
  textOf,
  timeClockWall,
  timeSleepStart,
  timeTimerStart,
} from "../../../generated/guest/assemblyscript/fayger";

function print(text: string): void {
  ioStdoutWrite(bytesOf(text + "\n"));
}

export function main(): void {
  const missing = ioFileOpenRead("/no \u00e4 such");
  print(missing.status == Status.ADP_HOST_CALL_FAILED && missing.hostError == HostError.NotFound ? "missing" : "wrong");
  const opened = ioFileOpenRead("/in");
  const read = ioFileRead(opened.file, 5000);
  print("read " + read.data.length.toString() + " " + read.data[4999].toString());
  print("closed " + ioClose(opened.file).ok.toString());
  const stat = ioPathStat("/in");
  print("stat " + stat.kind.toString() + " " + stat.size.toString() + " " + stat.modifiedNs.toString());
  const names = ioDirectoryList("/").names;
  for (let index = 0; index < names.length; index++) print("name " + names[index].toText());
  print("clock " + timeClockWall().unixNs.toString());
  print("random " + randomRandomBytes(3).data.length.toString());
  print("call " + timeSleepStart(5).callId.toString());
  print("timer " + timeTimerStart(1, 2).timer.toString());
  const section = sectionRead("data/part", 1, 10);
  print(section === null ? "no section" : "section " + textOf(section));
  print(sectionRead("none", 0, 10) === null ? "unselected" : "wrong");
}

export function fayger_alloc(length: u32): usize {
  return heap.alloc(length);
}

export function fayger_on_event(pointer: usize, length: u32): void {
  const event = readEvent(pointer);
  if (event.completion) {
    print("completed " + event.callId.toString() + " " + event.status.toString() + " " + event.hostError.toString());
    return;
  }
  const fired = takeTimeTimerFired();
  print("fired " + fired.timer.toString() + " " + fired.count.toString());
  if (fired.count == 2) exit(3);
  assert(fired.count < 3, "the timer is closed");
}
