import { spawnSync } from "node:child_process";

/**
 * The path of Python 3.9 or later on this host; undefined where there is none. Where the command is a script that looks
 * for one of several, such as those of pyenv, the one it finds: the script takes its time at each start, and says what it
 * thinks of the environment where only Python should speak.
 */
export function findPython(): string | undefined {
  const tell = "import sys; print(sys.executable); sys.exit(0 if sys.version_info >= (3, 9) else 1)";
  for (const command of ["python3", "python"]) {
    const { status, stdout } = spawnSync(command, ["-c", tell], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}
