import type { SectionIndex } from "../../generated/codecs/section-index.js";

/**
 * Finds sections of one index by name. An index ascends by name, so a search takes logarithmic time, and opening an
 * artifact of many sections need not make a table of names of which hardly any is ever asked for.
 */
export class SectionDirectory {
  readonly #index: SectionIndex;
  /** The position behind the last one that was found: who reads many sections mostly reads them in order. */
  #next = 0;

  /** @param index strictly ascending by `sectionId`, as a decoder has accepted it */
  constructor(index: SectionIndex) {
    this.#index = index;
  }

  /** Position of a section in the index; -1 where it has none of that name. */
  positionOf(sectionId: string): number {
    const at = this.#index.at(this.#next)?.sectionId === sectionId ? this.#next : this.#search(sectionId);
    if (at >= 0) this.#next = at + 1;
    return at;
  }

  #search(sectionId: string): number {
    let low = 0;
    let high = this.#index.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const name = this.#index.at(middle)?.sectionId as string;
      if (name === sectionId) return middle;
      // Names are ASCII, so the order of strings is the order of their bytes.
      if (name < sectionId) low = middle + 1;
      else high = middle;
    }
    return -1;
  }
}
