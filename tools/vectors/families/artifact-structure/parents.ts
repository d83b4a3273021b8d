import { testKey } from "../../corpus/keys.js";
import { type LoadParent, textSection } from "../artifact-drafts.js";

/** The key that signs. */
export const key = testKey("ed25519-publisher");
/** Body of the first section. */
export const words = "words of a dictionary, more of them than a trailer has bytes";
/** Body of the entry. */
export const program = "a program";
/** The artifact whose structure is broken. */
export const plan = {
  name: "vectors/structure",
  entry: "main",
  sections: [
    textSection("data/words", words, { kind: 2 }),
    textSection("main", program),
    textSection("site/icon", "an icon", { kind: 3, visibility: 1 as const }),
  ],
};

/** The same artifact without and with a signature. */
export interface Both {
  readonly unsigned: LoadParent;
  readonly signed: LoadParent;
}

/** What goes wrong where a field of the header is not judged. */
export const headerEffect =
  "Two readers of one artifact take different bytes for its parts, and one of them runs what the other never checked.";
