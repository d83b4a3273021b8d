import type { FaygerErrorJson } from "../../../generated/json/fayger-error.js";
import { createHttpSource, createWebFayger, type Fayger, type IFay, type WebEngine } from "../../../reference/web.js";
import { recordOf } from "./outcome.js";

// Assembled artifacts in a page, and with the same code on Node.

/** A text or a number that an action is given. */
export type PlainValue = string | number;

/** What is done with an iFay. Plain JSON, so that it can travel into a page. */
export interface IFayPlay {
  /** Actions to command, each when the one before is over, with their input. */
  readonly commands?: readonly (readonly [action: string, ...input: readonly PlainValue[]])[];
  /** Answers of the person, in order; beyond the last one it is no. */
  readonly answers?: readonly boolean[];
}

/** An iFay to play in a page. Nobody need have signed it. */
export interface RemoteIFay extends IFayPlay {
  readonly url: string;
  readonly engine: WebEngine;
}

/** How it went. */
export interface IFayOutcome {
  /** The last state; nothing where it was never assembled. */
  readonly state: string | undefined;
  readonly exitCode: number | undefined;
  /** Why it was not assembled, or failed. */
  readonly failure: FaygerErrorJson | undefined;
  /** Every event of the assembly, in order: its name and its fields. */
  readonly heard: readonly string[];
  /** What the person was asked, in order. */
  readonly asked: readonly string[];
  /** What became of each command: its outcome, the host error, the code, and the output. */
  readonly commanded: readonly string[];
  /** Instances that did not end. */
  readonly alive: number;
}

/** What is noted of an iFay while it goes on; the same in a page and on Node. */
export class IFayNotes {
  readonly #play: IFayPlay;
  /** Every event of the assembly so far, in order: its name and its fields. */
  readonly heard: string[] = [];
  readonly #asked: string[] = [];
  readonly #commanded: string[] = [];
  readonly #alive = new Set<string>();

  constructor(play: IFayPlay) {
    this.#play = play;
  }

  /** Listen to a Fayger. */
  observe({ events }: Pick<Fayger, "events">): this {
    events.subscribe(
      ({ category, name, instance = "", fields }) => {
        if (category === "assembly") this.heard.push(`${name} ${JSON.stringify(fields)}`);
        else if (fields["to"] === "Terminated" || fields["to"] === "Failed") this.#alive.delete(instance);
        else this.#alive.add(instance);
      },
      { categories: ["assembly", "lifecycle"] },
    );
    return this;
  }

  /** Load from a source, assemble, command, and wait for the end. */
  async play(fayger: Fayger, source: Parameters<Fayger["load"]>[0], signal?: AbortSignal): Promise<IFayOutcome> {
    const { commands = [], answers = [] } = this.#play;
    const ask = async (question: string): Promise<boolean> => answers[this.#asked.push(question) - 1] === true;
    try {
      // As the page selects its sections.
      const object = await fayger.load(source, { profile: { ...fayger.profile(), terminal: "browser" } });
      const declared = fayger.assembled(object)?.manifest.permissions?.authMethods ?? [];
      const iFay = await fayger.assemble(object, {
        confirm: ({ action, caller, skill, permission }) =>
          ask(["confirm", caller, action, skill ?? "", permission ?? ""].join(" ")),
        authentication: {
          methods: declared,
          prove: (method, permission, { action, caller }) =>
            ask(["prove", method, permission, caller, action].join(" ")),
        },
        ...(signal !== undefined && { signal }),
      });
      for (const [action, ...input] of commands) await this.#command(iFay, action, input);
      iFay.finish();
      const { state, exitCode, failure } = await iFay.done;
      await object.close();
      return this.#outcome(state, exitCode, failure?.error.toJSON());
    } catch (error) {
      return this.#outcome(undefined, undefined, recordOf(error));
    }
  }

  async #command(iFay: IFay, name: string, input: readonly PlainValue[]): Promise<void> {
    const values = input.map((value) =>
      typeof value === "string" ? ({ type: "text", value } as const) : ({ type: "f64", value } as const),
    );
    const { outcome, hostError, code, output } = await iFay.command(name, values);
    const texts = output.map((value) => (value.type === "none" ? "nothing" : String(value.value)));
    this.#commanded.push([outcome, hostError, code, ...texts].filter((word) => word !== undefined).join(" "));
  }

  #outcome(state: string | undefined, exitCode: number | undefined, failure: FaygerErrorJson | undefined): IFayOutcome {
    const notes = { heard: this.heard, asked: this.#asked, commanded: this.#commanded, alive: this.#alive.size };
    return { state, exitCode, failure, ...notes };
  }
}

const plays: {
  readonly notes: IFayNotes;
  readonly stop: AbortController;
  readonly outcome: Promise<IFayOutcome>;
}[] = [];

async function play(given: RemoteIFay, notes: IFayNotes, signal: AbortSignal): Promise<IFayOutcome> {
  const fayger = await createWebFayger({
    enforceSignature: false,
    engines: [given.engine],
  });
  return notes.observe(fayger).play(fayger, createHttpSource(given.url), signal);
}

/** The part of the probe that plays iFays. */
export const iFayProbe = {
  /** Begin to play; its number. */
  async startIFay(given: RemoteIFay): Promise<number> {
    const stop = new AbortController();
    const notes = new IFayNotes(given);
    return plays.push({ notes, stop, outcome: play(given, notes, stop.signal) }) - 1;
  },

  /** What was heard of it so far. */
  async heardOfIFay(id: number): Promise<readonly string[]> {
    return plays[id]?.notes.heard ?? [];
  },

  /** How it went, when it has ended. */
  async endOfIFay(id: number): Promise<IFayOutcome> {
    const started = plays[id];
    if (started === undefined) throw new TypeError(`no iFay ${id}`);
    return started.outcome;
  },

  /** Stop it. */
  async stopIFay(id: number): Promise<void> {
    plays[id]?.stop.abort();
  },
};
