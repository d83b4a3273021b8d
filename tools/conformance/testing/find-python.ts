import { spawnSync } from "node:child_process";

/** The command of Python 3.9 or later on this host; undefined where there is none. */
export function findPython(): string | undefined {
  const check = "import sys; sys.exit(0 if sys.version_info >= (3, 9) else 1)";
  return ["python3", "python"].find((command) => spawnSync(command, ["-c", check]).status === 0);
}
