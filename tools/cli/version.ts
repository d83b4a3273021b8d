import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Version of the package, from the nearest package.json above this file. */
export function packageVersion(): string {
  for (const up of ["../../package.json", "../../../package.json"]) {
    try {
      const found = JSON.parse(readFileSync(fileURLToPath(new URL(up, import.meta.url)), "utf8")) as {
        name?: string;
        version?: string;
      };
      if (found.name === "fayger" && found.version !== undefined) return found.version;
    } catch {
      // Not there: the sources lie one folder higher than the built files.
    }
  }
  return "unknown";
}
