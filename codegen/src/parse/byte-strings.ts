/** Turning the content of byte string literals into bytes. */

/** Bytes, or the reason why the content is none. */
export type DecodedBytes = { readonly bytes: Uint8Array } | { readonly problem: string };

/** UTF-8 of a text. Unpaired surrogates become U+FFFD; the scanner has reported them before. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const scalar = character.codePointAt(0) ?? 0;
    const codePoint = scalar >= 0xd800 && scalar <= 0xdfff ? 0xfffd : scalar;
    if (codePoint < 0x80) {
      bytes.push(codePoint);
    } else if (codePoint < 0x800) {
      bytes.push(0xc0 | (codePoint >> 6), continuation(codePoint));
    } else if (codePoint < 0x10000) {
      bytes.push(0xe0 | (codePoint >> 12), continuation(codePoint >> 6), continuation(codePoint));
    } else {
      bytes.push(
        0xf0 | (codePoint >> 18),
        continuation(codePoint >> 12),
        continuation(codePoint >> 6),
        continuation(codePoint),
      );
    }
  }
  return Uint8Array.from(bytes);
}

/** The content of `h'...'`: pairs of hexadecimal digits; white space and `;` comments count for nothing. */
export function decodeHex(content: string): DecodedBytes {
  const digits = withoutBlanksAndComments(content);
  const wrong = /[^0-9A-Fa-f]/u.exec(digits);
  if (wrong !== null) return { problem: `\`${wrong[0]}\` is not a hexadecimal digit` };
  if (digits.length % 2 !== 0) return { problem: "the number of digits is odd" };
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16);
  }
  return { bytes };
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The content of `b64'...'`: base64 or base64url, padded or not; white space and `;` comments count for nothing. */
export function decodeBase64(content: string): DecodedBytes {
  const padded = withoutBlanksAndComments(content);
  const digits = padded
    .replace(/={1,2}$/, "")
    .replace(/-/g, "+")
    .replace(/_/g, "/");
  const wrong = /[^A-Za-z0-9+/]/u.exec(digits);
  if (wrong !== null) return { problem: `\`${wrong[0]}\` is not a base64 digit` };
  if (digits.length % 4 === 1) return { problem: "one digit is missing or too many" };
  if (padded.endsWith("=") && padded.length % 4 !== 0) return { problem: "the padding does not fit the length" };
  const bytes: number[] = [];
  let pending = 0;
  let pendingBits = 0;
  for (const digit of digits) {
    pending = ((pending << 6) | base64Digits.indexOf(digit)) & 0xfff;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes.push((pending >> pendingBits) & 0xff);
    }
  }
  if ((pending & ((1 << pendingBits) - 1)) !== 0) return { problem: "the last digit has bits that belong to no byte" };
  return { bytes: Uint8Array.from(bytes) };
}

function withoutBlanksAndComments(content: string): string {
  return content.replace(/;[^\n]*/g, "").replace(/[ \n]+/g, "");
}

function continuation(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
