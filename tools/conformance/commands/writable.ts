import { accessSync, closeSync, constants, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Judge, before work that takes long, whether a file can be written when it is done. Nothing is made or changed.
 *
 * @throws Error of the host
 */
export function mustBeWritable(path: string): void {
  if (existsSync(path)) closeSync(openSync(path, "r+"));
  else accessSync(dirname(path), constants.W_OK);
}
