import type { ComponentId } from "../../../generated/enums/component-id.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution } from "../../../generated/json/fay-resolution.js";
import { compareText } from "../../codec/codegen-v1.js";
import { compareVersions, parseVersion, type SemanticVersion } from "../../versions/semantic-version.js";
import { satisfies } from "../../versions/version-range.js";
import { guestComponents } from "./guest-components.js";
import { type Implementation, implementationFaults } from "./implementation.js";

/** The implementation that a registry gives for one part of an iFay. */
export interface ChosenPart {
  /** Name of the part. */
  readonly name: string;
  /** Section that holds its code: `component/<id>` or `driver/<part>`. */
  readonly sectionId: string;
  /** The component; `undefined` for a driver. */
  readonly component: ComponentId | undefined;
  /** Position of the driver in the FayManifest, from 0; `undefined` for a component. */
  readonly driver: number | undefined;
  readonly implementation: Implementation;
}

/** What of an implementation helps somebody to see why it was not chosen. */
export type PresentImplementation = Pick<Implementation, "part" | "source" | "version" | "provider">;

/** A component or a driver that a registry has no implementation for. */
export interface MissingImplementation {
  /** The component; `undefined` for a driver. */
  readonly component: ComponentId | undefined;
  /** Position of the driver in the FayManifest, from 0; `undefined` for a component. */
  readonly driver: number | undefined;
  /** Package or source that is asked for. */
  readonly source: string | undefined;
  /** Versions that are asked for; `undefined` where every version does. */
  readonly version: string | undefined;
  /** Provider that is asked for; `undefined` where every provider does. */
  readonly provider: string | undefined;
  /** Whose name the part of a driver would have: that of a component or of an earlier driver. */
  readonly taken: string | undefined;
  /** What the registry has for this component or package, the best first; of an Ego model also those of other sources. */
  readonly present: readonly PresentImplementation[];
}

/** What a registry gives for a FayManifest. */
export interface Choice {
  /** One for each part, ascending by name. */
  readonly chosen: readonly ChosenPart[];
  /** Components in the order of the resolution, then drivers in the order of declaration. Empty where nothing is missing. */
  readonly missing: readonly MissingImplementation[];
}

/** What is asked of an implementation. */
interface Wanted {
  readonly source: string | undefined;
  readonly version?: string | undefined;
  readonly provider?: string | undefined;
}

/**
 * Implementations by component id, version and provider, for drivers by the package, for Ego models by the source that
 * the FayManifest names.
 *
 * @spec assembly.implementations
 */
export class ImplementationRegistry {
  readonly #components = new Map<ComponentId, Implementation[]>();
  readonly #drivers = new Map<string, Implementation[]>();

