import type { FaygerEvent } from "../../../generated/codecs/fayger-event.js";
import type { Assembled } from "../../../reference/assembly/index.js";
import { printable, type Terminal } from "../output/terminal.js";
import { count, duration } from "../output/units.js";
import { wrap } from "../output/wrapped.js";
import { CONTROL_MODE_MEANINGS, failureText, refusalText, stageName } from "./words.js";

/** Widest name of a part that others are aligned to, on a narrow terminal and on a wide one. */
const WIDEST_PART = { narrow: 20, wide: 34 };

/** One thing that a part showed. */
export interface Report {
  readonly part: string;
  readonly text: string;
}

/** One action that was refused. */
export interface Refusal {
  readonly action: string;
  readonly caller: string;
  readonly reason: string;
  /** The same in words. */
  readonly text: string;
}

/** One action that failed, or that its part refused. */
export interface Failure {
  readonly action: string;
  /** What its caller was told. */
  readonly host_error: string;
  /** What ended its part, where that is why. */
  readonly code?: string;
  /** The same in words. */
  readonly text: string;
}

/** One part that was ended by an error, or for a quota. */
export interface FailedPart {
  readonly part: string;
  readonly code: string;
  readonly message: string;
}

/** One step, with the parts it was about, and how it ended. */
export interface StepTaken {
  readonly step: string;
  readonly parts: readonly string[];
  state: "started" | "completed" | "failed" | "undone";
}

/** A call that is not answered yet. */
interface OpenCall {
  readonly part: string;
  readonly within: number | undefined;
  /** Whether a line has told already why it fails, if it does. */
  isExplained: boolean;
}

/**
 * Hears the events of an assembly, and shows what people want to see of them, a line each: steps, what parts show, what
 * was refused and why. What it heard stays, for a summary or for a program.
 *
 * @spec tools.run.assembly
 */
export class AssemblyLines {
  /** Every step that began. */
  readonly steps: StepTaken[] = [];
  /** What parts showed; kept for a program alone. */
  readonly reports: Report[] = [];
  /** What was refused; kept for a program alone. */
  readonly refusals: Refusal[] = [];
  /** What failed; kept for a program alone. */
  readonly failures: Failure[] = [];
  /** Persistent permissions that were given. */
  readonly permissions: { readonly permission: string; readonly method: string }[] = [];
  /** How the actions that were begun ended. One that failed because a part of it did is not counted again. */
  readonly ended = { done: 0, failed: 0 };
  /** Parts that did not last as long as the others. */
  readonly failedParts: FailedPart[] = [];
  readonly #calls = new Map<number, OpenCall>();
  readonly #terminal: Terminal;
  readonly #assembled: Assembled;
  readonly #margin: number;
  readonly #unasked: (reason: string) => string | undefined;
  readonly #keeps: boolean;

  /** @param unasked what to add to a refusal, by its reason, for which nobody was asked */
  constructor(terminal: Terminal, assembled: Assembled, unasked: (reason: string) => string | undefined) {
    this.#terminal = terminal;
    this.#assembled = assembled;
    this.#unasked = unasked;
    // A flight without end would fill the memory of whoever only watches it.
    this.#keeps = terminal.isJson;
    const names = assembled.parts.map(({ name }) => name.length);
    const widest = terminal.columns < 100 ? WIDEST_PART.narrow : WIDEST_PART.wide;
    this.#margin = Math.min(widest, Math.max("control mode".length, ...names));
  }

