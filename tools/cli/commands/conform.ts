import { type Command, UsageError } from "../command.js";

/** Every command below `conform`. They come with the whole runner, which no other command waits for. */
const subcommands = async (): Promise<readonly Command[]> =>
  (await import("../conform/subcommands.js")).conformSubcommands;

/** `fayger conform`: what an implementation in any language answers to. */
export const conform: Command = {
  name: "conform",
  summary: "put an implementation in any language to the conformance vectors",
  usage: ["conform COMMAND [OPTIONS]"],
  description:
    "Starts an implementation, asks it the cases of the corpus, judges its answers and writes a report. The implementation\nneeds nothing of this package: it reads and writes lines of JSON. spec/chapters/conformance.md says how.",
  subcommands,
  options: {},
  examples: [
    [
      'conform run --impl "python3 mine.py" --level 0',
      "the first twelve vectors: does the adapter to the runner work?",
    ],
    ["conform explain smoke/decode/manifest", "one vector, byte by byte"],
    ["conform list", "what there is to ask"],
  ],
  async run({ positionals: [action] }) {
    const names = (await subcommands()).map(({ name }) => name.replace("conform ", ""));
    const found = action === undefined ? "" : `; found \`${action}\``;
    throw new UsageError(`expected a command behind \`conform\`: ${names.join(", ")}${found}`);
  },
};
