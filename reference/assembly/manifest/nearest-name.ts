/** A known name near to an unknown one. */
export interface NearName {
  readonly name: string;
  /** Whether no other name comes near, and so little differs that hardly anything else can be meant. */
  readonly isCertain: boolean;
}

/** Longest name for which similar ones are searched; longer ones are no misspelling. */
const LONGEST = 64;
/**
 * Most comparisons of one search: it stays in proportion however many names are unknown and however many are known.
 */
const MOST_COMPARISONS = 50_000;

/** Searches known names that are near to unknown ones. @spec faymanifest.validation.suggestion */
export class NearestNames {
  readonly #known: readonly Known[];
  readonly #found = new Map<string, NearName | undefined>();
  #comparisons = 0;

  constructor(known: readonly string[]) {
    this.#known = known.map(knownAs);
  }

  /** The nearest known name, of equally near ones the first; undefined where none is near. */
  nearest(name: string): NearName | undefined {
    if (!this.#found.has(name)) this.#found.set(name, this.#search(name));
    return this.#found.get(name);
  }

  #search(name: string): NearName | undefined {
    this.#comparisons += this.#known.length;
    if (name.length > LONGEST || this.#comparisons > MOST_COMPARISONS) return undefined;
    const wanted = knownAs(name);
    return this.#misspelled(wanted) ?? this.#abridged(wanted);
  }

  /** A name of which at most a third of the letters differ. */
  #misspelled({ spelled: wanted, stem }: Known): NearName | undefined {
    const [limit, stemLimit] = [wanted, stem].map((text) => Math.max(1, Math.floor(text.length / 3))) as [
      number,
      number,
    ];
    let [best, distance, rivals] = ["", limit + 1, 0];
    for (const known of this.#known) {
      const other = Math.min(editDistance(wanted, known.spelled, limit), editDistance(stem, known.stem, stemLimit));
      if (other > limit) continue;
      rivals++;
      if (other < distance) [best, distance] = [known.name, other];
    }
    if (distance > limit) return undefined;
    const isCertain = distance === 0 || (rivals === 1 && distance <= 2 && distance * 4 <= wanted.length);
    return { name: best, isCertain };
  }

  /** The only name that shares most of the words, or has these initials: `driver_hub`, `icp`. */
  #abridged({ spelled: wanted, stem }: Known): NearName | undefined {
    const words = new Set(stem.split("_"));
    let [best, most, rivals] = ["", 0, 0];
    for (const known of this.#known) {
      const others = known.stem.split("_");
      const shared = others.filter((word) => words.has(word)).length;
      const isInitials = wanted.length > 1 && wanted === known.spelled.replace(/([a-z0-9])[a-z0-9]*_?/g, "$1");
      const score = isInitials ? Number.POSITIVE_INFINITY : shared;
      if (!isInitials && (shared * 2 < others.length || shared * 2 < words.size)) continue;
      if (score === most) rivals++;
      else if (score > most) [best, most, rivals] = [known.name, score, 1];
    }
    return rivals === 1 && most > 0 ? { name: best, isCertain: false } : undefined;
  }
}

interface Known {
  readonly name: string;
  readonly spelled: string;
  readonly stem: string;
}

function knownAs(name: string): Known {
  const lower = spelled(name);
  return { name, spelled: lower, stem: stemOf(lower) };
}

/** `deviceDriverHub`, `Device-Driver Hub` and `device_driver_hub` are one name. */
function spelled(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[\s.-]+/g, "_")
    .toLowerCase();
}

/** `cap` and `cap_protocol` are one name. */
function stemOf(name: string): string {
  return name.replace(/_(protocol|module|component)$/, "");
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; infinite above `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Number.POSITIVE_INFINITY;
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(above, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let distance = Math.min(at(above, column) + 1, at(current, column - 1) + 1, replaced);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, at(twoAbove, column - 2) + 1);
      }
      current.push(distance);
    }
    twoAbove = above;
    above = current;
  }
  const distance = at(above, b.length);
  return distance > limit ? Number.POSITIVE_INFINITY : distance;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
