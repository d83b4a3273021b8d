import type { FaygerErrorJson } from "../../../generated/json/fayger-error.js";
import type { HostPolicy } from "../../../generated/json/host-policy.js";
import {
  createHttpSource,
  createWebFayger,
  type Fayger,
  type RunResult,
  type WebEngine,
} from "../../../reference/web.js";
import { fromHex, recordOf, STILL_CLOCK, toHex } from "./outcome.js";

// Programs on the whole of Fayger, in a page.

/** A program to run. Plain JSON, so that it can travel into a page. */
export interface RemoteRun {
  readonly url: string;
  /** The trust store, as hexadecimal digits. */
  readonly trustStore: string;
  readonly policy: HostPolicy;
  readonly engines?: readonly WebEngine[];
  /** Whether clocks stand still and random bytes are all seven. */
  readonly isStill?: boolean;
  readonly record?: boolean;
  /** An input log, as hexadecimal digits. */
  readonly replay?: string;
}

/** How it went. */
export interface RunOutcome {
  /** The last state; nothing where it never came to run. */
  readonly state: string | undefined;
  readonly exitCode: number | undefined;
  /** Why it did not come to run, or failed. */
  readonly failure: FaygerErrorJson | undefined;
  /** Lifecycle_States in order. */
  readonly states: readonly string[];
  /** Instructions that were answered, in order, each with its status. */
  readonly instructions: readonly string[];
  /** Capabilities that were granted, those that were denied, and those that are restricted. */
  readonly negotiated: readonly (readonly string[])[];
  /** The input log, as hexadecimal digits. */
  readonly inputLog: string | undefined;
  /** Where a replay did something else. */
  readonly diverged: FaygerErrorJson | undefined;
}

/** What is noted of a run while it goes on; the same in a page and on Node. */
export class RunNotes {
  readonly states: string[] = [];
  readonly instructions: string[] = [];
  negotiated: readonly (readonly string[])[] = [];

  /** Listen to a Fayger. */
  observe({ events }: Pick<Fayger, "events">): this {
    events.subscribe(
      ({ name, fields }) => {
        const { instruction, status, granted, denied, warnings, to } = fields;
        if (name === "transition") this.states.push(String(to));
        if (name === "dispatched") this.instructions.push(`${String(instruction)} ${String(status)}`);
        if (name === "negotiated") this.negotiated = [granted, denied, warnings] as string[][];
      },
      { categories: ["lifecycle", "instruction", "capability"] },
    );
    return this;
  }

  /** What came of the run. */
  outcome(result: RunResult | undefined, thrown?: unknown): RunOutcome {
    return {
      state: result?.state,
      exitCode: result?.exitCode,
      failure: result === undefined ? recordOf(thrown) : result.failure?.error.toJSON(),
      states: this.states,
      instructions: this.instructions,
      negotiated: this.negotiated,
      inputLog: result?.inputLog === undefined ? undefined : toHex(result.inputLog),
      diverged: result?.diverged?.toJSON(),
    };
  }
}

/** Services with which equal programs get equal input. */
export const STILL_SERVICES = {
  clock: STILL_CLOCK,
  random: (target: Uint8Array): void => void target.fill(7),
};

const runs: { readonly stop: AbortController; readonly outcome: Promise<RunOutcome> }[] = [];

async function run(given: RemoteRun, signal: AbortSignal): Promise<RunOutcome> {
  const { url, trustStore, policy, engines, isStill = false, record = false, replay } = given;
  const notes = new RunNotes();
  const fayger = await createWebFayger({
    trustStore: fromHex(trustStore),
    policy,
    ...(engines !== undefined && { engines }),
    ...(isStill && { services: STILL_SERVICES }),
  });
  notes.observe(fayger);
  try {
    const object = await fayger.load(createHttpSource(url));
    const result = await fayger.run(object, {
      signal,
      record,
      ...(replay !== undefined && { replay: fromHex(replay) }),
    });
    await object.close();
    return notes.outcome(result);
  } catch (error) {
    return notes.outcome(undefined, error);
  }
}

/** The part of the probe that runs programs. */
export const runProbe = {
  /** Run a program; its number. */
  async startRun(given: RemoteRun): Promise<number> {
    const stop = new AbortController();
    return runs.push({ stop, outcome: run(given, stop.signal) }) - 1;
  },

  /** What came of a run, when it has ended. */
  async endOfRun(id: number): Promise<RunOutcome> {
    const started = runs[id];
    if (started === undefined) throw new TypeError(`no run ${id}`);
    return started.outcome;
  },

  /** End a run. */
  async stopRun(id: number): Promise<void> {
    runs[id]?.stop.abort();
  },

  /** What a page hears that is left but kept, to be shown again. */
  async leavePage(): Promise<void> {
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  },

  /** Whether threads may share memory here. */
  async isIsolated(): Promise<boolean> {
    return crossOriginIsolated;
  },
};
