// cap_protocol: takes a target over and has it do something: the target, what it is to do, and with what. Where `targets`
// are set, it takes over no other.

import { call, HostError, Part, serve, Tlv } from "./library/part";
import { rest, settingTexts, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class CapProtocol extends Part {
  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const target = textAt(input, 0);
    const command = textAt(input, 1);
    if (target == "" || command == "") return this.refuse(HostError.InvalidArgument);
    const targets = settingTexts("/targets");
    if (targets.length > 0 && !targets.includes(target)) return this.refuse(HostError.AccessDenied);
    const outcome = call(target + "." + command, rest(input, 2));
    return outcome.ok ? outcome.output : this.pass(outcome);
  }
}

export function run(): void {
  serve(new CapProtocol("cap_protocol"));
}
