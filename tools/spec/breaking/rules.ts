import { type SourceSpan, spanOf } from "../../../codegen/src/diagnostics/source.js";
import { domainsOf, readComment } from "../../../codegen/src/model/cddl-directives.js";
import { printEntry, printType } from "../../../codegen/src/parse/print.js";
import type { CddlFile, Commented, GroupEntry, Rule } from "../../../codegen/src/parse/syntax.js";

/** What a comment promises beside its words. */
interface Marks {
  /** The sentences. */
  readonly meaning: string;
  /** Directives that say what is valid, in one canonical text. */
  readonly directives: string;
  readonly deprecated: string | undefined;
  readonly since: string | undefined;
}

/** One rule of a schema. */
export interface RuleItem extends Marks {
  readonly name: string;
  /** File name without folders, for instance `manifest.cddl`. */
  readonly file: string;
  /** `cbor`, `json` or both, as the file says. */
  readonly domains: readonly string[];
  /** Whether later minors may add members. */
  readonly grows: boolean;
  /** Members that keep key and type in every schema of the format. */
  readonly frozen: readonly string[];
  /** Members by key where the rule is a map of named members. */
  readonly members: ReadonlyMap<string, MemberItem> | undefined;
  /** The type on one line where it is no such map. */
  readonly type: string;
  readonly at: SourceSpan;
}

/** One member of a map. */
export interface MemberItem extends Marks {
  readonly key: string;
  readonly optional: boolean;
  /** The type on one line. */
  readonly type: string;
  readonly at: SourceSpan;
}

/** Directives that say nothing about what is valid. */
const silent = new Set(["spec", "since", "deprecated", "names", "table", "domain", "frozen", "part"]);

/** The rules of a file. */
export function readRules(file: CddlFile): RuleItem[] {
  return file.rules.map((rule) => readRule(file, rule));
}

function readRule(file: CddlFile, rule: Rule): RuleItem {
  const { directives } = readComment(rule, file);
  const entries = entriesOf(rule);
  const members = entries?.map((entry) => readMember(file, entry));
  const named = members?.every((member) => member !== undefined) ? members : undefined;
  return {
    ...marksOf(file, rule),
    name: rule.name.name,
    file: file.source.path.replace(/^.*\//, ""),
    domains: domainsOf(file),
    grows: directives.some(({ name }) => name === "grows"),
    frozen: directives.find(({ name }) => name === "frozen")?.arguments ?? [],
    members: named === undefined ? undefined : new Map(named.map((member) => [member.key, member])),
    type: rule.body.kind === "type" ? printType(rule.body) : printEntry(rule.body),
    at: spanOf(file.source, rule.start, rule.name.end),
  };
}

/** The entries of a rule that is one map. */
function entriesOf(rule: Rule): readonly GroupEntry[] | undefined {
  const [only, another] = rule.body.kind === "type" ? rule.body.alternatives : [];
  if (only?.kind !== "map" || another !== undefined) return undefined;
  const [choice, second] = only.group.choices;
  return second === undefined ? choice?.entries : undefined;
}

function readMember(file: CddlFile, entry: GroupEntry): MemberItem | undefined {
  if (entry.kind !== "member") return undefined;
  const { key, occurrence, type } = entry;
  const name =
    key?.kind === "bareword-key"
      ? key.name
      : key?.kind === "value-key" && key.literal.kind === "text"
        ? key.literal.value
        : undefined;
  if (name === undefined) return undefined;
  return {
    ...marksOf(file, entry),
    key: name,
    optional: occurrence?.minimum === 0n,
    type: printType(type),
    at: spanOf(file.source, entry.start, entry.end),
  };
}

function marksOf(file: CddlFile, node: Commented & { readonly start: number }): Marks {
  const { text, directives } = readComment(node, file);
  const argument = (wanted: string) => directives.find(({ name }) => name === wanted)?.arguments[0];
  const binding = directives.filter(({ name }) => !silent.has(name));
  return {
    meaning: text,
    directives: binding
      .map((directive) => [`@${directive.name}`, ...directive.arguments].join(" "))
      .sort()
      .join(", "),
    deprecated: argument("deprecated"),
    since: argument("since"),
  };
}
