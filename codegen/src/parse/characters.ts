/** Character classes of the CDDL grammar, by UTF-16 code unit or code point. */

/** Digits `0` to `9`. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Hexadecimal digits in either case. */
export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

/** Characters a name may start with: letters, `@`, `_` and `$`. */
export function isNameStart(code: number): boolean {
  return (code >= 0x40 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f || code === 0x24;
}

/** Characters a name may end with: those of {@link isNameStart} and digits. */
export function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code);
}

/** Code points that comments and strings may contain: no control characters, no surrogates, no plane-16 noncharacters. */
export function isPrintable(codePoint: number): boolean {
  if (codePoint < 0x20) return false;
  if (codePoint <= 0x7e) return true;
  return (codePoint >= 0xa0 && codePoint <= 0xd7ff) || (codePoint >= 0xe000 && codePoint <= 0x10fffd);
}

/** A character for a message: `` `x` `` when it can be shown, `U+0007` otherwise. */
export function describeCharacter(codePoint: number): string {
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
  const character = String.fromCodePoint(codePoint);
  if (!isPrintable(codePoint) || /[\s\p{Cf}]/u.test(character)) return number;
  return codePoint < 0x7f ? `\`${character}\`` : `\`${character}\` (${number})`;
}
