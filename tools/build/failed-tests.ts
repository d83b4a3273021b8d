/**
 * What failed in test reports of vitest: `failed-tests.ts REPORT…` names each failed test with the first lines of its
 * error, and each that did not end; `failed-tests.ts --count REPORT` prints how many passed and how many did not.
 */
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

/** As much of vitest's JSON report as is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The status of a test whose process ended before it; a skipped test has another. */
const UNENDED = "pending";

/** Lines of an error that say what happened; the rest is the way there. */
const TOLD_LINES = 6;

function readReport(path: string): Report {
  return JSON.parse(readFileSync(path, "utf8")) as Report;
}

function told(message: string): string {
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(0, TOLD_LINES).join("\n    ");
}

/** One paragraph for each failed test, and for each file that failed as a whole. */
function failuresOf({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const failed = assertionResults.filter((result) => result.status === "failed");
    const unended = assertionResults.filter((result) => result.status === UNENDED);
    if (failed.length + unended.length === 0) return status === "failed" ? [`${file}\n    ${told(message)}`] : [];
    return [
      ...failed.map(({ fullName, failureMessages }) => `${file}: ${fullName}\n    ${told(failureMessages.join("\n"))}`),
      ...unended.map(({ fullName }) => `${file}: ${fullName}\n    did not end, or stands behind one that did not`),
    ];
  });
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--count") {
  const statuses = readReport(rest[0] as string).testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ status }) => status),
  );
  const counted = (...wanted: string[]): number => statuses.filter((status) => wanted.includes(status)).length;
  process.stdout.write(`${counted("passed")} ${counted("failed", UNENDED)}\n`);
} else {
  for (const path of [first, ...rest]) {
    if (path === undefined || !existsSync(path)) continue;
    for (const failure of failuresOf(readReport(path))) process.stdout.write(`failed (${path}): ${failure}\n`);
  }
}
