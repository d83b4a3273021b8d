// The stock entry code of every assembled BuF: it asks what is to be done next, has it done, and tells what became of it,
// until there is nothing more.

import { call, Outcome, Tlv } from "./library/part";
import { isText } from "./library/values";

/** The entry symbol of the manifest. */
export function run(): void {
  let next = call("fayger_runtime.next", [Tlv.text("begun"), Tlv.text("")]);
  while (next.ok && next.output.length > 0 && isText(next.output[0])) {
    const action = next.output[0];
    const outcome = call(action.toText(), next.output.slice(1));
    next = call("fayger_runtime.next", [Tlv.text(wordFor(outcome)), action].concat(outcome.output));
  }
}

function wordFor(outcome: Outcome): string {
  if (outcome.ok) return "done";
  return outcome.refused ? "refused" : "failed";
}
