import type { GuestImport } from "../guest-abi.js";
import type { BlockedCall, GuestFunctions } from "../guest-functions.js";

/** An i32 as an engine hands it over: signed. */
type I32 = number;

/** The imports of a guest as an engine calls them: i32 as a signed number, i64 as a signed bigint. */
interface HostImports extends Record<GuestImport, (...values: never[]) => number | BlockedCall> {
  emit(pointer: I32, length: I32, replyPointer: I32, replyCapacity: I32): number | BlockedCall;
  reply_read(pointer: I32, capacity: I32): number;
  section_read(idPointer: I32, idLength: I32, offset: bigint, pointer: I32, capacity: I32): number | BlockedCall;
  exit(exitCode: I32): never;
  abort(): never;
}

/** The imports of a guest over the functions that say what they do. */
export function guestImports(functions: GuestFunctions): HostImports {
  return {
    emit: functions.emit,
    reply_read: (pointer, capacity) => functions.replyRead(pointer >>> 0, capacity >>> 0),
    section_read: (idPointer, idLength, offset, pointer, capacity) =>
      functions.sectionRead(idPointer >>> 0, idLength >>> 0, offset, pointer >>> 0, capacity >>> 0),
    exit: (exitCode) => functions.exit(exitCode),
    abort: () => functions.abort(),
  };
}
