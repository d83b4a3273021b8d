import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Question } from "../corpus/cases.js";
import { Child, type ChildEvent } from "./child.js";
import type { Bounds, Crash, Entrance, Introduction, Outcome, Reply } from "./entrance.js";
import { commandAnswerOf, excerpt, isBreach } from "./messages.js";
import type { Transcript } from "./transcript.js";

/**
 * One process a question, with the operation and the path of the inputs as its arguments.
 *
 * @spec conformance.command.exit
 */
export class CommandEntrance implements Entrance {
  readonly #words: readonly [string, ...string[]];
  readonly #bounds: Bounds;
  readonly #transcript: Transcript;
  readonly #introduction: Introduction;
  #child: Child | undefined;
  readonly #folder = mkdtempSync(join(tmpdir(), "conform-"));

  constructor(
    words: readonly [string, ...string[]],
    bounds: Bounds,
    transcript: Transcript,
    introduction: Introduction,
  ) {
    this.#words = words;
    this.#bounds = bounds;
    this.#transcript = transcript;
    this.#introduction = introduction;
  }

  async introduce(): Promise<Introduction> {
    return this.#introduction;
  }

  async ask({ operation, inputs }: Question): Promise<Reply> {
    // @spec conformance.opaque: the name of the file says nothing.
    const path = join(this.#folder, `${randomBytes(8).toString("hex")}.json`);
    writeFileSync(path, JSON.stringify(inputs));
    const began = performance.now();
    const child = new Child([...this.#words, operation, path], {
      bounds: this.#bounds,
      transcript: this.#transcript,
      input: false,
    });
    this.#child = child;
    const lines: string[] = [];
    let event: ChildEvent;
    do {
      event = await child.next(Math.max(0, began + this.#bounds.answerMs - performance.now()));
      if (event.kind === "line") lines.push(event.text);
      // More than one line is wrong whatever follows.
    } while (event.kind === "line" && lines.length < 2);
    const milliseconds = performance.now() - began;
    await child.stop("the case is over");
    rmSync(path, { force: true });
    const outcome = judge(event, lines, this.#bounds);
    const errors = child.lastErrors;
    return {
      outcome:
        outcome.kind === "answer" || errors === ""
          ? outcome
          : { ...outcome, detail: `${outcome.detail}; standard error: ${errors}` },
      milliseconds,
    };
  }

  async close(): Promise<{ earlier?: Crash; problems: readonly string[] }> {
    rmSync(this.#folder, { recursive: true, force: true });
    return { problems: [] };
  }

  async abandon(): Promise<void> {
    await this.#child?.stop("the run was stopped");
    await this.close();
  }
}

function judge(event: ChildEvent, lines: readonly string[], { answerMs }: Bounds): Outcome {
  if (event.kind === "timeout") return { kind: "timed_out", detail: `did not end within ${answerMs / 1000} s` };
  const [line, second] = lines;
  if (second !== undefined) return crash("protocol", `a second line: ${excerpt(second)}`);
  if (event.kind === "line") return crash("protocol", "a second line");
  if (event.cause !== "ended" || (event.status !== 0 && event.status !== 1)) return crash(event.cause, event.detail);
  if (line === undefined) return crash("ended", `${event.detail} and printed no answer`);
  const answer = commandAnswerOf(line);
  if (isBreach(answer)) return crash("protocol", answer.breach);
  const verdict = event.status === 0 ? "accept" : "reject";
  if (answer.verdict !== verdict)
    return crash("ended", `${event.detail}, which says ${verdict}, and printed ${excerpt(line)}`);
  return { kind: "answer", answer };
}

function crash(cause: Crash["cause"], detail: string): Crash {
  return { kind: "crashed", cause, detail };
}
