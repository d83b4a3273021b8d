import type { StatementStructures } from "ts-morph";
import type { CodecMember, CodecModel, CodecRule, Shape } from "../model/cddl-model.js";
import { referencesOf } from "../model/cddl-model.js";
import type { ImportLine } from "./generated-file.js";
import { constantCase, kebabCase, pascalCase } from "./names.js";

/** Rules whose TypeScript type has another name, because the plain one means something else in the implementation. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  // `FaygerError` is the class that is thrown; this is its encoded form.
  "fayger-error": "FaygerErrorRecord",
};

/** The kernel's one entry for generated code, as a file of `generated/codecs/` sees it. */
const KERNEL = "../../reference/codec/codegen-v1.js";

/** The TypeScript name of a rule's type. */
export function typeName(rule: string): string {
  return TYPE_NAMES[rule] ?? pascalCase(rule);
}

/** The class that judges the order of a rule's elements, and the member they are ordered by. */
export interface ElementOrder {
  readonly member: string;
  readonly judge: OrderClass;
}

/** A class of the kernel that judges order. */
export type OrderClass = "AscendingItems" | "AscendingPaths";

/** Facts about the whole model that single codecs need. */
export class CodecContext {
  readonly model: CodecModel;
  readonly #orders = new Map<string, ElementOrder>();
  readonly #growing = new Set<string>();
  readonly #names: ReadonlySet<string>;

  constructor(model: CodecModel) {
    this.model = model;
    this.#names = new Set(model.rules.map((rule) => pascalCase(rule.name)));
    for (const rule of model.rules) {
      for (const shape of shapesOf(rule)) this.#noteOrder(shape);
      if (this.#reachesGrowth(rule, new Set())) this.#growing.add(rule.name);
    }
  }

  /** The order the elements of this rule have in some array. */
  elementOrder(rule: string): ElementOrder | undefined {
    return this.#orders.get(rule);
  }

  /** Whether functions are named after a rule by this name, such as `SectionEntry`. */
  isRuleName(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether a growing map stands somewhere inside the rule. */
  grows(rule: string): boolean {
    return this.#growing.has(rule);
  }

  #noteOrder(shape: Shape): void {
    if (shape.kind === "array") {
      // @spec index.prefix-free, manifest.sets
      const { ascendingBy, prefixFree } = shape.order;
      if (shape.item.kind === "reference" && ascendingBy !== undefined && ascendingBy !== "") {
        this.#orders.set(shape.item.rule, {
          member: ascendingBy,
          judge: prefixFree ? "AscendingPaths" : "AscendingItems",
        });
      }
      this.#noteOrder(shape.item);
    } else if (shape.kind === "table") this.#noteOrder(shape.value);
  }

  #reachesGrowth(rule: CodecRule, seen: Set<string>): boolean {
    if (seen.has(rule.name)) return false;
    seen.add(rule.name);
    if (rule.body.kind === "map" && rule.body.grows) return true;
    return referencesOf(rule).some((name) => {
      const target = this.model.byName.get(name);
      return target !== undefined && this.#reachesGrowth(target, seen);
    });
  }
}

/** The shapes a rule is made of, at its top level. */
function shapesOf({ body }: CodecRule): readonly Shape[] {
  switch (body.kind) {
    case "list":
      return [body.array];
    case "choice":
      return body.alternatives;
    case "pattern":
      return [body.text];
    default:
      return body.members.map((member) => member.shape);
  }
}

/** Collects what one generated codec imports, its constants and its helper functions. */
export class CodecFile {
  readonly rule: CodecRule;
  readonly context: CodecContext;
  /** Functions that read or write an array or map inside the rule, each behind the function that needs it. */
  readonly readers: StatementStructures[] = [];
  readonly writers: StatementStructures[] = [];
  /** Constants that readers need, by their names. */
  readonly constants = new Map<string, string>();
  readonly #imports = new Map<string, Set<string>>();

  constructor(rule: CodecRule, context: CodecContext) {
    this.rule = rule;
    this.context = context;
  }

  /** Name of the rule in names of functions: `SectionEntry`. */
  get name(): string {
    return pascalCase(this.rule.name);
  }

  /** What the functions for a member's array or map are named after. Those named after rules are taken. */
  helperName(member: CodecMember): string {
    const name = pascalCase(member.name);
    return this.context.isRuleName(name) ? `${name}Member` : name;
  }

  /** Imports names from the kernel. */
  kernel(...names: readonly string[]): void {
    this.use(KERNEL, ...names);
  }

  /** Imports names from another generated file. A name used only as a type begins with `type `. */
  use(from: string, ...names: readonly string[]): void {
    const set = this.#imports.get(from) ?? new Set();
    for (const name of names) set.add(name);
    this.#imports.set(from, set);
  }

  /** Imports names from the codec of another rule; nothing for the rule itself. */
  useRule(rule: string, ...names: readonly string[]): void {
    if (rule !== this.rule.name) this.use(`./${kebabCase(rule)}.js`, ...names);
  }

  /** Imports from the enum of a rule that lists its values. */
  useEnum(rule: string, ...names: readonly string[]): void {
    this.use(`../enums/${kebabCase(rule)}.js`, ...names);
  }

  /** The import lines; a name that is also used as a value is not marked as a type. */
  imports(): ImportLine[] {
    return [...this.#imports]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([from, names]) => ({
        from,
        names: [...names].filter((name) => !name.startsWith("type ") || !names.has(name.slice(5))),
      }));
  }
}

/** The constant that holds an encoded key. */
export function keyConstant(member: string): string {
  return `${constantCase(member)}_KEY`;
}
