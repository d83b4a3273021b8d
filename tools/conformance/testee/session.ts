import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { isVectorOperation } from "../../../generated/enums/vector-operation.js";
import { type ConformanceMessage, validateConformanceMessage } from "../../../generated/json/conformance-message.js";
import { hello, PROTOCOL } from "./hello.js";
import { answer } from "./index.js";
import { InputError } from "./input-error.js";

/**
 * Speak the protocol until `bye` or the end of the input.
 *
 * @throws InputError where a line is no message that can be answered; anything else that is thrown is a crash
 * @spec conformance.session.order
 */
export async function session(input: Readable, output: Writable): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const reply = await replyTo(messageIn(line));
    if (reply === undefined) return;
    await write(output, `${JSON.stringify(reply)}\n`);
  }
}

/** What is said to a message; nothing to `bye`. */
async function replyTo(message: ConformanceMessage): Promise<ConformanceMessage | undefined> {
  switch (message.message) {
    case "hello":
      if (message.protocol !== PROTOCOL) throw new InputError(`protocol ${message.protocol} is not spoken here`);
      return hello();
    case "run": {
      const { token, operation, inputs } = message;
      if (token === undefined) throw new InputError("a run without a token");
      if (operation === undefined || !isVectorOperation(operation)) throw new InputError(`no operation ${operation}`);
      return { message: "answer", token, ...(await answer(operation, inputs ?? {})) };
    }
    case "bye":
      return undefined;
    default:
      throw new InputError(`${message.message} is nothing to answer`);
  }
}

function messageIn(line: string): ConformanceMessage {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new InputError(`no JSON: ${line.slice(0, 80)}`);
  }
  const [problem] = validateConformanceMessage(message);
  if (problem !== undefined) throw new InputError(`no message: ${problem.field}: ${problem.message}`);
  return message as ConformanceMessage;
}

function write(output: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => output.write(text, (error) => (error ? reject(error) : resolve())));
}
