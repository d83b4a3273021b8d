// self_awareness: how it is doing. It is told what became of an action and says what that means for what comes next:
//
//   go_on   it was done
//   again   it failed, and may succeed another time: at most `patience` times in a row (2 where that is not set)
//   let_be  it is not allowed, or has failed too often

import { HostError, Part, serve, Tlv } from "./library/part";
import { settingNumber, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class SelfAwareness extends Part {
  private done: u64 = 0;
  private refused: u64 = 0;
  private failed: u64 = 0;
  private inARow: f64 = 0;

  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const outcome = textAt(input, 0);
    if (outcome != "failed") this.inARow = 0;
    if (outcome == "done") {
      this.done += 1;
      return this.says("go_on");
    }
    if (outcome == "refused") {
      this.refused += 1;
      return this.says("let_be");
    }
    if (outcome != "failed") return this.refuse(HostError.InvalidArgument);
    this.failed += 1;
    this.inARow += 1;
    const isPatient = this.inARow <= settingNumber("/patience", 2);
    if (!isPatient) this.inARow = 0;
    return this.says(isPatient ? "again" : "let_be");
  }

  private says(what: string): Array<Tlv> {
    return [Tlv.text(what), Tlv.u64(this.done), Tlv.u64(this.refused), Tlv.u64(this.failed)];
  }
}

export function run(): void {
  serve(new SelfAwareness("self_awareness"));
}
