// @ego-models/habits: a model without a will of its own. It does what `constraints.habits` of the `ego` block lists, one
// action with its input after another, and lets go of what is refused. `fayger new` begins with it.

import { Part, report, serve, setting, Tlv } from "../library/part";
import { isText, itemsOf, textAt } from "../library/values";

export { fayger_alloc, fayger_on_event } from "../library/part";

class Habits extends Part {
  private habits: Array<Tlv> = [];
  private at: i32 = -1;

  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    if (this.at < 0) this.habits = itemsOf(setting("/constraints/habits"));
    else if (textAt(input, 0) != "done") report(textAt(input, 1) + " was " + textAt(input, 0) + ": I let it be");
    for (this.at += 1; this.at < this.habits.length; this.at += 1) {
      const habit = itemsOf(this.habits[this.at]);
      if (habit.length > 0 && isText(habit[0])) return habit;
    }
    return [];
  }
}

export function run(): void {
  serve(new Habits("ego_model"));
}
