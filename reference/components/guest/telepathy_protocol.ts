// telepathy_protocol: shares something with another iFay of this host: what was sent to a name waits there until it is
// received.

import { HostError, Part, serve, Tlv } from "./library/part";
import { rest, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class Letter {
  constructor(
    readonly to: string,
    readonly content: Array<Tlv>,
  ) {}
}

class TelepathyProtocol extends Part {
  private letters: Array<Letter> = [];

  act(action: string, input: Array<Tlv>): Array<Tlv> {
    const name = textAt(input, 0);
    if (name == "") return this.refuse(HostError.InvalidArgument);
    if (action == "send") {
      this.letters.push(new Letter(name, rest(input, 1)));
      return [];
    }
    for (let at = 0; at < this.letters.length; at += 1) {
      if (this.letters[at].to == name) return this.letters.splice(at, 1)[0].content;
    }
    return this.refuse(HostError.NotFound);
  }
}

export function run(): void {
  serve(new TelepathyProtocol("telepathy_protocol"));
}
