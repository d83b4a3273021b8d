// first_person_tracer: what was seen and done on the screen, the newest last. Whoever works the screen tells it.

import { HostError, Part, serve, Tlv } from "./library/part";
import { textAt, texts } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

/** So much is remembered. */
const MOST: i32 = 100;

class FirstPersonTracer extends Part {
  private seen: Array<string> = [];

  act(action: string, input: Array<Tlv>): Array<Tlv> {
    if (action == "trace") return texts(this.seen);
    const what = textAt(input, 0);
    if (what == "") return this.refuse(HostError.InvalidArgument);
    this.seen.push(what);
    if (this.seen.length > MOST) this.seen.shift();
    return [];
  }
}

export function run(): void {
  serve(new FirstPersonTracer("first_person_tracer"));
}
