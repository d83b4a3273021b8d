/**
 * A version as SemVer 2.0.0 writes it, without its build metadata, which takes no part in any comparison. The numbers
 * stay text: they may have more digits than a number holds.
 */
export interface SemanticVersion {
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** Identifiers of the prerelease; empty for a release. */
  readonly prerelease: readonly string[];
}

/** Numbers without leading zeros, which SemVer forbids and {@link compareVersions} relies on. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;

/** A number with a leading zero, or nothing. */
const UNFIT_IDENTIFIER = /^0\d+$|^$/;

/** Read a version of any length; `undefined` where the text is none. @spec manifest.version */
export function parseVersion(text: string): SemanticVersion | undefined {
  const found = VERSION.exec(text);
  if (found === null) return undefined;
  const [, major, minor, patch, before, build] = found as unknown as readonly [
    string,
    string,
    string,
    string,
    string?,
    string?,
  ];
  const prerelease = before?.split(".") ?? [];
  if (prerelease.some((identifier) => UNFIT_IDENTIFIER.test(identifier))) return undefined;
  if (build?.split(".").includes("") === true) return undefined;
  return { major, minor, patch, prerelease };
}

/** Negative, zero or positive as `a` precedes, equals or follows `b`. @spec manifest.version-range */
export function compareVersions(a: SemanticVersion, b: SemanticVersion): number {
  return compareCores(a, b) || comparePrereleases(a.prerelease, b.prerelease);
}

/** The same for major, minor and patch alone. */
export function compareCores(a: SemanticVersion, b: SemanticVersion): number {
  return compareNumbers(a.major, b.major) || compareNumbers(a.minor, b.minor) || compareNumbers(a.patch, b.patch);
}

/** A prerelease precedes its release; identifier by identifier, and the shorter list first. */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    const order = compareIdentifiers(a[i] as string, b[i] as string);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by value and before all texts; texts by their ASCII characters. */
function compareIdentifiers(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return compareNumbers(a, b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Decimal digits without leading zeros: the longer is the greater. */
function compareNumbers(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
