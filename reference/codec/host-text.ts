/**
 * The host's text conversions, where it has them. Portable layers have no DOM types, so the kernel declares the two
 * methods it calls; without a host the kernel converts by hand.
 */

/** The part of `TextDecoder` the kernel uses. */
interface HostTextDecoder {
  decode(bytes: Uint8Array): string;
}

/** The part of `TextEncoder` the kernel uses. */
interface HostTextEncoder {
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number };
}

interface Host {
  readonly TextDecoder?: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => HostTextDecoder;
  readonly TextEncoder?: new () => HostTextEncoder;
}

const host = globalThis as unknown as Host;

/** Decodes UTF-8 and keeps U+FEFF, or `undefined` where the host has no decoder. */
export const hostDecoder: HostTextDecoder | undefined =
  host.TextDecoder === undefined ? undefined : new host.TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** Encodes UTF-8, or `undefined` where the host has no encoder. */
export const hostEncoder: HostTextEncoder | undefined =
  host.TextEncoder === undefined ? undefined : new host.TextEncoder();
