// personal_data_heap: data of the person by name, as long as this iFay runs.

import { HostError, Part, serve, Tlv } from "./library/part";
import { rest, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class PersonalDataHeap extends Part {
  private readonly data: Map<string, Array<Tlv>> = new Map();

  act(action: string, input: Array<Tlv>): Array<Tlv> {
    const name = textAt(input, 0);
    if (name == "") return this.refuse(HostError.InvalidArgument);
    if (action == "put") {
      this.data.set(name, rest(input, 1));
      return [];
    }
    return this.data.has(name) ? this.data.get(name) : this.refuse(HostError.NotFound);
  }
}

export function run(): void {
  serve(new PersonalDataHeap("personal_data_heap"));
}
