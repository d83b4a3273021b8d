import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** An implementation that answers the small corpus rightly, as a script; `mistake` is run before each answer goes out. */
function script(mistake: string): string {
  return `
import { createInterface } from "node:readline";
const operations = ["echo", "decode", "load", "match_version"];
const say = (message) => process.stdout.write(typeof message === "string" ? message : JSON.stringify(message) + "\\n");
const refuse = (code, context, effects) => ({ verdict: "reject", code, context, ...(effects && { effects }) });
const OPERATIONS = {
  echo: ({ bytes }) => ({ verdict: "accept", result: { bytes } }),
  decode: ({ bytes }) =>
    bytes === "a1"
      ? { verdict: "accept", result: { bytes } }
      : bytes === "a0"
        ? refuse("CODEC", { reason: "missing_field", path: "$.name", offset: 1 })
        : refuse("CODEC", { reason: "wrong_type", path: "$", offset: 0 }),
  load: () => refuse("LDR_BAD_MAGIC", { phase: "read", offset: 0 }, { reads: [{ offset: 0, length: 1 }] }),
  match_version: ({ range, version }) => ({ verdict: "accept", result: { matches: range === version } }),
};
let number = 0;
let hello = { message: "hello", protocol: 1, name: "small", version: "0.1.0", language: "javascript", specification: "1.0", operations, features: [] };
const answer = (operation, inputs) => OPERATIONS[operation](inputs);
const mistake = (given, context) => { ${mistake}; return given; };
if (process.argv[2] !== undefined && process.argv[2] !== "session") {
  const { readFileSync } = await import("node:fs");
  number = 1;
  const [operation, path] = process.argv.slice(2);
  const given = mistake({ message: "answer", ...answer(operation, JSON.parse(readFileSync(path, "utf8"))) }, { operation, isCommand: true });
  if (given !== undefined) { say(given); process.exitCode = given.verdict === "accept" ? 0 : 1; }
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    if (message.message === "hello") { const given = mistake(hello, { isHello: true }); if (given !== undefined) say(given); }
    else if (message.message === "bye") break;
    else {
      number += 1;
      const { token, operation, inputs } = message;
      const given = mistake({ message: "answer", token, ...answer(operation, inputs) }, { token, operation, inputs });
      if (given !== undefined) say(given);
    }
  }
}
`;
}

/** Implementations that are wrong in one way each, as the code that changes `given`, the answer. */
export const MISTAKES = {
  honest: "",
  "always-accept":
    "if (!context.isHello) { given = { message: 'answer', token: context.token, verdict: 'accept', result: {} }; }",
  "always-reject":
    "if (!context.isHello) { given = { message: 'answer', token: context.token, verdict: 'reject', code: 'CODEC', context: {} }; }",
  "echoes-the-token":
    "if (!context.isHello) { given = { message: 'answer', token: context.token, verdict: 'accept', result: { bytes: context.token } }; }",
  "no-line-feed":
    "if (number === 2) { process.stdout.write(JSON.stringify(given)); setInterval(() => undefined, 1000); return undefined; }",
  "hello-on-several-lines": "if (context.isHello) { say(JSON.stringify(given, null, 2) + '\\n'); return undefined; }",
  "empty-answer": "if (!context.isHello) { given = { message: 'answer', token: context.token }; }",
  "crashes-on-start": "console.error('cannot find my library'); process.exit(3)",
  "crashes-on-case-3": "if (number === 3) { console.error('index out of range'); process.exit(70); }",
  "exits-cleanly-on-case-3": "if (number === 3) process.exit(0)",
  "refuses-by-exit": "if (given.verdict === 'reject') process.exit(1)",
  hangs: "if (number === 2) { setInterval(() => undefined, 1000); return undefined; }",
  "hangs-on-start": "if (context.isHello) { setInterval(() => undefined, 1000); return undefined; }",
  "floods-a-line":
    "if (number === 2) { const piece = 'x'.repeat(1 << 16); const more = () => { while (process.stdout.write(piece)); process.stdout.once('drain', more); }; more(); return undefined; }",
  "floods-lines":
    "if (number === 2) { const piece = 'x\\n'.repeat(1 << 15); const more = () => { while (process.stdout.write(piece)); process.stdout.once('drain', more); }; more(); return undefined; }",
  "wrong-token": "if (!context.isHello) given.token = 'feedface'",
  "two-answers": "if (number === 2 && !context.isHello) { say(given); }",
  "second-answer-late":
    "if (number === 3) { say({ ...globalThis.before }); } if (number === 2) globalThis.before = given",
  "answer-behind-bye":
    "if (number === 4) { process.on('exit', () => require_fs.writeSync(1, JSON.stringify(given) + '\\n')); }",
  "no-json": "if (number === 2) { say('this is a log line\\n'); }",
  "log-line-first": "if (!context.isHello) say('this is a log line\\n')",
  "declares-what-it-has-not":
    "if (context.isHello) given.operations = [...operations, 'encode', 'select']; else if (context.operation === 'match_version') { given = { message: 'answer', token: context.token, verdict: 'reject', code: 'UNSUPPORTED', context: {} }; }",
  "declares-what-there-is-not": "if (context.isHello) given.operations = [...operations, 'frobnicate']",
  "declares-an-unknown-feature": "if (context.isHello) given.features = ['telepathy']",
  "has-echo-only": "if (context.isHello) given.operations = ['echo']",
  "has-nothing": "if (context.isHello) given.operations = []",
  "another-protocol": "if (context.isHello) given.protocol = 2",
  "another-specification": "if (context.isHello) given.specification = '7.0'",
  "another-hello-each-time":
    "if (context.isHello) given.version = String(process.pid); if (number === 2) process.exit(1)",
  "hello-without-operations": "if (context.isHello) delete given.operations",
  "leaks-memory":
    "if (number === 2) { globalThis.kept = []; setInterval(() => kept.push(Buffer.alloc(1 << 23, 1)), 2); return undefined; }",
  "ends-with-an-error": "process.exitCode = 9",
  "wrong-offset": "if (given.context?.offset !== undefined) given.context.offset += 1",
  "wrong-reason": "if (given.context?.reason !== undefined) given.context.reason += '_'",
  "too-many-reads":
    "if (given.effects?.reads) given.effects.reads = [0, 1, 2].map((offset) => ({ offset, length: 1 }))",
  "starts-a-child":
    "if (number === 2) { const { spawn } = process.getBuiltinModule('node:child_process'); spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)', context.inputs === undefined ? '' : 'orphan-' + process.ppid], { stdio: 'inherit' }); setInterval(() => undefined, 1000); return undefined; }",
  "exit-contradicts": "if (context.isCommand) { say(given); process.exit(given.verdict === 'accept' ? 1 : 0); }",
  "exits-with-2": "if (context.isCommand) process.exit(2)",
  "exits-with-1-silently": "if (context.isCommand) process.exit(1)",
  "prints-two-lines": "if (context.isCommand) say('loading …\\n')",
} as const;

/** One of the implementations. */
export type Mistake = keyof typeof MISTAKES;

/** Write an implementation into a folder. Gives its command line. */
export function testee(folder: string, mistake: Mistake): string {
  const path = join(folder, `${mistake}.mjs`);
  const text = `import * as require_fs from "node:fs";\n${script(MISTAKES[mistake])}`;
  writeFileSync(path, text);
  return `'${process.execPath}' '${path}'`;
}
