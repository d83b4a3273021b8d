import type { EventBus } from "../../../reference/node.js";
import { printable, type Terminal } from "./terminal.js";
import { byteSize } from "./units.js";

/**
 * Show on the terminal how far a load is: the phase, the bytes that have come, and attempts that are made again.
 *
 * @spec tools.progress
 */
export function showProgress(terminal: Terminal, bus: EventBus): void {
  bus.subscribe(
    ({ name, fields }) => {
      if (name === "phase_started") terminal.progress(`${String(fields["phase"])} …`);
      if (name === "progress") {
        const received = Number(fields["received"]);
        const expected = Number(fields["expected"]);
        const percent = expected === 0 ? 100 : Math.floor((received / expected) * 100);
        terminal.progress(`read ${byteSize(received)} of ${byteSize(expected)} (${percent} %) …`);
      }
      if (name === "source_retried")
        terminal.progress(`${printable(String(fields["reason"]))}; attempt ${Number(fields["attempt"])} follows …`);
      if (name === "load_completed" || name === "phase_failed") terminal.progress(undefined);
    },
    { categories: ["load"] },
  );
}
