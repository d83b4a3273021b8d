// gmchain: a record of contributions. Each entry is the SHA-256 of the one before it and of what was contributed, so that
// none can be changed later without changing all that follow.

import { HostError, Part, serve, Tlv } from "./library/part";
import { bytesAt, textAt } from "./library/values";
import { joined, sha256 } from "./library/sha256";

export { fayger_alloc, fayger_on_event } from "./library/part";

class Gmchain extends Part {
  private entries: u64 = 0;
  private newest: Uint8Array = new Uint8Array(32);

  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    if (textAt(input, 0) == "") return this.refuse(HostError.InvalidArgument);
    this.newest = sha256(joined(this.newest, sha256(bytesAt(input, 0))));
    this.entries += 1;
    return [Tlv.u64(this.entries), Tlv.bytes(this.newest)];
  }
}

export function run(): void {
  serve(new Gmchain("gmchain"));
}