  /**
   * Have an implementation chosen from now on.
   *
   * @throws TypeError where it breaks a rule of the chapter or is there already: a fault of the calling program
   */
  add(implementation: Implementation): void {
    const [fault] = implementationFaults(implementation);
    if (fault !== undefined) throw new TypeError(fault);
    const { component, source = "", part, version, provider } = implementation;
    const known = component === undefined ? listOf(this.#drivers, source) : listOf(this.#components, component);
    const same = (other: Implementation): boolean =>
      other.source === implementation.source && other.version === version && other.provider === provider;
    if (known.some(same)) throw new TypeError(`${part} ${version} of ${provider} is registered already`);
    known.splice(placeIn(known, implementation), 0, implementation);
  }

  /** Every implementation: components in the order of their ids, then drivers in that of their packages, the best first. */
  *[Symbol.iterator](): IterableIterator<Implementation> {
    for (const lists of [this.#components, this.#drivers] as const) {
      for (const [, list] of [...lists].sort(([a], [b]) => compareText(a, b))) yield* list;
    }
  }

  /**
   * Choose an implementation for each component that runs as a guest and for each driver.
   *
   * @param manifest a FayManifest without an error
   * @param resolution what it resolves to
   * @spec assembly.implementations, assembly.implementations.missing
   */
  choose(manifest: FayManifest, resolution: FayResolution): Choice {
    const chosen: ChosenPart[] = [];
    const missing: MissingImplementation[] = [];
    for (const { id, resolved } of guestComponents(resolution)) {
      const source = id === "ego_model" ? manifest.ego?.modelSource : undefined;
      const wanted: Wanted = { source, version: resolved.version, provider: resolved.provider };
      const present = this.#components.get(id) ?? [];
      const implementation = present.find((candidate) => answers(candidate, wanted));
      if (implementation === undefined) missing.push(missed(id, undefined, wanted, undefined, present));
      else chosen.push(chosenPart(implementation, id, undefined));
    }
    const names = new Set<string>();
    (manifest.drivers ?? []).forEach(({ driverPackage }, driver) => {
      const wanted: Wanted = { source: driverPackage };
      const present = this.#drivers.get(driverPackage) ?? [];
      // @spec assembly.drivers: the registry knows no second best.
      const [implementation] = present;
      const isTaken = implementation !== undefined && names.has(implementation.part);
      if (implementation === undefined || isTaken) {
        missing.push(missed(undefined, driver, wanted, isTaken ? implementation.part : undefined, present));
      } else {
        names.add(implementation.part);
        chosen.push(chosenPart(implementation, undefined, driver));
      }
    });
    return { chosen: chosen.sort((a, b) => compareText(a.name, b.name)), missing };
  }
}

/** Implementations that a line for people names: the best ones. */
const MOST_PRESENT = 10;

/**
 * What is missing, in one line for people.
 *
 * @param manifest the FayManifest that asks for it, for the name of a driver
 */
export function describeMissing(missing: MissingImplementation, manifest?: FayManifest): string {
  const { component, driver, source, version, provider, taken, present } = missing;
  const name = component ?? `driver ${manifest?.drivers?.[driver ?? 0]?.name ?? source ?? driver}`;
  const asked = [
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(provider === undefined ? [] : [`provider ${provider}`]),
    ...(source === undefined ? [] : [`source ${source}`]),
  ];
  if (taken !== undefined) return `${name}: ${source} gives the part ${taken}, which another driver is already`;
  const shown = present.slice(0, MOST_PRESENT);
  const there = shown.map((one) => `${one.version} of ${one.provider}${one.source ? ` (${one.source})` : ""}`);
  if (present.length > shown.length) there.push(`${present.length - shown.length} more`);
  return `${name}${asked.length > 0 ? ` with ${asked.join(", ")}` : ""}: there is ${there.join("; ") || "none"}`;
}

function listOf<K>(lists: Map<K, Implementation[]>, key: K): Implementation[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** Whether an implementation is what is asked for. @spec assembly.implementations */
function answers(implementation: Implementation, { source, version, provider }: Wanted): boolean {
  if (implementation.source !== source) return false;
  if (provider !== undefined && implementation.provider !== provider) return false;
  return version === undefined || satisfies(implementation.version, version);
}

/** How many of those that are there rank before another; found by halving, since each comparison reads versions. */
function placeIn(ranked: readonly Implementation[], other: Implementation): number {
  let [low, high] = [0, ranked.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byRank(ranked[middle] as Implementation, other) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The highest version first, then the lowest provider; the text of the version decides where only its build differs. */
function byRank(a: Implementation, b: Implementation): number {
  const order = compareVersions(versionOf(b), versionOf(a)) || compareText(a.provider, b.provider);
  return order || compareText(a.version, b.version);
}

/** The version of a registered implementation, whose form was judged. */
function versionOf({ version }: Implementation): SemanticVersion {
  return parseVersion(version) as SemanticVersion;
}

function chosenPart(
  implementation: Implementation,
  component: ComponentId | undefined,
  driver: number | undefined,
): ChosenPart {
  const { part: name } = implementation;
  return { name, sectionId: sectionIdOf(name, component), component, driver, implementation };
}

/** The section that holds the code of a part. @spec assembly.sections */
export function sectionIdOf(part: string, component: ComponentId | undefined): string {
  return component === undefined ? `driver/${part}` : `component/${component}`;
}

function missed(
  component: ComponentId | undefined,
  driver: number | undefined,
  { source, version, provider }: Wanted,
  taken: string | undefined,
  present: readonly Implementation[],
): MissingImplementation {
  const shown = present.map(
    ({ part, source: from, version: its, provider: maker }): PresentImplementation => ({
      part,
      ...(from !== undefined && { source: from }),
      version: its,
      provider: maker,
    }),
  );
  return { component, driver, source, version, provider, taken, present: shown };
}
