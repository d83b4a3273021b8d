// invoke_skill: the name of a skill and its input; whether it is registered or the iFay's own, it is found and done.

import { call, HostError, Part, serve, Tlv } from "./library/part";
import { rest, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class InvokeSkill extends Part {
  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const skill = textAt(input, 0);
    const owners = ["registered_skill", "internal_skill"];
    for (let at = 0; at < owners.length; at += 1) {
      if (!has(owners[at], skill)) continue;
      const outcome = call(owners[at] + "." + skill, rest(input, 1));
      return outcome.ok ? outcome.output : this.pass(outcome);
    }
    return this.refuse(HostError.NotFound);
  }
}

function has(owner: string, skill: string): bool {
  const known = call(owner + ".list");
  for (let at = 0; at < known.output.length; at += 1) if (textAt(known.output, at) == skill) return true;
  return false;
}

export function run(): void {
  serve(new InvokeSkill("invoke_skill"));
}
