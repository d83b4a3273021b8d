// simulated_operation: works a simulated screen as a person does: `type FIELD TEXT`, `press BUTTON`, `read FIELD`. A button
// called Clear empties the screen.

import { call, HostError, Part, serve, Tlv } from "./library/part";
import { textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class SimulatedOperation extends Part {
  private readonly fields: Map<string, string> = new Map();

  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const gesture = textAt(input, 0);
    const target = textAt(input, 1);
    if (target == "") return this.refuse(HostError.InvalidArgument);
    if (gesture == "read") {
      return this.fields.has(target) ? [Tlv.text(this.fields.get(target))] : this.refuse(HostError.NotFound);
    }
    if (gesture == "type") this.fields.set(target, textAt(input, 2));
    else if (gesture != "press") return this.refuse(HostError.InvalidArgument);
    else if (target == "Clear") this.fields.clear();
    // Where nobody traces, the screen is worked all the same.
    call("first_person_tracer.observe", [Tlv.text(gesture + " " + target)]);
    return [];
  }
}

export function run(): void {
  serve(new SimulatedOperation("simulated_operation"));
}
