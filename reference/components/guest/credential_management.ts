// credential_management: proves to a service who the person is. The secret is made here and never leaves: a proof is the
// HMAC-SHA-256 of a challenge under a key of this service alone. `verify` is what the service would ask.

import { HostError, Part, random, serve, Tlv } from "./library/part";
import { bytesAt, textAt } from "./library/values";
import { hmacSha256 } from "./library/sha256";

export { fayger_alloc, fayger_on_event } from "./library/part";

class CredentialManagement extends Part {
  private secret: Uint8Array = new Uint8Array(0);

  act(action: string, input: Array<Tlv>): Array<Tlv> {
    if (textAt(input, 0) == "") return this.refuse(HostError.InvalidArgument);
    if (this.secret.length == 0) this.secret = random(32);
    const proof = hmacSha256(hmacSha256(this.secret, bytesAt(input, 0)), bytesAt(input, 1));
    if (action == "verify") return [Tlv.bool(isEqual(proof, bytesAt(input, 2)))];
    return [Tlv.bytes(proof)];
  }
}

/** As long for a wrong proof as for the right one. */
function isEqual(a: Uint8Array, b: Uint8Array): bool {
  if (a.length != b.length) return false;
  let difference: u8 = 0;
  for (let at = 0; at < a.length; at += 1) difference |= a[at] ^ b[at];
  return difference == 0;
}

export function run(): void {
  serve(new CredentialManagement("credential_management"));
}
