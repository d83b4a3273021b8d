/** Hears of buffers while they are made. */
export interface AllocationWatch {
  /** Length of the longest so far, in bytes. */
  longest(): number;
  /** Hear of nothing more. */
  stop(): void;
}

const WATCHED = [
  "ArrayBuffer",
  "SharedArrayBuffer",
  "Uint8Array",
  "Uint16Array",
  "Uint32Array",
  "Int32Array",
  "Float64Array",
  "BigUint64Array",
] as const;

/**
 * Hear of every buffer that a script of this page makes by naming its length. What the browser makes for the body of an
 * answer is not among them: that is as long as what has arrived.
 */
export function watchAllocations(): AllocationWatch {
  let longest = 0;
  const host = globalThis as unknown as Record<string, unknown>;
  const originals = WATCHED.map((name) => [name, host[name]] as const);
  for (const [name, original] of originals) {
    if (typeof original !== "function") continue;
    host[name] = new Proxy(original, {
      construct(target, args, newTarget): object {
        const [length] = args as readonly unknown[];
        const made = Reflect.construct(target, args, newTarget) as { readonly byteLength: number };
        if (typeof length === "number") longest = Math.max(longest, made.byteLength);
        return made;
      },
    });
  }
  return {
    longest: () => longest,
    stop: () => {
      for (const [name, original] of originals) if (original !== undefined) host[name] = original;
    },
  };
}
