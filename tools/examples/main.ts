import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createFayger, createSerializer, nodeSha256 } from "../../reference/node.js";
import { findClang, NO_CLANG } from "../build/clang.js";
import { artifactOf } from "../cli/recipe.js";
import { grantedTo, type MisbehavingProgram, misbehavingPrograms, misbehavingRecipe } from "./misbehaving.js";
import { EXAMPLES, loadRecipe, type Outcome, outcomeOf } from "./run-example.js";

// Runs the misbehaving programs one after the other in this process and says how each ended, or packs them into a
// folder. What a program does to itself it does to nobody else: the last line is printed after all of them.
//
//   npx tsx tools/examples/main.ts [NAME...]
//   npx tsx tools/examples/main.ts --pack FOLDER

function said({ command, state, code, trap, reason, function: where, cause, quota, exitCode }: Outcome): string {
  const parts = [command === undefined ? undefined : `at ${command}`, code, trap, where, reason, cause];
  const exit = exitCode === undefined ? undefined : `exit code ${exitCode}`;
  return [state, ...parts, exit, quota === undefined ? undefined : `quota ${quota}`]
    .filter((part) => part !== undefined)
    .join(", ");
}

async function run(program: MisbehavingProgram): Promise<void> {
  const fayger = await createFayger({ enforceSignature: false, policy: { capabilities: grantedTo(program) } });
  const object = await loadRecipe(fayger, misbehavingRecipe(program), "misbehaving");
  const outcome = await outcomeOf(fayger, object);
  await object.close();
  process.stdout.write(`${program.name.padEnd(26)} ${program.does}\n${" ".repeat(27)}${said(outcome)}\n`);
}

function pack(program: MisbehavingProgram, folder: string): void {
  const artifact = artifactOf(misbehavingRecipe(program), `${EXAMPLES}misbehaving/recipe.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${program.name}.buf`, createSerializer(nodeSha256).serialize(artifact));
}

async function main(args: readonly string[]): Promise<void> {
  if (!existsSync(`${EXAMPLES}../../dist/guests/misbehaving/traps.wasm`)) {
    const why = findClang() === undefined ? NO_CLANG : "the guests are not compiled yet: npm run build";
    process.stderr.write(`${why}\n`);
    process.exitCode = 1;
    return;
  }
  const all = misbehavingPrograms();
  const packAt = args.indexOf("--pack");
  const folder = packAt < 0 ? undefined : args[packAt + 1];
  const names = args.filter((_name, at) => packAt < 0 || (at !== packAt && at !== packAt + 1));
  const unknown = names.find((name) => !all.some((program) => program.name === name));
  if (unknown !== undefined || (packAt >= 0 && folder === undefined)) {
    process.stderr.write(`${unknown === undefined ? "expected a folder behind --pack" : `there is no ${unknown}`}\n`);
    process.exitCode = 2;
    return;
  }
  for (const program of all) {
    if (names.length > 0 && !names.includes(program.name)) continue;
    if (folder === undefined) await run(program);
    else pack(program, folder);
  }
  process.stdout.write(folder === undefined ? "and this process goes on\n" : `packed into ${folder}\n`);
}

await main(process.argv.slice(2));