  /** What is about to be assembled. */
  begin(): void {
    const { manifest, resolution } = this.#assembled;
    const { resolvedStage: stage } = resolution;
    this.#terminal.line(
      `${this.#terminal.style("bold", `${printable(manifest.name)} ${printable(manifest.version)}`)}  ${this.#terminal.style("dim", `stage ${stage}, ${stageName(stage)}`)}`,
    );
  }

  /** Permissions that were given in earlier runs. */
  given(permissions: readonly string[]): void {
    if (permissions.length > 0) this.#row("  ", "given before", permissions.join(", "));
  }

  /** Hear of one event of the category `assembly`. */
  hear({ name, fields }: FaygerEvent): void {
    const text = (field: string): string => String(fields[field] ?? "");
    switch (name) {
      case "step_started":
        this.steps.push({ step: text("step"), parts: textsOf(fields["parts"]), state: "started" });
        return;
      case "step_completed":
        this.#step(text("step"), "completed");
        return;
      case "step_failed":
        this.#step(text("step"), "failed");
        return;
      case "step_undone":
        this.#step(text("step"), "undone");
        return;
      case "part_failed":
        this.#partFailed({ part: text("part"), code: text("code"), message: text("message") });
        return;
      case "completed":
        this.#completed(text("fay_id"));
        return;
      case "reported":
        this.#report({ part: text("part"), text: text("text") });
        return;
      case "action_started":
        this.#calls.set(Number(fields["call"]), {
          part: text("action").replace(/[.].*/, ""),
          within: fields["within"] === undefined ? undefined : Number(fields["within"]),
          isExplained: false,
        });
        return;
      case "action_ended":
        this.#actionEnded(Number(fields["call"]), text("outcome"), {
          action: text("action"),
          host_error: text("host_error"),
          ...(fields["code"] !== undefined && { code: text("code") }),
          text: failureText(text("outcome"), text("host_error"), text("code")),
        });
        return;
      case "action_refused":
        this.#refuse(text("action"), text("caller"), text("reason"));
        return;
      case "permission_granted":
        this.permissions.push({ permission: text("permission"), method: text("method") });
        this.#note("green", "granted", `${text("permission")}, proven by ${text("method")}`);
        return;
      default:
    }
  }

  /** What became of all of it, in one line. @spec tools.run.assembly */
  end(nanoseconds: number, how: string): void {
    const { done, failed } = this.ended;
    const refused = this.#refused;
    const counts = [
      `${done.toLocaleString("en-US")} ${done === 1 ? "action" : "actions"} done`,
      this.#terminal.style(refused > 0 ? "yellow" : "dim", `${refused.toLocaleString("en-US")} refused`),
      this.#terminal.style(failed > 0 ? "red" : "dim", `${failed.toLocaleString("en-US")} failed`),
      ...this.#lost(),
    ];
    this.#terminal.line();
    this.#terminal.line(
      `${this.#terminal.style("bold", how)}  ${counts.join(", ")}, ${this.#terminal.style("dim", `in ${duration(nanoseconds)}`)}`,
    );
  }

  #lost(): string[] {
    const { length } = this.failedParts;
    return length === 0 ? [] : [this.#terminal.style("red", `${count(length, "part")} ended by an error`)];
  }

  /** Actions that were refused. */
  get refused(): number {
    return this.#refused;
  }

  #refused = 0;

  #step(step: string, state: StepTaken["state"]): void {
    const taken = this.steps.find((one) => one.step === step);
    if (taken !== undefined) taken.state = state;
    const parts = taken?.parts ?? [];
    const { controlMode } = this.#assembled.manifest;
    const what =
      step === "control_mode" ? `${controlMode}: ${CONTROL_MODE_MEANINGS[controlMode]}` : parts.join(", ") || "none";
    const name = step.replaceAll("_", " ");
    if (state === "completed") this.#row(this.#terminal.style("green", "ok"), name, what);
    else this.#row(this.#terminal.style(state === "failed" ? "red" : "yellow", state), name, what);
  }

  #row(mark: string, name: string, what: string): void {
    const terminal = this.#terminal;
    const title = name.padEnd(12);
    const [first = "", ...more] = wrap(printable(what), terminal.columns - title.length - 6);
    terminal.line(`${mark}  ${title}  ${first}`);
    for (const line of more) terminal.line(`    ${" ".repeat(title.length)}  ${line}`);
  }

  #completed(fayId: string): void {
    if (fayId !== "") this.#row("  ", "identity", fayId);
    this.#terminal.line();
  }

  #report(report: Report): void {
    if (this.#keeps) this.reports.push(report);
    this.#terminal.line(`${this.#terminal.style("cyan", this.#padded(report.part))}  ${printable(report.text)}`);
  }

  /** Told at once: whoever calls it later hears only that it is gone, and perhaps nobody does. @spec assembly.parts.failed */
  #partFailed(failed: FailedPart): void {
    this.failedParts.push(failed);
    this.#note("red", "part failed", `${failed.part}: ${failed.code}, ${failed.message}`);
  }

  #actionEnded(number: number, outcome: string, failure: Failure): void {
    const call = this.#calls.get(number);
    this.#calls.delete(number);
    if (outcome === "done") {
      this.ended.done += 1;
      return;
    }
    const around = call?.within === undefined ? undefined : this.#calls.get(call.within);
    if (around !== undefined) around.isExplained = true;
    if (call?.isExplained === true) return;
    this.ended.failed += 1;
    if (this.#keeps) this.failures.push(failure);
    this.#note("red", "failed", `${failure.action}: ${failure.text}`);
  }

  #refuse(action: string, caller: string, reason: string): void {
    this.#refused += 1;
    // Whoever wanted it fails for it, or goes on without.
    const [around] = [...this.#calls.values()].filter(({ part }) => part === caller).slice(-1);
    if (around !== undefined) around.isExplained = true;
    const facts = this.#assembled.parts
      .flatMap((part) => part.actions.map((own) => ({ ...own, name: `${part.name}.${own.name}` })))
      .find(({ name }) => name === action);
    const text = [refusalText(reason, facts ?? {}), this.#unasked(reason) ?? []].flat().join("; ");
    if (this.#keeps) this.refusals.push({ action, caller, reason, text });
    const asker = caller === "assembly/main" || caller === "" ? "" : `, which ${caller} wanted`;
    this.#note("yellow", "refused", `${action}${asker}: ${text}`);
  }

  #note(style: "yellow" | "green" | "red", label: string, text: string): void {
    this.#terminal.line(`${this.#terminal.style(style, this.#padded(label))}  ${printable(text)}`);
  }

  #padded(name: string): string {
    return printable(name).padEnd(this.#margin);
  }
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
