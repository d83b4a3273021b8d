/**
 * Whether an artifact's name is inside a key's scope: at least one glob matches the whole name.
 *
 * `*` stands for any number of characters of one segment, none included; `**` for any number of any characters,
 * slashes included; everything else for itself.
 *
 * @spec trust-store.scope
 */
export function isInScope(name: string, scope: readonly string[] | undefined): boolean {
  return scope === undefined || scope.some((glob) => matchesGlob(name, glob));
}

/**
 * One glob against one name, in time proportional to the product of their lengths: a glob full of stars cannot make a
 * host wait, as it could with backtracking.
 */
export function matchesGlob(name: string, glob: string): boolean {
  // reached[i]: the glob read so far matches the first i characters of the name.
  let reached = new Array<boolean>(name.length + 1).fill(false);
  reached[0] = true;
  for (let at = 0; at < glob.length; at += 1) {
    const next = new Array<boolean>(name.length + 1).fill(false);
    if (glob[at] === "*") {
      const crossesSegments = glob[at + 1] === "*";
      if (crossesSegments) at += 1;
      for (let i = 0; i <= name.length; i += 1) {
        const extended = i > 0 && next[i - 1] === true && (crossesSegments || name[i - 1] !== "/");
        next[i] = reached[i] === true || extended;
      }
    } else {
      for (let i = 1; i <= name.length; i += 1) next[i] = reached[i - 1] === true && name[i - 1] === glob[at];
    }
    reached = next;
  }
  return reached[name.length] === true;
}
