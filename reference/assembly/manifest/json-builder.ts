import { memberSegment } from "../../codec/locate.js";
import { setOwn } from "../../codec/mutable.js";
import type { JsonMember, JsonNode } from "./json-node.js";
import { MOST_FINDINGS, type Told } from "./limits.js";

/** A member whose name comes again in its object. */
export interface DuplicateMember {
  readonly name: string;
  /** Its path. */
  readonly field: string;
  /** Where its name stands, quotes included. */
  readonly offset: number;
  readonly length: number;
}

/** An object or array that is not closed yet. */
interface Frame {
  readonly start: number;
  /** The elements of an array; undefined of an object. */
  readonly items: JsonNode[] | undefined;
  /** The members of an object: a map of its own from the first one on, as many objects have none. */
  members: Map<string, JsonMember> | undefined;
  readonly value: unknown[] | Record<string, unknown>;
  /** Name of the member that is being read, and where it stands. */
  name: string;
  nameStart: number;
  nameEnd: number;
}

/**
 * Characters of all the paths of members that were passed over: in a file of very long names each path is as long as
 * the file.
 */
const MOST_PATH_TEXT = 1_048_576;

const NO_MEMBERS: ReadonlyMap<string, JsonMember> = new Map();

/** Puts a document together from its parts, in the order of the text. */
export class JsonBuilder {
  /** The document, when it is whole. */
  root: JsonNode | undefined;
  readonly #duplicates: DuplicateMember[] = [];
  #untold = 0;
  #pathText = 0;
  /** What is open, the outermost first. */
  readonly #frames: Frame[] = [];

  /** How many objects and arrays are open. */
  get depth(): number {
    return this.#frames.length;
  }

  /** Whether the innermost of what is open is an array. */
  get isInArray(): boolean {
    return this.#frames.at(-1)?.items !== undefined;
  }

  /** Where the innermost of what is open begins. */
  get openedAt(): number {
    return this.#frames.at(-1)?.start ?? 0;
  }

  /** Members that were passed over, in the order of the text. */
  get duplicates(): Told<DuplicateMember> {
    return { told: this.#duplicates.sort((a, b) => a.offset - b.offset), untold: this.#untold };
  }

  /** An object or array begins. */
  open(isObject: boolean, start: number): void {
    this.#frames.push({
      start,
      items: isObject ? undefined : [],
      members: undefined,
      value: isObject ? {} : [],
      name: "",
      nameStart: 0,
      nameEnd: 0,
    });
  }

  /** The innermost of what is open ends. */
  close(end: number): void {
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    const { start, items, members = NO_MEMBERS, value } = frame;
    this.attach(items === undefined ? { start, end, value, members } : { start, end, value, items });
  }

  /** The next value is that of this member. */
  name(name: string, nameStart: number, nameEnd: number): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined) Object.assign(frame, { name, nameStart, nameEnd });
  }

  /** Gives a value its place in what holds it. */
  attach(node: JsonNode): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) this.root = node;
    else if (frame.items !== undefined) {
      frame.items.push(node);
      (frame.value as unknown[]).push(node.value);
    } else {
      const { name, nameStart, nameEnd, value } = frame;
      frame.members ??= new Map();
      const { members } = frame;
      const before = members.get(name);
      if (before !== undefined) this.#passOver(name, before);
      // @spec encoding.json.duplicates: the last counts.
      members.set(name, { nameStart, nameEnd, node });
      setOwn(value as Record<string, unknown>, name, node.value);
    }
  }

  // @spec faymanifest.validation.bound
  #passOver(name: string, { nameStart, nameEnd }: JsonMember): void {
    if (this.#duplicates.length >= MOST_FINDINGS || this.#pathText > MOST_PATH_TEXT) {
      this.#untold++;
      return;
    }
    let field = "$";
    for (const { items, name: via } of this.#frames.slice(0, -1)) {
      field += items === undefined ? memberSegment(via) : `[${items.length}]`;
    }
    field += memberSegment(name);
    this.#pathText += field.length;
    this.#duplicates.push({ name, field, offset: nameStart, length: nameEnd - nameStart });
  }
}
