// dtp_protocol: carries a piece of data, a name and its values, and numbers what it carries, so that nothing is lost or
// told twice unnoticed.

import { HostError, Part, serve, Tlv } from "./library/part";
import { rest, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class DtpProtocol extends Part {
  private readonly carried: Map<string, u64> = new Map();

  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const name = textAt(input, 0);
    if (name == "") return this.refuse(HostError.InvalidArgument);
    const number = (this.carried.has(name) ? this.carried.get(name) : 0) + 1;
    this.carried.set(name, number);
    return [Tlv.u64(number)].concat(rest(input, 1));
  }
}

export function run(): void {
  serve(new DtpProtocol("dtp_protocol"));
}
