// ego_model: a plain one that wants nothing. It is there for an iFay whose actions others drive.

import { Part, serve, Tlv } from "./library/part";

export { fayger_alloc, fayger_on_event } from "./library/part";

class EgoModel extends Part {
  act(_action: string, _input: Array<Tlv>): Array<Tlv> {
    return [];
  }
}

export function run(): void {
  serve(new EgoModel("ego_model"));
}
