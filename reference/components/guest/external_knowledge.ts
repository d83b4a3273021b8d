// external_knowledge: what the outside knows of something. The outside is what its settings say under `facts`, reached
// through ssp_protocol.

import { call, HostError, Part, serve, setting, Tlv } from "./library/part";
import { textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class ExternalKnowledge extends Part {
  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const subject = textAt(input, 0);
    if (subject == "") return this.refuse(HostError.InvalidArgument);
    const way = call("ssp_protocol.open", [Tlv.text(textAt(input, 1, "knowledge"))]);
    if (!way.ok) return this.pass(way);
    // A JSON pointer: `~` and `/` of the subject are written as RFC 6901 has it.
    const fact = setting("/facts/" + subject.replaceAll("~", "~0").replaceAll("/", "~1"));
    return fact === null ? this.refuse(HostError.NotFound) : [fact];
  }
}

export function run(): void {
  serve(new ExternalKnowledge("external_knowledge"));
}
