// meri_token: how much there is, and giving of it to somebody. It begins with the `balance` of its settings, or with
// nothing, and nobody can give what is not there.

import { HostError, Part, serve, Tlv } from "./library/part";
import { numberAt, settingNumber, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class MeriToken extends Part {
  private left: f64 = -1;

  act(action: string, input: Array<Tlv>): Array<Tlv> {
    if (this.left < 0) this.left = max(0, settingNumber("/balance", 0));
    if (action == "transfer") {
      const amount = numberAt(input, 1);
      if (textAt(input, 0) == "" || !(amount > 0)) return this.refuse(HostError.InvalidArgument);
      if (amount > this.left) return this.refuse(HostError.Quota);
      this.left -= amount;
    }
    return [Tlv.f64(this.left)];
  }
}

export function run(): void {
  serve(new MeriToken("meri_token"));
}
