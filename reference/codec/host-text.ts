/**
 * The host's text conversions, where it has them. Portable layers have no DOM types, so the kernel declares the
 * methods it calls; without a host the kernel converts by hand.
 */

/** The part of `TextDecoder` the kernel uses. */
interface HostTextDecoder {
  decode(bytes: Uint8Array): string;
}

/** The part of Node's `Buffer` the kernel uses: bytes as text, one character a byte. */
export interface HostLatin1 {
  toString(encoding: "latin1", start: number, end: number): string;
}

interface Host {
  readonly Buffer?: { from?(memory: ArrayBuffer): HostLatin1 };
  readonly TextDecoder?: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => HostTextDecoder;
}

const host = globalThis as unknown as Host;

/** Decodes UTF-8 and keeps U+FEFF, or `undefined` where the host has no decoder. */
export const hostDecoder: HostTextDecoder | undefined =
  host.TextDecoder === undefined ? undefined : new host.TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/**
 * A view of `memory` that converts any part of it to a text with one character a byte, or `undefined` where the host
 * has none. For short texts this takes half the time of a UTF-8 decoder.
 */
export function hostLatin1(memory: ArrayBuffer): HostLatin1 | undefined {
  return host.Buffer?.from?.(memory);
}
