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
  const length = name.length + 1;
  // reached[i]: the glob read so far matches the first i characters of the name.
  let reached = new Uint8Array(length);
  let next = new Uint8Array(length);
  reached[0] = 1;
  for (let at = 0; at < glob.length; at += 1) {
    if (glob[at] === "*") {
      const crossesSegments = glob[at + 1] === "*";
      if (crossesSegments) at += 1;
      for (let i = 0; i < length; i += 1) {
        const isExtended = i > 0 && next[i - 1] === 1 && (crossesSegments || name[i - 1] !== "/");
        next[i] = isExtended ? 1 : (reached[i] as number);
      }
    } else {
      next[0] = 0;
      for (let i = 1; i < length; i += 1) next[i] = name[i - 1] === glob[at] ? (reached[i - 1] as number) : 0;
    }
    [reached, next] = [next, reached];
  }
  return reached[name.length] === 1;
}
