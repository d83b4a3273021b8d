// interactive_conversation_protocol: says something to whoever watches, and counts what was said.

import { HostError, Part, report, serve, Tlv } from "./library/part";
import { textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class InteractiveConversationProtocol extends Part {
  private said: u64 = 0;

  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const text = textAt(input, 0);
    if (text == "") return this.refuse(HostError.InvalidArgument);
    report("says: " + text);
    this.said += 1;
    return [Tlv.u64(this.said)];
  }
}

export function run(): void {
  serve(new InteractiveConversationProtocol("interactive_conversation_protocol"));
}
