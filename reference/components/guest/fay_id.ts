// fay_id: who this iFay is. An id that its author gave stays the same for ever; without one it is new with each start.

import { Part, random, serve, Tlv } from "./library/part";
import { hexadecimal, settingText } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class FayId extends Part {
  private id: string = "";

  act(_action: string, _input: Array<Tlv>): Array<Tlv> {
    if (this.id == "") this.id = settingText("/id", "");
    if (this.id == "") this.id = "fay:" + hexadecimal(random(16));
    return [Tlv.text(this.id)];
  }
}

export function run(): void {
  serve(new FayId("fay_id"));
}
