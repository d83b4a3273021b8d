import { randomBytes } from "node:crypto";
import type { Question } from "../corpus/cases.js";
import { Child, type ChildEvent } from "./child.js";
import type { Bounds, Crash, CrashCause, Entrance, Introduction, Outcome, Reply } from "./entrance.js";
import { answerOf, excerpt, introductionOf, isBreach, PROTOCOL } from "./messages.js";
import type { Transcript } from "./transcript.js";

/** Starts in a row that may fail before an implementation counts as one that cannot be started. */
const MOST_FAILED_STARTS = 3;
/** Bytes of a token. It is drawn anew for each question, so that nothing can be told from it. */
const TOKEN_BYTES = 8;

/**
 * One process for many questions, started again where it ended, hung, or broke the protocol.
 *
 * @spec conformance.opaque
 */
export class Session implements Entrance {
  readonly #words: readonly [string, ...string[]];
  readonly #bounds: Bounds;
  readonly #transcript: Transcript;
  #child: Child | undefined;
  /** A process that has not introduced itself yet. */
  #starting: Child | undefined;
  #introduction: Introduction | undefined;
  #failedStarts = 0;
  /** Questions that the process was asked. */
  #asked = 0;
  #lastToken: string | undefined;
  readonly #problems = new Set<string>();

  constructor(words: readonly [string, ...string[]], bounds: Bounds, transcript: Transcript) {
    this.#words = words;
    this.#bounds = bounds;
    this.#transcript = transcript;
  }

