import { EventCategory } from "../../../generated/enums/event-category.js";
import type { VectorEffects, VectorPublished } from "../../../generated/json/vector.js";
import type { EventFilter, InstructionChannel } from "../../../reference/index.js";
import type { Answer } from "./answer.js";

/**
 * How instructions reach the bus: while somebody hears of each, which only the long way does; where nobody does, out of
 * a program's memory; and there as bytes of their own.
 */
export type Way = "heard" | "in memory" | "unheard";

/** Every category that is on by default, but for instructions. */
const OTHERS = Object.values(EventCategory).filter((each) => each !== "instruction" && each !== "debug");

/** What is listened to. */
export function heardBy(way: Way): EventFilter {
  return way === "heard" ? {} : { categories: OTHERS };
}

/**
 * The answer to a case while its instructions are heard. It is held to what comes out where nobody hears them, since a
 * bus may answer those without all that an event needs: but for events of instructions nothing may differ.
 *
 * @param quietWays the ways that are compared, by the answer; all where absent
 * @throws TypeError where something differs: then one of the answers is wrong
 */
export async function everyWay(
  answerBy: (way: Way) => Promise<Answer>,
  quietWays: (heard: Answer) => readonly Way[] = () => ["in memory", "unheard"],
): Promise<Answer> {
  const heard = await answerBy("heard");
  const wanted = unheard(heard);
  for (const way of quietWays(heard)) {
    const found = unheard(await answerBy(way));
    if (found !== wanted) throw new TypeError(`heard: ${wanted}, ${way}: ${found}`);
  }
  return heard;
}

/** An answer as text, without the events that are published of instructions. */
function unheard({ effects = {}, ...answer }: Answer): string {
  const { events = [], turns = [], told = [], ...others } = effects as VectorEffects;
  return JSON.stringify({
    ...answer,
    ...others,
    events: events.filter((event) => !isOfInstructions(event)),
    told: told.filter(({ event }) => !isOfInstructions(event)),
    turns: turns.map(({ published = [], ...turn }) => ({ ...turn, published: published.flatMap(eachUnheard) })),
  });
}

/** What is told once with the number of its times, as often as it happened. */
function eachUnheard({ times = 1, ...published }: VectorPublished & { readonly times?: number }): VectorPublished[] {
  return isOfInstructions(published.event) ? [] : Array.from({ length: times }, () => published);
}

function isOfInstructions(event: string): boolean {
  return event.startsWith("instruction.");
}

/** The memory of a program that emits. */
const MEMORY_BYTES = 16_384;

/** Hands instructions to a bus one after another, as a program does or as its host does. */
export class Emitter {
  readonly #way: Way;
  readonly #channel: InstructionChannel;
  readonly #memory = new Uint8Array(MEMORY_BYTES);
  readonly #view = new DataView(this.#memory.buffer);
  #free = 0;

  constructor(way: Way, channel: InstructionChannel) {
    this.#way = way;
    this.#channel = channel;
  }

  /** @spec guest-abi.emit */
  emit(instruction: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const { inPlace } = this.#channel;
    const fits = this.#way === "in memory" && instruction.length < MEMORY_BYTES;
    if (!fits || inPlace === undefined) return this.#channel.emit(instruction);
    const pointer = this.#written(instruction);
    const length = inPlace.emit(this.#view, pointer, instruction.length);
    if (length === -1) return this.#channel.emit(instruction);
    const { buffer, byteOffset } = inPlace.reply;
    return new Uint8Array(buffer, byteOffset, length).slice();
  }

  /** Written behind the one before, at an even place. Where the memory ends it begins anew. */
  #written(instruction: Uint8Array): number {
    const { length } = instruction;
    const pointer = this.#free + length > MEMORY_BYTES ? 0 : this.#free;
    this.#memory.set(instruction, pointer);
    this.#free = pointer + length + (length % 2);
    return pointer;
  }
}
