import { compareCores, compareVersions, parseVersion, type SemanticVersion } from "./semantic-version.js";

const COMPARATOR = /^(>=|<=|[=><^~])(.+)$/;

/**
 * Whether a version is in a range: every comparator holds, and a prerelease is named by one of them.
 *
 * @param version SemVer 2.0 text
 * @param range comparators joined by single spaces, as a manifest holds them
 * @returns false also where either text is malformed
 * @spec manifest.version-range
 */
export function satisfies(version: string, range: string): boolean {
  const candidate = parseVersion(version);
  if (candidate === undefined) return false;
  let isNamed = candidate.prerelease.length === 0;
  for (const comparator of range.split(" ")) {
    const found = COMPARATOR.exec(comparator);
    const bound = found === null ? undefined : parseVersion(found[2] as string);
    if (bound === undefined || !holds((found as RegExpExecArray)[1] as string, candidate, bound)) return false;
    // @spec manifest.version-range.prerelease: nobody gets an unfinished version that they did not ask for.
    isNamed ||= compareCores(candidate, bound) === 0;
  }
  return isNamed;
}

function holds(operator: string, version: SemanticVersion, bound: SemanticVersion): boolean {
  const order = compareVersions(version, bound);
  switch (operator) {
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "^":
      return order >= 0 && hasSameLeadingParts(version, bound);
    case "~":
      return order >= 0 && version.major === bound.major && version.minor === bound.minor;
    default:
      return order === 0;
  }
}

/** The parts up to and including the first that is not zero are those that a caret holds fixed. */
function hasSameLeadingParts(version: SemanticVersion, bound: SemanticVersion): boolean {
  if (version.major !== bound.major) return false;
  if (bound.major !== "0") return true;
  if (version.minor !== bound.minor) return false;
  return bound.minor !== "0" || version.patch === bound.patch;
}