  async introduce(): Promise<Introduction | Crash> {
    const child = await this.#running();
    return child instanceof Child ? (this.#introduction as Introduction) : child;
  }

  async ask(question: Question): Promise<Reply> {
    let earlier: Crash | undefined;
    for (;;) {
      const child = await this.#running();
      if (!(child instanceof Child)) return { outcome: child, milliseconds: 0, ...(earlier && { earlier }) };
      const before = this.#lastToken;
      const began = performance.now();
      const token = this.#send(child, question);
      const event = await child.next(this.#bounds.answerMs);
      const milliseconds = performance.now() - began;
      if (event.kind === "line") {
        const answer = answerOf(event.text);
        if (!isBreach(answer) && answer.token !== token && answer.token === before) {
          // The answer to the question before came twice. This one was not answered yet: it is asked again.
          earlier = crash("protocol", `a second answer: ${excerpt(event.text)}`);
          await this.#drop("a second answer");
          continue;
        }
      }
      const number = this.#asked;
      const outcome = await this.#judge(child, event, token);
      const isRepeated = number === 1 || (await this.#crashesAlone(question, outcome));
      const told = isRepeated ? outcome : toldOf(outcome, number);
      return { outcome: told, milliseconds, ...(earlier !== undefined && { earlier }) };
    }
  }

  async close(): Promise<{ earlier?: Crash; problems: readonly string[] }> {
    const child = this.#child;
    if (child === undefined) return { problems: [...this.#problems] };
    child.send(JSON.stringify({ message: "bye" }));
    child.endInput();
    const event = await child.next(this.#bounds.answerMs);
    let earlier: Crash | undefined;
    if (event.kind === "line") earlier = crash("protocol", `a line behind the last answer: ${excerpt(event.text)}`);
    else if (event.kind === "timeout") this.#problems.add("it does not end after `bye`");
    else if (event.status !== 0) this.#problems.add(`after \`bye\` it ${event.detail}, expected status 0`);
    await this.#drop("the run is over");
    return { problems: [...this.#problems], ...(earlier !== undefined && { earlier }) };
  }

  async abandon(): Promise<void> {
    this.#failedStarts = MOST_FAILED_STARTS;
    await this.#starting?.stop("the run was stopped");
    await this.#drop("the run was stopped");
  }

  /** Put a question. @returns its token */
  #send(child: Child, { operation, inputs }: Question): string {
    const token = randomBytes(TOKEN_BYTES).toString("hex");
    this.#lastToken = token;
    this.#asked += 1;
    child.send(JSON.stringify({ message: "run", token, operation, inputs }));
    return token;
  }

  /**
   * Whether a case of which a process ended also ends one that was asked nothing before: whoever asks it alone, to find
   * out why, would otherwise see it pass. It counts as crashed either way.
   */
  async #crashesAlone(question: Question, outcome: Outcome): Promise<boolean> {
    if (outcome.kind !== "crashed" || (outcome.cause !== "ended" && outcome.cause !== "memory")) return true;
    const child = await this.#running();
    if (!(child instanceof Child)) return true;
    const token = this.#send(child, question);
    const again = await this.#judge(child, await child.next(this.#bounds.answerMs), token);
    return again.kind !== "answer";
  }

  /** Judge what came; whatever is no answer ends the process, of which nothing can be believed any more. */
  async #judge(child: Child, event: ChildEvent, token: string): Promise<Outcome> {
    if (event.kind === "timeout") {
      const { unfinished } = child;
      const rest = unfinished === 0 ? "" : `, but ${unfinished.toLocaleString("en-US")} bytes without a line feed`;
      const detail = withErrors(`no answer within ${this.#bounds.answerMs / 1000} s${rest}`, child);
      await this.#drop("no answer in time");
      return { kind: "timed_out", detail };
    }
    if (event.kind === "ended") {
      await this.#drop("it ended");
      return crash(event.cause, withErrors(event.detail, child));
    }
    const answer = answerOf(event.text);
    const breach = isBreach(answer)
      ? answer.breach
      : answer.token !== token
        ? `an answer with another token: ${excerpt(event.text)}`
        : stray(child);
    if (breach === undefined && !isBreach(answer)) return { kind: "answer", answer };
    await this.#drop("a breach of the protocol");
    return crash("protocol", withErrors(breach ?? "", child));
  }

  /** The process, started and introduced; a crash where that does not succeed. */
  async #running(): Promise<Child | Crash> {
    if (this.#child !== undefined) return this.#child;
    if (this.#failedStarts >= MOST_FAILED_STARTS)
      return crash("start", `not started again after ${MOST_FAILED_STARTS} failures`);
    const child = new Child(this.#words, { bounds: this.#bounds, transcript: this.#transcript, input: true });
    this.#starting = child;
    child.send(JSON.stringify({ message: "hello", protocol: PROTOCOL }));
    const event = await child.next(this.#bounds.startMs);
    this.#starting = undefined;
    const introduction = event.kind === "line" ? introductionOf(event.text) : undefined;
    const breach = introduction === undefined ? undefined : isBreach(introduction) ? introduction.breach : stray(child);
    if (introduction !== undefined && !isBreach(introduction) && breach === undefined) {
      this.#child = child;
      this.#failedStarts = 0;
      this.#asked = 0;
      this.#lastToken = undefined;
      this.#compare(introduction);
      return child;
    }
    this.#failedStarts += 1;
    await child.stop("it did not introduce itself");
    const what =
      event.kind === "timeout"
        ? `no \`hello\` within ${this.#bounds.startMs / 1000} s`
        : event.kind === "ended"
          ? event.cause === "ended"
            ? `it ${event.detail} before its \`hello\``
            : event.detail
          : (breach ?? "");
    return crash("start", withErrors(what, child));
  }

  /** Each process says the same, or what is declared would depend on the moment. @spec conformance.no-vacuous-pass */
  #compare(introduction: Introduction): void {
    this.#introduction ??= introduction;
    if (JSON.stringify(introduction) !== JSON.stringify(this.#introduction))
      this.#problems.add("it introduces itself otherwise when it is started again");
  }

  async #drop(why: string): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await child?.stop(why);
  }
}

/** A crash that was not seen again when the case was asked alone. */
function toldOf(outcome: Outcome, number: number): Outcome {
  if (outcome.kind !== "crashed") return outcome;
  const before = `as question ${number.toLocaleString("en-US")} of its process, and answers when it is asked alone`;
  return { ...outcome, detail: `${before}: ${outcome.detail}` };
}

/** A line that came behind the one that was expected. */
function stray(child: Child): string | undefined {
  const line = child.pending();
  return line === undefined ? undefined : `a second line: ${excerpt(line)}`;
}

function withErrors(detail: string, child: Child): string {
  const errors = child.lastErrors;
  return errors === "" ? detail : `${detail}; standard error: ${errors}`;
}

function crash(cause: CrashCause, detail: string): Crash {
  return { kind: "crashed", cause, detail };
}
