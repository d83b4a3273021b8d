import { GUEST_IMPORTS, type GuestImport } from "../guest-abi.js";
import type { BlockedCall, GuestFunctions } from "../guest-functions.js";
import type { External } from "./module-instance.js";

/** The imports of guest ABI 1 as functions of the host: arguments from registers, the result to the first of them. */
export function guestImport(name: GuestImport, functions: GuestFunctions): External {
  const type = GUEST_IMPORTS[name];
  return { kind: "function", value: { host: { type, call: caller(name, functions) } } };
}

type Call = (words: Int32Array, at: number) => BlockedCall | undefined;

function caller(name: GuestImport, functions: GuestFunctions): Call {
  const give = (words: Int32Array, at: number, result: number | BlockedCall): BlockedCall | undefined => {
    if (typeof result !== "number") return result;
    words[at] = result;
    return undefined;
  };
  // @spec guest-abi.pointers: each argument has two words, of which an i32 fills the first.
  const u32 = (words: Int32Array, at: number, argument: number): number => words[at + 2 * argument]! >>> 0;
  switch (name) {
    case "emit":
      return (words, at) =>
        give(words, at, functions.emit(u32(words, at, 0), u32(words, at, 1), u32(words, at, 2), u32(words, at, 3)));
    case "reply_read":
      return (words, at) => give(words, at, functions.replyRead(u32(words, at, 0), u32(words, at, 1)));
    case "section_read":
      return (words, at) => {
        const offset = (BigInt(words[at + 5]!) << 32n) | BigInt(u32(words, at, 2));
        const result = functions.sectionRead(
          u32(words, at, 0),
          u32(words, at, 1),
          offset,
          u32(words, at, 3),
          u32(words, at, 4),
        );
        return give(words, at, result);
      };
    case "exit":
      return (words, at) => functions.exit(u32(words, at, 0));
    case "abort":
      return () => functions.abort();
  }
}
