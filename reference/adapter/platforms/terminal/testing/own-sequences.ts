/** What follows the Escape of each sequence that a frame is made of. */
const OWN = /^\[(?:\?2026[hl]|\?25[hl]|2J|2K|[0-9]+;[0-9]+H|[0-9;]+m)/;

/** What was sent to a terminal, without the sequences of frames: the texts of cells, and whatever does not belong there. */
export function withoutOwnSequences(sent: string): string {
  const [before = "", ...sequences] = sent.split("\u001b");
  return before + sequences.map((rest) => (OWN.test(rest) ? rest.replace(OWN, "") : `\u001b${rest}`)).join("");
}
