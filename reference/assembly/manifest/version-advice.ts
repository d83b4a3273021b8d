/** A version with what an author left out; undefined where that is not to be seen. */
export function completedVersion(text: string): string | undefined {
  const parts = /^[vV=]?\s*([0-9]{1,9})(?:\.([0-9]{1,9}|[xX*]))?(?:\.([0-9]{1,9}|[xX*]))?$/.exec(text.trim())?.slice(1);
  if (parts === undefined) return undefined;
  return parts.map((part) => String(Number(part ?? 0) || 0)).join(".");
}

/**
 * A constraint written out, where it can mean nothing else: without the blank behind its operator, and with the zeros
 * that every language of constraints adds there.
 */
export function completedRange(text: string): string | undefined {
  const found = /^(\^|~|=|>=|>|<=|<) *([0-9]{1,9})(\.[0-9]{1,9})?(\.[0-9]{1,9})?$/.exec(text.trim());
  if (found === null) return undefined;
  const [, operator = "", major = "", minor, patch] = found;
  if (patch === undefined) {
    // `~1`, `>1.2`, `<=1.2`, `=1.2` and `^0` mean more than the version with zeros in other languages.
    if (operator === "~" && minor === undefined) return undefined;
    if (operator === "^" && Number(major) === 0 && (minor === undefined || Number(minor.slice(1)) === 0)) {
      return undefined;
    }
    if (operator === ">" || operator === "<=" || operator === "=") return undefined;
  }
  return `${operator}${major}${minor ?? ".0"}${patch ?? ".0"}`;
}

/** What to write instead of a text that is no version constraint. */
export function rangeAdvice(text: string): string {
  const completed = completedRange(text);
  if (completed !== undefined) return `Use \`${completed}\`.`;
  if (/^\s*([*xX]|latest|any)?\s*$/.test(text)) return "Leave `version` out to take every version.";
  const version = completedVersion(text.replace(/^\s*(\^|~|>=|>|<=|<)/, ""));
  if (version !== undefined && !/^\s*[<>]/.test(text)) {
    return `Use \`=${version}\` for this version alone, or \`^${version}\` for those compatible with it.`;
  }
  if (text.includes("||")) return "Only one constraint can be met: several parts, joined by one blank each, all hold.";
  return "Use for instance `^1.0.0`, or `>=1.0.0 <3.0.0`.";
}
