import { memberSegment } from "../../codec/locate.js";
import { setOwn } from "../../codec/mutable.js";
import type { JsonMember, JsonNode } from "./json-node.js";

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
  readonly items: JsonNode[] | undefined;
  readonly members: Map<string, JsonMember> | undefined;
  readonly value: unknown[] | Record<string, unknown>;
  /** Name of the member that is being read, and where it stands. */
  name: string;
  nameStart: number;
  nameEnd: number;
}

/** Puts a document together from its parts, in the order of the text. */
export class JsonBuilder {
  /** The document, when it is whole. */
  root: JsonNode | undefined;
  readonly #duplicates: DuplicateMember[] = [];
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
  get duplicates(): readonly DuplicateMember[] {
    return this.#duplicates.sort((a, b) => a.offset - b.offset);
  }

  /** An object or array begins. */
  open(isObject: boolean, start: number): void {
    this.#frames.push({
      start,
      items: isObject ? undefined : [],
      members: isObject ? new Map() : undefined,
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
    const { start, items, members, value } = frame;
    this.attach({ start, end, value, ...(items && { items }), ...(members && { members }) });
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
    else if (frame.members === undefined) {
      frame.items?.push(node);
      (frame.value as unknown[]).push(node.value);
    } else {
      const { name, nameStart, nameEnd, members, value } = frame;
      const before = members.get(name);
      if (before !== undefined) this.#passOver(name, before);
      // @spec encoding.json.duplicates: the last counts.
      members.set(name, { nameStart, nameEnd, node });
      setOwn(value as Record<string, unknown>, name, node.value);
    }
  }

  #passOver(name: string, { nameStart, nameEnd }: JsonMember): void {
    let field = "$";
    for (const { items, name: via } of this.#frames.slice(0, -1)) {
      field += items === undefined ? memberSegment(via) : `[${items.length}]`;
    }
    field += memberSegment(name);
    this.#duplicates.push({ name, field, offset: nameStart, length: nameEnd - nameStart });
  }
}
