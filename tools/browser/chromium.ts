import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** Names under which distributions install it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Why a test or a command had to do without a browser, and the cure. */
export const NO_CHROMIUM =
  "no Chromium: install the package `chromium` (`bash tools/build/test-hosts.sh`) or set FAYGER_CHROMIUM to its path";

/** The browser to use: FAYGER_CHROMIUM, or the first of its usual names on PATH. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment["FAYGER_CHROMIUM"];
  const candidates =
    named !== undefined && named !== ""
      ? [named]
      : NAMES.flatMap((name) => (environment["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)));
  return candidates.find(isExecutable);
}

/**
 * Start a browser without a window. It has no sandbox of its own, which does not start in most containers: it opens
 * nothing but this repository's pages.
 */
export async function launchChromium(executablePath: string): Promise<Browser> {
  // A name that no DNS knows and that is no secure context: what a page on plain http sees.
  const args = ["--no-sandbox", "--host-resolver-rules=MAP insecure.test 127.0.0.1"];
  // Generous: a busy machine is slow to start it.
  return chromium.launch({ executablePath, args, timeout: 120_000 });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
