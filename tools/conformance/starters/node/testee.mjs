// An implementation under test: reads questions and writes answers, one JSON object a line each.
import { createInterface } from "node:readline";

const HELLO = {
  message: "hello",
  protocol: 1,
  name: "my-fayger",
  version: "0.1.0",
  language: "javascript",
  specification: "1.0",
  features: [],
};

/** The input is refused: an error code of the specification, and its context. */
class Refused extends Error {
  constructor(code, context) {
    super(code);
    this.code = code;
    this.context = context;
  }
}

/** Give back the bytes. They travel as lower-case hexadecimal. */
function echo(inputs) {
  const data = Buffer.from(inputs.bytes, "hex");
  return { bytes: data.toString("hex") };
}

// NEXT: the operation `decode`. Take the comment signs away, put your own decoder in, and add it to OPERATIONS below.
//
// function decode(inputs) {
//   const document = Buffer.from(inputs.bytes, "hex");
//   const { value, fault } = myDecoder(inputs.rule, document);
//   if (fault) throw new Refused("CODEC", { reason: fault.reason, path: fault.path, offset: fault.offset });
//   return { value, bytes: document.toString("hex") };
// }

const OPERATIONS = { echo };

/** Whatever is thrown besides Refused ends this program: a crash is never a refusal. */
async function answer({ token, operation, inputs }) {
  const head = { message: "answer", token };
  try {
    return { ...head, verdict: "accept", result: await OPERATIONS[operation](inputs) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ...head, verdict: "reject", code: error.code, context: error.context };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.message === "hello") say({ ...HELLO, operations: Object.keys(OPERATIONS) });
  else if (message.message === "run") say(await answer(message));
  else break;
}
process.stdin.destroy();

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
