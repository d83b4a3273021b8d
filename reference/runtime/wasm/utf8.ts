/** Code units handed to `String.fromCharCode` at once: few enough for every engine's argument limit. */
const CHUNK = 2048;

/**
 * Decode UTF-8 strictly: shortest forms only, no surrogates, nothing above U+10FFFF, and U+FEFF kept
 * as the character it is. Returns the text, or the offset of the first byte of the ill-formed sequence.
 *
 * @spec guest-abi.code.name-utf8
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | number {
  let text = "";
  let units: number[] = [];
  let position = start;
  while (position < end) {
    const sequence = position;
    const first = bytes[position++] ?? 0;
    let codePoint = first;
    if (first >= 0x80) {
      const length = sequenceLength(first);
      if (length === 0 || sequence + length > end) return sequence;
      codePoint = first & (0x7f >> length);
      for (; position < sequence + length; position++) {
        const byte = bytes[position] ?? 0;
        if ((byte & 0xc0) !== 0x80) return sequence;
        codePoint = (codePoint << 6) | (byte & 0x3f);
      }
      if (!isShortestScalar(codePoint, length)) return sequence;
    }
    if (codePoint >= 0x10000) {
      units.push(0xd7c0 + (codePoint >> 10), 0xdc00 | (codePoint & 0x3ff));
    } else {
      units.push(codePoint);
    }
    if (units.length >= CHUNK) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

/** Bytes of the sequence a lead byte opens, 0 where it opens none. */
function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/** Two-byte sequences are already right by their lead byte; longer ones can still be overlong or no scalar value. */
function isShortestScalar(codePoint: number, length: number): boolean {
  if (length === 3) return codePoint >= 0x800 && (codePoint < 0xd800 || codePoint > 0xdfff);
  if (length === 4) return codePoint >= 0x10000 && codePoint <= 0x10ffff;
  return true;
}
