import { attend } from "./attend.js";
import { execute } from "./execute.js";
import { Exit } from "./exits.js";
import { MachineState } from "./machine-state.js";

/** Runs one program, and holds where it stands while it stands still. */
export class Machine extends MachineState {
  /** Run until something has to happen outside. Only after {@link begin}. */
  run(): Exit {
    for (;;) {
      let exit = execute(this);
      if (exit === Exit.Attend) exit = attend(this);
      if (exit !== Exit.None) return exit;
    }
  }
}
