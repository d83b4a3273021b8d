import type { PatternNode } from "./pattern-syntax.js";

/** A deterministic automaton: state 0 is the start; a missing transition refuses the text. */
export type Automaton = readonly AutomatonState[];

/** One state. */
export interface AutomatonState {
  /** Character code to the next state. */
  readonly next: ReadonlyMap<number, number>;
  readonly accepts: boolean;
}

/** States a generated table can number; more mean that the expression is not meant for this. */
const MAXIMUM_STATES = 200;

/** The smallest deterministic automaton of an expression; `undefined` where it has too many states. */
export function automatonOf(node: PatternNode): Automaton | undefined {
  const nfa = new Nfa();
  const start = nfa.state();
  const end = nfa.state();
  nfa.add(node, start, end);
  const states = subsets(nfa, start, end);
  return states === undefined ? undefined : minimal(states);
}

/** Thompson's construction. */
class Nfa {
  readonly free: number[][] = [];
  readonly steps: { readonly codes: ReadonlySet<number>; readonly to: number }[][] = [];

  state(): number {
    this.free.push([]);
    this.steps.push([]);
    return this.free.length - 1;
  }

  add(node: PatternNode, from: number, to: number): void {
    switch (node.kind) {
      case "characters":
        this.steps[from]?.push({ codes: new Set(node.codes), to });
        return;
      case "choice":
        for (const part of node.parts) this.add(part, from, to);
        return;
      case "sequence":
        this.#sequence(node.parts, from, to);
        return;
      case "repeat": {
        const begin = this.state();
        const finish = this.state();
        this.free[from]?.push(begin);
        this.free[finish]?.push(to);
        if (node.minimum === 0) this.free[begin]?.push(finish);
        if (node.many) this.free[finish]?.push(begin);
        this.add(node.part, begin, finish);
      }
    }
  }

  #sequence(parts: readonly PatternNode[], from: number, to: number): void {
    let current = from;
    for (const part of parts) {
      const next = this.state();
      this.add(part, current, next);
      current = next;
    }
    this.free[current]?.push(to);
  }

  /** The states reached without a character. */
  closure(states: Iterable<number>): number[] {
    const found = new Set(states);
    for (const state of found) for (const next of this.free[state] ?? []) found.add(next);
    return [...found].sort((a, b) => a - b);
  }

  step(states: readonly number[], code: number): number[] {
    return states.flatMap((state) =>
      (this.steps[state] ?? []).filter((step) => step.codes.has(code)).map((step) => step.to),
    );
  }
}

function subsets(nfa: Nfa, start: number, end: number): AutomatonState[] | undefined {
  const first = nfa.closure([start]);
  const numbers = new Map([[first.join(), 0]]);
  const queue = [first];
  const states: AutomatonState[] = [];
  for (const members of queue) {
    const next = new Map<number, number>();
    for (let code = 0x20; code < 0x7f; code++) {
      const reached = nfa.closure(nfa.step(members, code));
      if (reached.length === 0) continue;
      const key = reached.join();
      const known = numbers.get(key) ?? queue.push(reached) - 1;
      numbers.set(key, known);
      next.set(code, known);
    }
    states.push({ next, accepts: members.includes(end) });
    if (queue.length > MAXIMUM_STATES) return undefined;
  }
  return states;
}

/** Merges states that no text tells apart, then numbers them in the order in which texts reach them. */
function minimal(states: readonly AutomatonState[]): Automaton {
  let classes: number[] = states.map((state) => (state.accepts ? 1 : 0));
  for (;;) {
    const keys = states.map(
      (state, index) => `${classes[index]}:${[...state.next].map(([code, to]) => `${code}>${classes[to]}`).join()}`,
    );
    const distinct = [...new Set(keys)];
    const refined = keys.map((key) => distinct.indexOf(key));
    if (distinct.length === new Set(classes).size) break;
    classes = refined;
  }
  const order: number[] = [classes[0] ?? 0];
  const merged: AutomatonState[] = [];
  for (const current of order) {
    const state = states[classes.indexOf(current)];
    if (state === undefined) continue;
    const next = new Map<number, number>();
    for (const [code, to] of state.next) {
      const target = classes[to] ?? 0;
      if (!order.includes(target)) order.push(target);
      next.set(code, order.indexOf(target));
    }
    merged.push({ next, accepts: state.accepts });
  }
  return merged;
}

/** `-a-z_` for a set of characters: a hyphen first, then single characters and ranges of three and more. */
export function characterList(codes: readonly number[]): string {
  const hyphen = codes.includes(0x2d) ? "-" : "";
  const others = codes.filter((code) => code !== 0x2d).sort((a, b) => a - b);
  let text = "";
  for (let i = 0; i < others.length; ) {
    let j = i;
    while (j + 1 < others.length && others[j + 1] === (others[j] ?? 0) + 1) j++;
    const [low = 0, high = 0] = [others[i], others[j]];
    text +=
      j - i >= 2
        ? `${String.fromCharCode(low)}-${String.fromCharCode(high)}`
        : String.fromCharCode(...others.slice(i, j + 1));
    i = j + 1;
  }
  return hyphen + text;
}
