// internal_skill: skills it has made its own. `estimate_way EAST NORTH EAST NORTH` tells how many metres it is from one
// place to another, and how many seconds at 8 metres a second.

import { HostError, Part, serve, Tlv } from "./library/part";
import { hasNumber, numberAt, texts } from "./library/values";
import { length } from "./library/world";

export { fayger_alloc, fayger_on_event } from "./library/part";

class InternalSkill extends Part {
  act(action: string, input: Array<Tlv>): Array<Tlv> {
    if (action == "list") return texts(["estimate_way"]);
    for (let at = 0; at < 4; at += 1) if (!hasNumber(input, at)) return this.refuse(HostError.InvalidArgument);
    const metres = length(numberAt(input, 2) - numberAt(input, 0), numberAt(input, 3) - numberAt(input, 1));
    return [Tlv.f64(metres), Tlv.f64(metres / 8)];
  }
}

export function run(): void {
  serve(new InternalSkill("internal_skill"));
}
