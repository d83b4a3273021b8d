// ifay_profile: what this iFay is called, and who made it: name, version, description, vendor.

import { Part, serve, Tlv } from "./library/part";
import { settingText } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class IfayProfile extends Part {
  act(_action: string, _input: Array<Tlv>): Array<Tlv> {
    const known = ["/name", "/version", "/description", "/vendor"];
    const output: Array<Tlv> = [];
    for (let at = 0; at < known.length; at += 1) output.push(Tlv.text(settingText(known[at], "")));
    return output;
  }
}

export function run(): void {
  serve(new IfayProfile("ifay_profile"));
}
