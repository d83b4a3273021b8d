import { command } from "./command.js";
import { InputError } from "./input-error.js";
import { chooseEngine } from "./programs/engines.js";
import { session } from "./session.js";

const USAGE = `The reference as an implementation under test.

  main.js session           speak the protocol on standard input and output
  main.js OPERATION FILE    answer one case whose inputs stand in FILE

Behind either, --engine ID chooses what runs programs.
`;

/** Exit statuses: what was asked is no case; this program broke. Neither is an answer. */
const STATUS = { badInput: 64, broken: 70 } as const;

async function main(parameters: readonly string[]): Promise<number> {
  const at = parameters.indexOf("--engine");
  if (at >= 0) {
    chooseEngine(parameters[at + 1] ?? "");
    return main(parameters.filter((_, place) => place !== at && place !== at + 1));
  }
  const [first, file] = parameters;
  if (first === "session" && parameters.length === 1) {
    await session(process.stdin, process.stdout);
    return 0;
  }
  if (first !== undefined && file !== undefined && parameters.length === 2) {
    const found = await command(first, file);
    process.stdout.write(`${JSON.stringify({ message: "answer", ...found })}\n`);
    // @spec conformance.command.exit
    return found.verdict === "accept" ? 0 : 1;
  }
  process.stderr.write(USAGE);
  return STATUS.badInput;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
    // Whoever said `bye` may keep the pipe open.
    process.stdin.destroy();
  },
  (error: unknown) => {
    const isInput = error instanceof InputError;
    process.stderr.write(`${isInput ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = isInput ? STATUS.badInput : STATUS.broken;
    process.stdin.destroy();
  },
);
