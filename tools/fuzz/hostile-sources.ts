import type { BufSource } from "../../reference/contracts/buf-source.js";

/**
 * A source that promises more than it has: `declared` bytes at `at`, of which `available` are there, as zeros. Around
 * them it serves `bytes`.
 */
export function promisingMore(
  bytes: Uint8Array,
  { at, declared, available }: { readonly at: number; readonly declared: number; readonly available: number },
): BufSource {
  const size = bytes.length + declared;
  async function read(offset: number, length: number): Promise<Uint8Array> {
    if (offset >= at + declared) return bytes.slice(offset - declared, offset - declared + length);
    // The read at the front is answered whole, or the load would end there.
    const end = offset === 0 ? length : Math.min(offset + length, at + available);
    const found = new Uint8Array(Math.max(0, end - offset));
    if (offset < at) found.set(bytes.subarray(offset, Math.min(end, at)));
    return found;
  }
  return { description: "promises", size: async () => size, read, close: async () => undefined };
}
