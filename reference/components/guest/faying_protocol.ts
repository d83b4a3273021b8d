// faying_protocol: one person, one iFay. Whoever pairs first is the person; everybody else comes too late.

import { call, HostError, Part, report, serve, Tlv } from "./library/part";
import { textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class FayingProtocol extends Part {
  private person: string = "";

  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const person = textAt(input, 0, "its person");
    if (this.person != "" && this.person != person) return this.refuse(HostError.AlreadyExists);
    const identity = call("fay_id.identify");
    if (!identity.ok) return this.pass(identity);
    if (this.person == "") report("paired with " + person);
    this.person = person;
    return [Tlv.text(textAt(identity.output, 0)), Tlv.text(person)];
  }
}

export function run(): void {
  serve(new FayingProtocol("faying_protocol"));
}
