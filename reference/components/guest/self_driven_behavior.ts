// self_driven_behavior: acts of its own accord towards its `goals`, a list of actions with their input, and lets
// self_awareness judge after each what it means for the next: action, feedback, and action again.

import { call, Part, report, serve, setting, Tlv } from "./library/part";
import { isText, itemsOf, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class SelfDrivenBehavior extends Part {
  private goals: Array<Tlv> = [];
  private at: i32 = -1;
  private reached: i32 = 0;

  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    if (this.at < 0) {
      this.goals = itemsOf(setting("/goals"));
      this.at = 0;
    } else if (this.feedback(input) != "again") {
      this.at += 1;
    }
    for (; this.at < this.goals.length; this.at += 1) {
      const goal = itemsOf(this.goals[this.at]);
      if (goal.length > 0 && isText(goal[0])) return goal;
    }
    if (this.goals.length > 0) report(this.reached.toString() + " of " + this.goals.length.toString() + " goals reached");
    return [];
  }

  private feedback(input: Array<Tlv>): string {
    const outcome = textAt(input, 0);
    const judged = call("self_awareness.reflect", input);
    const meaning = judged.ok ? textAt(judged.output, 0) : "go_on";
    if (outcome == "done") this.reached += 1;
    else report(nameOf(itemsOf(this.goals[this.at])) + wordsFor(outcome) + wordsFor(meaning));
    return meaning;
  }
}

/** The action of a goal, with the texts of its input. */
function nameOf(goal: Array<Tlv>): string {
  let name = textAt(goal, 0);
  for (let at = 1; at < goal.length && isText(goal[at]); at += 1) name += " " + goal[at].toText();
  return name;
}

function wordsFor(word: string): string {
  if (word == "refused") return " was refused: ";
  if (word == "failed") return " failed: ";
  return word == "again" ? "trying again" : "going on without it";
}

export function run(): void {
  serve(new SelfDrivenBehavior("self_driven_behavior"));
}
