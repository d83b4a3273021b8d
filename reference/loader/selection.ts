import type { SectionEntry } from "../../generated/codecs/section-entry.js";
import type { SectionIndex } from "../../generated/codecs/section-index.js";
import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import type { SkipReason } from "../../generated/enums/skip-reason.js";
import type { LoadProfile } from "../../generated/json/load-profile.js";
import type { SelectionReport, SkippedSection } from "../contracts/buf-object.js";
import { FaygerError } from "../errors/fayger-error.js";

/** What the selection decided, by position in the index. */
export interface Selection {
  /** Why the section at a position is left out; a position that is absent is selected. */
  readonly reasons: ReadonlyMap<number, SkipReason>;
  /** How many sections are selected. */
  readonly count: number;
  /** Sum of the selected bodies in bytes. */
  readonly selectedBytes: number;
}

/**
 * Choose the sections for a profile. Depends on nothing but its two arguments.
 *
 * @throws FaygerError `LDR_SECTION_UNFIT` for the first required section that applies and does not fit
 * @spec selection.deterministic, selection.profile.claim
 */
export function chooseSections(index: SectionIndex, profile: LoadProfile): Selection {
  const matcher = new ProfileMatcher(profile);
  const budget = new Budget(profile);
  // Only what is left out is noted: an index may have a million sections, and most are taken.
  const reasons = new Map<number, SkipReason>();
  for (let at = 0; at < index.length; at += 1) {
    const entry = index.at(at) as SectionEntry;
    // @spec selection.not-applicable
    const reason = matcher.reasonAgainst(entry);
    if (reason !== undefined) reasons.set(at, reason);
    // @spec selection.required-first: an optional section never takes the room of a required one.
    else if (entry.visibility === SectionVisibility.Required) budget.takeRequired(entry);
  }
  for (let at = 0; at < index.length; at += 1) {
    const entry = index.at(at) as SectionEntry;
    if (entry.visibility !== SectionVisibility.Optional || reasons.has(at)) continue;
    const reason = budget.take(entry);
    if (reason !== undefined) reasons.set(at, reason);
  }
  return { reasons, count: index.length - reasons.size, selectedBytes: budget.taken };
}

/** The same as `chooseSections`, told by name. @throws FaygerError `LDR_SECTION_UNFIT` */
export function selectSections(index: SectionIndex, profile: LoadProfile): SelectionReport {
  return reportOf(index, chooseSections(index, profile));
}

/** The selection as its report tells it, by name. @spec selection.report */
export function reportOf(index: SectionIndex, selection: Selection): SelectionReport {
  const selected: string[] = [];
  for (let at = 0; at < index.length; at += 1) {
    if (!selection.reasons.has(at)) selected.push((index.at(at) as SectionEntry).sectionId);
  }
  return { selected, skipped: skippedSections(index, selection), selectedBytes: selection.selectedBytes };
}

/** What was left out, in index order. */
export function skippedSections(index: SectionIndex, { reasons }: Selection): SkippedSection[] {
  const inIndexOrder = [...reasons].sort(([a], [b]) => a - b);
  return inIndexOrder.map(([at, reason]) => {
    const { sectionId, length } = index.at(at) as SectionEntry;
    return { sectionId, reason, length };
  });
}

class ProfileMatcher {
  readonly #terminal: string;
  readonly #memoryBytes: number;
  readonly #capabilities: ReadonlySet<string>;
  readonly #features: ReadonlySet<string>;

  constructor(profile: LoadProfile) {
    this.#terminal = profile.terminal;
    this.#memoryBytes = profile.memory_bytes ?? Number.POSITIVE_INFINITY;
    // @spec selection.profile.claim: what the host grants later plays no part here.
    this.#capabilities = new Set(profile.capabilities);
    this.#features = new Set(profile.features);
  }

  /** The first constraint that does not match; `undefined` where the section applies. @spec selection.applies */
  reasonAgainst({ profileConstraints }: SectionEntry): SkipReason | undefined {
    const { terminals, capabilities, features, minMemoryBytes, unknownFields } = profileConstraints;
    // @spec selection.terminals: compared as text, so that a class nobody has heard of loads too.
    if (terminals !== undefined && !terminals.includes(this.#terminal)) return "terminal";
    if (capabilities !== undefined && !capabilities.every((name) => this.#capabilities.has(name)))
      return "capabilities";
    if (features !== undefined && !features.every((name) => this.#features.has(name))) return "features";
    if (minMemoryBytes !== undefined && minMemoryBytes > this.#memoryBytes) return "memory";
    // @spec selection.unknown-constraint: a later schema states a condition that nobody here can check.
    if (unknownFields !== undefined && unknownFields.length > 0) return "unknown_constraint";
    return undefined;
  }
}

/** @spec selection.budget */
class Budget {
  readonly #maximum: number;
  #left: number;
  #taken = 0;

  constructor(profile: LoadProfile) {
    this.#maximum = profile.max_section_bytes ?? Number.POSITIVE_INFINITY;
    this.#left = profile.max_total_bytes ?? Number.POSITIVE_INFINITY;
  }

  /** Bytes of everything taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Take a section, or say why it does not fit. @spec selection.optional-unfit */
  take({ length }: SectionEntry): "max_section_bytes" | "max_total_bytes" | undefined {
    if (length > this.#maximum) return "max_section_bytes";
    if (length > this.#left) return "max_total_bytes";
    this.#left -= length;
    this.#taken += length;
    return undefined;
  }

  /** @spec selection.unfit */
  takeRequired(entry: SectionEntry): void {
    const budget = this.take(entry);
    if (budget === undefined) return;
    const available = budget === "max_section_bytes" ? this.#maximum : this.#left;
    const message = `section ${entry.sectionId} has ${entry.length} bytes, ${budget} leaves ${available}`;
    throw new FaygerError("LDR_SECTION_UNFIT", message, {
      phase: LoaderPhase.Select,
      section_id: entry.sectionId,
      length: entry.length,
      budget,
      available,
    });
  }
}
