import { type ConformanceMessage, validateConformanceMessage } from "../../../generated/json/conformance-message.js";
import type { Answer, Introduction } from "./entrance.js";

/** Version of the protocol that this runner speaks. */
export const PROTOCOL = 1;

/** A line that is no message where it stands: why, for people. */
export interface Breach {
  readonly breach: string;
}

const ANSWER_MEMBERS = ["message", "token", "verdict", "result", "code", "context", "effects"];
const HELLO_MEMBERS = ["message", "protocol", "name", "version", "language", "specification", "operations", "features"];
/** Characters of a stray line that are shown. */
const SHOWN = 120;

/** Whether something is a breach of the protocol. */
export function isBreach(value: object): value is Breach {
  return "breach" in value;
}

/** A line as a message of the schema. @spec conformance.session.stray */
function messageOf(line: string): ConformanceMessage | Breach {
  const value = parse(line);
  if (value === undefined) return { breach: `a line that is no JSON: ${excerpt(line)}` };
  const [first] = validateConformanceMessage(value);
  return first === undefined
    ? (value as ConformanceMessage)
    : { breach: `a line that is no message, ${first.field}: ${first.message}: ${excerpt(line)}` };
}

/** A line as the answer to a question of a session. @spec conformance.session.order */
export function answerOf(line: string): (Answer & { readonly token: string }) | Breach {
  const message = messageOf(line);
  if (isBreach(message)) return message;
  const breach = answerBreach(message);
  const { token, verdict } = message;
  if (breach !== undefined) return { breach: `${breach}: ${excerpt(line)}` };
  if (token === undefined) return { breach: `an answer without \`token\`: ${excerpt(line)}` };
  if (verdict === undefined) return { breach: `an answer without \`verdict\`: ${excerpt(line)}` };
  return { ...message, token, verdict };
}

/** The one line of a command as an answer. `message` may be left out, and there is no token. */
export function commandAnswerOf(line: string): Answer | Breach {
  const value = parse(line);
  if (value === undefined) return { breach: `it printed no JSON: ${excerpt(line)}` };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { breach: `it printed no object: ${excerpt(line)}` };
  const message = { message: "answer", ...value };
  const [first] = validateConformanceMessage(message);
  if (first !== undefined)
    return { breach: `it printed no answer, ${first.field}: ${first.message}: ${excerpt(line)}` };
  const answer = message as ConformanceMessage;
  const breach = answerBreach(answer);
  if (breach !== undefined) return { breach: `${breach}: ${excerpt(line)}` };
  if (answer.verdict === undefined) return { breach: `an answer without \`verdict\`: ${excerpt(line)}` };
  return { ...answer, verdict: answer.verdict };
}

/** A line as the introduction that a session begins with. */
export function introductionOf(line: string): Introduction | Breach {
  const message = messageOf(line);
  if (isBreach(message)) return message;
  if (message.message !== "hello")
    return { breach: `\`${message.message}\` where \`hello\` was expected: ${excerpt(line)}` };
  const stray = Object.keys(message).find((member) => !HELLO_MEMBERS.includes(member));
  if (stray !== undefined) return { breach: `a \`hello\` with \`${stray}\`: ${excerpt(line)}` };
  const { protocol, name, version, language, specification, operations, features = [] } = message;
  if (protocol !== PROTOCOL) return { breach: `it speaks protocol ${protocol ?? "(none)"}, this runner ${PROTOCOL}` };
  const given = { name, version, language, specification, operations };
  for (const [member, value] of Object.entries(given))
    if (value === undefined) return { breach: `a \`hello\` without \`${member}\`: ${excerpt(line)}` };
  return {
    name: name ?? "",
    version: version ?? "",
    language: language ?? "",
    specification: specification ?? "",
    operations: operations ?? [],
    features,
  };
}

/** A line cut to what fits into a sentence. */
export function excerpt(line: string): string {
  return line.length <= SHOWN ? line : `${line.slice(0, SHOWN)}… (${line.length.toLocaleString("en-US")} characters)`;
}

function answerBreach(message: ConformanceMessage): string | undefined {
  if (message.message !== "answer") return `\`${message.message}\` where \`answer\` was expected`;
  const stray = Object.keys(message).find((member) => !ANSWER_MEMBERS.includes(member));
  if (stray !== undefined) return `an answer with \`${stray}\``;
  if (message.verdict === "accept" && (message.code !== undefined || message.context !== undefined))
    return "an accepting answer with the code or context of an error";
  // A refusal may hold a result: the reply that a refused instruction gets.
  return undefined;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
