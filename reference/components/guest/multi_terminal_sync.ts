// multi_terminal_sync: one state for several terminals. Every value has a revision, so that a terminal knows what is new.

import { HostError, Part, serve, Tlv } from "./library/part";
import { rest, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class Published {
  constructor(
    readonly revision: u64,
    readonly value: Array<Tlv>,
  ) {}
}

class MultiTerminalSync extends Part {
  private revision: u64 = 0;
  private readonly values: Map<string, Published> = new Map();

  act(action: string, input: Array<Tlv>): Array<Tlv> {
    const name = textAt(input, 0);
    if (name == "") return this.refuse(HostError.InvalidArgument);
    if (action == "publish") {
      this.revision += 1;
      this.values.set(name, new Published(this.revision, rest(input, 1)));
      return [Tlv.u64(this.revision)];
    }
    if (!this.values.has(name)) return this.refuse(HostError.NotFound);
    const found = this.values.get(name);
    return [Tlv.u64(found.revision)].concat(found.value);
  }
}

export function run(): void {
  serve(new MultiTerminalSync("multi_terminal_sync"));
}
