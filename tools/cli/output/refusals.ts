import type { EventBus } from "../../../reference/node.js";
import { printable, type Terminal } from "./terminal.js";

/** Refusals that are kept: a program may ask in vain for as many things as it likes. */
const MOST = 5;

/** What a program was refused: each message once, as many as are kept. */
export interface Refusals {
  readonly messages: readonly string[];
  /** Whether there were others, too. */
  readonly isCut: boolean;
}

/** Hear from now on what a program is refused by policy or for want of a capability. @spec tools.run.refused */
export function hearRefusals(bus: EventBus): () => Refusals {
  const messages = new Set<string>();
  let isCut = false;
  bus.subscribe(
    ({ name, fields: { code, message } }) => {
      if (name !== "raised" || (code !== "ADP_POLICY_DENIED" && code !== "ADP_CAPABILITY_DENIED")) return;
      if (messages.size < MOST) messages.add(String(message));
      else isCut ||= !messages.has(String(message));
    },
    { categories: ["error"] },
  );
  return () => ({ messages: [...messages], isCut });
}

/** Say what a program that did not end well was refused; its user may have meant to allow it. @spec tools.run.refused */
export function printRefusals(terminal: Terminal, { messages, isCut }: Refusals): void {
  if (messages.length === 0) return;
  terminal.note(`${terminal.style("yellow", "note")}  the program was refused:`);
  for (const message of messages) terminal.note(`  ${printable(message)}`);
  if (isCut) terminal.note("  and more; --trace shows all");
  terminal.note(
    `${terminal.style("cyan", "help")}  if you trust the program with it: --allow, --dir, --net, --listen, --env, --program or --policy`,
  );
}
