import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pairs } from "../cli/output/table.js";
import { createTerminal } from "../cli/output/terminal.js";
import { runProgram } from "../cli/program.js";

// The main job, for somebody who sees Fayger for the first time: one real program goes the whole way, through the very
// commands that anybody can type.

const root = fileURLToPath(new URL("../../..", import.meta.url));
process.chdir(root);
const folder = "dist/start";
rmSync(folder, { recursive: true, force: true });
mkdirSync(`${folder}/out`, { recursive: true });

const terminal = createTerminal(process.stdout, process.stderr, process.env, false);
// What a first visit looks like must not depend on the trust store of whoever makes it.
process.env["FAYGER_TRUST_STORE"] = `${folder}/trust.cbor`;
const abort = new AbortController();
process.once("SIGINT", () => abort.abort());

let step = 0;

/** Say what comes, show the command line, run it. */
async function show(title: string, args: readonly string[]): Promise<void> {
  step += 1;
  terminal.line();
  terminal.line(terminal.style("bold", `${step}. ${title}`));
  terminal.line(
    terminal.style("dim", `$ fayger ${args.map((arg) => (/[\s'"*]/.test(arg) ? `'${arg}'` : arg)).join(" ")}`),
  );
  const code = await runProgram(args, abort.signal, () => terminal);
  if (code === 0) return;
  terminal.note(`\nthe command above ended with exit code ${code}`);
  process.exit(code);
}

terminal.line("Fayger runs BuFs: packaged, signed programs that get what you allow them and nothing else.");
terminal.line("This is one of them on its whole way, through the commands you would type yourself.");

const key = `${folder}/author.pem`;
const artifact = `${folder}/file-report.buf`;
await show("An author makes a key pair.", ["keygen", "-o", key]);
await show("The author packs a program and its data into one BuF, and signs it.", [
  "pack",
  "reference/examples/file-report/recipe.json",
  "--key",
  key,
  "-o",
  artifact,
]);
await show("You decide whose programs this machine believes.", [
  "trust",
  "add",
  `${key}.pub`,
  "--label",
  "the author of this example",
  "--scope",
  "examples/*",
]);
await show("Every check of the load chain, one verdict.", ["verify", artifact]);
await show("The program runs. It reads one folder and writes another; every step is on the screen.", [
  "run",
  artifact,
  ...["--allow", "fs.read,fs.write,io.stdio,random.get,time.clock"],
  ...["--dir", "/in=reference/examples/file-report/in", "--dir", `/out=${folder}/out:rw`],
  "--trace",
]);
terminal.line();
terminal.line(terminal.style("dim", `$ cat ${folder}/out/report.txt`));
terminal.line(readFileSync(`${folder}/out/report.txt`, "utf8").trimEnd());
await show("What is in the artifact, part by part.", ["inspect", artifact]);

terminal.line();
terminal.line(terminal.style("bold", "Go on from here"));
for (const line of pairs(terminal, [
  ["every byte, explained", `npx fayger inspect ${artifact} --hex`],
  ["what happens when nothing is allowed", `npx fayger run ${artifact} --store ${folder}/trust.cbor`],
  ["the program you just saw", "reference/examples/file-report/guest/main.ts"],
  ["the contract it all follows", "spec/README.md"],
])) {
  terminal.line(`  ${line}`);
}
