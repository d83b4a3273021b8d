// aligned_consciousness: how near an intention is to what the person wants: from 0, nothing in common, to 1. What the
// person wants are the texts of `wants` and what personal_data_heap keeps under `wants`; nearness is the share of the
// intention's words that stand there too.

import { call, HostError, Part, serve, Tlv } from "./library/part";
import { isText, settingTexts, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class AlignedConsciousness extends Part {
  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const words = wordsOf(textAt(input, 0));
    if (words.length == 0) return this.refuse(HostError.InvalidArgument);
    const wants = settingTexts("/wants");
    const kept = call("personal_data_heap.get", [Tlv.text("wants")]);
    for (let at = 0; at < kept.output.length; at += 1) if (isText(kept.output[at])) wants.push(kept.output[at].toText());
    const wanted = wordsOf(wants.join(" "));
    let shared: f64 = 0;
    for (let at = 0; at < words.length; at += 1) if (wanted.includes(words[at])) shared += 1;
    return [Tlv.f64(shared / <f64>words.length)];
  }
}

function wordsOf(text: string): Array<string> {
  const all = text.toLowerCase().split(" ");
  const words: Array<string> = [];
  for (let at = 0; at < all.length; at += 1) if (all[at] != "") words.push(all[at]);
  return words;
}

export function run(): void {
  serve(new AlignedConsciousness("aligned_consciousness"));
}
