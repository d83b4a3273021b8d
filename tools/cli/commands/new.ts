import { CONTROL_MODES, ControlMode } from "../../../generated/enums/control-mode.js";
import { readFayManifest } from "../../../reference/assembly/index.js";
import { stageOption } from "../assembly/stage-option.js";
import { templateOf } from "../assembly/template.js";
import { CONTROL_MODE_MEANINGS, stageName } from "../assembly/words.js";
import { type Command, ExitCode, UsageError } from "../command.js";
import { fileTrouble } from "../files.js";
import { pairs } from "../output/table.js";
import { printable } from "../output/terminal.js";
import { createFile, replaceFile } from "../replace-file.js";

/** Where a FayManifest goes that nobody named. */
const DEFAULT_FILE = "fay.json";

/** `fayger new`: a commented FayManifest to begin with. @spec tools.new */
export const newCommand: Command = {
  name: "new",
  summary: "write a FayManifest to begin with",
  usage: ["new [FILE] [--mode command|ego|autonomous] [--stage N] [--name NAME]"],
  description: `Writes FILE, or ${DEFAULT_FILE}: a FayManifest full of comments, which assembles and runs as it stands. Without --stage it\ndeclares only what its control mode is worth trying with; --stage N declares everything that the stages 1 to N ask for.`,
  options: {
    mode: {
      type: "string",
      short: "m",
      value: "NAME",
      help: "who drives the actions: command, ego (where not given) or autonomous",
    },
    stage: { type: "string", value: "N", help: "1 to 5: declare every component of the stages up to this one" },
    name: { type: "string", value: "NAME", help: "name of the iFay; my-ifay where not given" },
    force: { type: "boolean", help: "replace a file that is there already" },
  },
  examples: [
    ["new", `${DEFAULT_FILE}, for an iFay whose Ego model decides`],
    ["new robot.json --mode command --stage 2", "one that does what it is told, with everything up to stage 2"],
    ["new --mode autonomous --name acme/scout --force", "another name, over what is there"],
  ],
  async run(invocation) {
    const { terminal, positionals } = invocation;
    if (positionals.length > 1) throw new UsageError(`expected one file, found also \`${positionals[1]}\``);
    const [path = DEFAULT_FILE] = positionals;
    const mode = modeOf(invocation.text("mode"));
    const stage = stageOption("--stage", invocation.text("stage"));
    const name = invocation.text("name") ?? "my-ifay";
    const text = templateOf({ name, controlMode: mode, ...(stage !== undefined && { stage }) });
    const [fault] = readFayManifest(text, { comments: true }).errors;
    // The one thing in it that is not the template's own.
    if (fault !== undefined) throw new UsageError(`--name: ${fault.message}; found \`${name}\``);
    if (invocation.flag("force")) replaceFile(path, text);
    else createNew(path, text);
    if (terminal.isJson) terminal.json({ file: path, name, control_mode: mode, ...(stage !== undefined && { stage }) });
    for (const line of pairs(terminal, [
      ["wrote", printable(path)],
      ["control mode", `${mode}: ${CONTROL_MODE_MEANINGS[mode]}`],
      ...(stage === undefined ? [] : ([["stage", `${stage}, ${stageName(stage)}`]] as const)),
      ["next", `fayger assemble ${printable(path)}`],
    ]))
      terminal.line(line);
    return ExitCode.Ok;
  },
};

function modeOf(text: string | undefined): ControlMode {
  const mode = CONTROL_MODES.find((name) => name === (text ?? ControlMode.Ego));
  if (mode === undefined) throw new UsageError(`--mode: expected ${CONTROL_MODES.join(", ")}; found \`${text}\``);
  return mode;
}

function createNew(path: string, text: string): void {
  try {
    createFile(path, text, 0o644);
  } catch (error) {
    throw fileTrouble(error, "write", path);
  }
}
