import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Command, ExitCode, UsageError } from "../../cli/command.js";
import {
  isStarterLanguage,
  STARTER_LANGUAGES,
  STARTERS,
  type Starter,
  type StarterLanguage,
  starterText,
} from "../starters/index.js";

const LANGUAGES = STARTER_LANGUAGES.join(", ");

/** `fayger conform init`: write the skeleton of an implementation under test. */
export const init: Command = {
  name: "conform init",
  summary: "write the skeleton of an implementation under test",
  usage: ["conform init --lang NAME [--dir FOLDER]"],
  description:
    "Writes a program that speaks the runner's protocol and has one operation, `echo`, together with a README that says\nwhat comes next. It needs nothing but the language itself. A file that is there already is never replaced.",
  options: {
    lang: { type: "string", value: "NAME", help: LANGUAGES },
    dir: { type: "string", value: "FOLDER", help: "where it goes; the folder `testee` where not given" },
  },
  examples: [["conform init --lang python", "a skeleton in Python in the folder testee"]],
  async run(invocation) {
    const [stray] = invocation.positionals;
    if (stray !== undefined) throw new UsageError(`expected only options, found also \`${stray}\``);
    const language = invocation.text("lang");
    if (language === undefined) throw new UsageError(`expected --lang ${LANGUAGES}`);
    if (!isStarterLanguage(language)) {
      throw new UsageError(`there is no skeleton in \`${language}\`; expected ${LANGUAGES}`);
    }
    const folder = invocation.text("dir") ?? "testee";
    const starter: Starter = STARTERS[language];
    writeStarter(language, folder);
    const { terminal } = invocation;
    const next = nextSteps(folder, starter);
    if (terminal.isJson) terminal.json({ folder, files: starter.files, next });
    else {
      for (const file of starter.files) terminal.line(`wrote ${join(folder, file)}`);
      terminal.line();
      terminal.line("Next:");
      for (const line of next) terminal.line(`  ${line}`);
    }
    return ExitCode.Ok;
  },
};

/**
 * Write a skeleton into a folder, which is made where it is absent.
 *
 * @throws UsageError where one of its files is there already; nothing is written then
 */
function writeStarter(language: StarterLanguage, folder: string): void {
  const files: Starter["files"] = STARTERS[language].files;
  for (const file of files) {
    const path = join(folder, file);
    const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    if (isThere) throw new UsageError(`${path} is there already; choose another folder with --dir`);
  }
  for (const file of files) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    // Somebody may have made the file since.
    writeFileSync(path, starterText(language, file), { flag: "wx" });
  }
}

function nextSteps(folder: string, { build, command }: Starter): readonly string[] {
  return [`cd ${folder}`, ...build, `fayger conform run --level 0 --impl "${command}"`];
}
