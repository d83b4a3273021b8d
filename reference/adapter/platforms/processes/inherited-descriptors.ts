import type { IOType } from "node:child_process";
import { closeSync, constants, openSync, readdirSync, readFileSync } from "node:fs";

const DESCRIPTORS = "/proc/self/fdinfo";
const CLOSE_ON_EXEC = 0o2_000_000;

/** What a child gets for its descriptors, for as long as `use` runs. */
export type ChildDescriptors = (IOType | number)[];

/**
 * Three pipes, and nothing else of this process.
 *
 * Node opens everything so that a child does not get it; what this process itself was started with reaches children
 * all the same where its number is high. On Linux it is found, and the child gets an empty device in its place.
 *
 * @spec instructions.proc.clean
 */
export function withChildDescriptors<T>(use: (descriptors: ChildDescriptors) => T): T {
  const inherited = inheritedDescriptors();
  if (inherited.length === 0) return use(["pipe", "pipe", "pipe"]);
  const nothing = openSync("/dev/null", constants.O_RDWR);
  try {
    const descriptors: ChildDescriptors = Array.from({ length: Math.max(...inherited) + 1 }, (_, at) => {
      if (at < 3) return "pipe";
      return inherited.includes(at) ? nothing : "ignore";
    });
    return use(descriptors);
  } finally {
    closeSync(nothing);
  }
}

/** Descriptors above the standard streams that a child would get. */
function inheritedDescriptors(): number[] {
  let names: string[];
  try {
    names = readdirSync(DESCRIPTORS);
  } catch {
    return [];
  }
  return names.map(Number).filter((descriptor) => descriptor > 2 && isHandedOn(descriptor));
}

function isHandedOn(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`${DESCRIPTORS}/${descriptor}`, "latin1"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // Closed meanwhile, as the descriptor of the listing itself.
    return false;
  }
}
