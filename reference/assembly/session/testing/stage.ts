// Where puppets play: a Fayger that nobody allowed anything, and everything that is heard of them.
import type { FaygerEvent } from "../../../../generated/codecs/fayger-event.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import type { BufObject } from "../../../contracts/buf-object.js";
import type { Fayger } from "../../../fayger.js";
import { createFayger, createMemorySource, type NodeFaygerOptions } from "../../../node.js";
import { type PuppetShow, packShow } from "./puppets.js";

/** A Fayger and what is heard of it. */
export class Stage {
  readonly fayger: Fayger;
  /** Everything since {@link Stage.forget}. */
  readonly events: FaygerEvent[];

  private constructor(fayger: Fayger, events: FaygerEvent[]) {
    this.fayger = fayger;
    this.events = events;
  }

  /** Without options nothing is allowed. */
  static async open(options: NodeFaygerOptions = {}): Promise<Stage> {
    const events: FaygerEvent[] = [];
    const fayger = await createFayger({
      enforceSignature: false,
      observe: (bus) => {
        bus.subscribe((event) => events.push(event), { categories: ["assembly", "lifecycle", "error"] });
      },
      ...options,
    });
    return new Stage(fayger, events);
  }

  /** Load a show. */
  async load(show: PuppetShow, main?: Uint8Array): Promise<BufObject> {
    return this.fayger.load(createMemorySource(await packShow(show, main)));
  }

  /** Forget what was heard. */
  forget(): void {
    this.events.length = 0;
  }

  /** Events of one name, as their fields. */
  heard(name: string): FaygerEvent["fields"][] {
    return this.events.filter((event) => event.name === name).map(({ fields }) => fields);
  }

  /** Instances that were made and have not ended. */
  get alive(): string[] {
    const alive = new Set<string>();
    for (const { name, instance = "", fields } of this.events) {
      if (name !== "transition") continue;
      if (fields["to"] === "Terminated" || fields["to"] === "Failed") alive.delete(instance);
      else alive.add(instance);
    }
    return [...alive];
  }

  /** Calls that were handed to a part and never answered, and answers that came twice. */
  get unanswered(): unknown[] {
    const open = new Set<unknown>();
    const wrong: unknown[] = [];
    for (const { name, fields } of this.events) {
      if (name === "action_started") open.add(fields["call"]);
      if (name === "action_ended" && !open.delete(fields["call"])) wrong.push(fields);
    }
    return [...open, ...wrong];
  }
}

/** Texts of an output, with other values as `type:value`. */
export function texts(output: readonly Tlv[]): string[] {
  return output.map((value) => {
    if (value.type === "text") return value.value;
    if (value.type === "list") return `[${texts(value.value).join()}]`;
    return value.type === "none" ? "none" : `${value.type}:${String(value.value)}`;
  });
}
