import type { SourceSpan } from "../../../codegen/src/diagnostics/source.js";
import { mayBeRemoved } from "../../../codegen/src/model/deprecation.js";
import type { Change } from "./change.js";
import type { ChangeKindName } from "./kinds.js";
import type { MemberItem, RuleItem } from "./rules.js";
import { type SpecState, startOf } from "./state.js";
import { goneSince, markChange } from "./tables.js";
import { expand, formOf, relate, simplified } from "./types.js";

type Rules = ReadonlyMap<string, RuleItem>;

/** Every difference between the schemas of two states; none where one of them holds no schemas. */
export function compareSchemas(old: SpecState, now: SpecState): Change[] {
  if (old.rules === undefined || now.rules === undefined) return [];
  return new SchemaComparison(old, now, old.rules, now.rules).changes();
}

class SchemaComparison {
  readonly #old: Rules;
  readonly #now: Rules;
  readonly #oldAliases: ReadonlyMap<string, string>;
  readonly #nowAliases: ReadonlyMap<string, string>;
  readonly #versions: { readonly old: string; readonly now: string };
  readonly #homes: ReadonlyMap<string, SourceSpan>;
  /** The place for what is gone with its file. */
  readonly #nowhere: SourceSpan | undefined;

  constructor(old: SpecState, now: SpecState, oldRules: Rules, nowRules: Rules) {
    this.#old = oldRules;
    this.#now = nowRules;
    this.#oldAliases = aliasesOf(oldRules);
    this.#nowAliases = aliasesOf(nowRules);
    this.#versions = { old: old.versions.get("schema") ?? "", now: now.versions.get("schema") ?? "" };
    this.#homes = new Map(now.sources.map((file) => [file.path.replace(/^.*\//, ""), startOf(file)]));
    const [first] = now.sources;
    this.#nowhere = first === undefined ? undefined : startOf(first);
  }

  changes(): Change[] {
    const found: Change[] = [];
    for (const rule of this.#now.values()) {
      const was = this.#old.get(rule.name);
      if (was !== undefined) found.push(...this.#rule(was, rule));
      else if (isAlias(rule)) found.push(change("type-rewritten", rule.name, "a type has a name of its own", rule.at));
      else found.push(change("rule-added", rule.name, `new in ${rule.file}`, rule.at));
    }
    for (const rule of this.#old.values()) if (!this.#now.has(rule.name)) found.push(this.#goneRule(rule));
    return found;
  }

  #goneRule(rule: RuleItem): Change {
    const at = this.#homes.get(rule.file) ?? this.#nowhere ?? rule.at;
    // Whoever used the name has another type now, and is told if it accepts something else.
    if (isAlias(rule)) return change("type-rewritten", rule.name, "a type has no name of its own any more", at);
    return change(this.#goneKind(rule.deprecated), rule.name, goneSince(rule.deprecated), at);
  }

  #goneKind(deprecated: string | undefined): ChangeKindName {
    return mayBeRemoved(deprecated, Number.parseInt(this.#versions.now, 10)) ? "removed" : "removed-unmarked";
  }

  #rule(was: RuleItem, rule: RuleItem): Change[] {
    const found = this.#marks(rule.name, was, rule, rule.at);
    const before = [was.grows ? "" : "closed", was.directives, was.domains.join(" ")].join("; ");
    const after = [rule.grows ? "" : "closed", rule.directives, rule.domains.join(" ")].join("; ");
    if (before !== after || (was.members === undefined) !== (rule.members === undefined)) {
      found.push(change("rule-changed", rule.name, directivesDetail(was, rule), rule.at));
    }
    if (was.members === undefined || rule.members === undefined) {
      if (was.members === undefined && rule.members === undefined)
        found.push(...this.#type(rule.name, was.type, rule.type, isDocument(rule), rule.at));
      return found;
    }
    for (const member of rule.members.values()) found.push(...this.#member(was, rule, member));
    for (const [key, member] of was.members) {
      if (rule.members.has(key)) continue;
      const subject = `${rule.name}.${key}`;
      found.push(change(this.#goneKind(member.deprecated), subject, goneSince(member.deprecated), rule.at));
      if (was.frozen.includes(key)) found.push(frozenChange(subject, "it is gone", rule.at));
    }
    return found;
  }

  #member(wasRule: RuleItem, rule: RuleItem, member: MemberItem): Change[] {
    const subject = `${rule.name}.${member.key}`;
    const was = wasRule.members?.get(member.key);
    if (was === undefined)
      return [change(this.#addedKind(wasRule, rule, member), subject, `new in \`${rule.name}\``, member.at)];
    const found = this.#marks(subject, was, member, member.at);
    if (was.optional !== member.optional) {
      const kind = !member.optional
        ? "member-now-required"
        : isDocument(rule)
          ? "document-widened"
          : "member-now-optional";
      found.push(change(kind, subject, member.optional ? "it may be absent now" : "it must be there now", member.at));
    }
    if (was.directives !== member.directives) {
      const detail = `it said \`${was.directives}\` and says \`${member.directives}\``;
      found.push(change("type-changed", subject, detail, member.at));
    }
    const types = this.#type(subject, was.type, member.type, isDocument(rule), member.at);
    if (wasRule.frozen.includes(member.key) && types.some(({ kind }) => kind !== "type-rewritten"))
      found.push(frozenChange(subject, "its type changed", member.at));
    return [...found, ...types];
  }

  #addedKind(was: RuleItem, rule: RuleItem, { optional, since }: MemberItem): ChangeKindName {
    if (!optional) return "member-added-required";
    if (isDocument(rule)) return "document-widened";
    if (!was.grows) return "member-added-closed";
    return isLater(since ?? "", this.#versions.old) && !isLater(since ?? "", this.#versions.now)
      ? "member-added"
      : "member-added-undated";
  }

  #type(subject: string, before: string, now: string, document: boolean, at: SourceSpan): Change[] {
    if (before === now) return [];
    const [wasType, isType] = [simplified(expand(before, this.#oldAliases)), simplified(expand(now, this.#nowAliases))];
    const detail = `it was \`${before}\` and is \`${now}\``;
    const relation = relate(wasType, isType);
    if (relation === "same") return [change("type-rewritten", subject, detail, at)];
    if (document && relation === "wider") return [change("document-widened", subject, detail, at)];
    const form = formOf(wasType, isType);
    const kinds = { enumeration: "enumeration-changed", range: "range-changed", type: "type-changed" } as const;
    return [change(kinds[form], subject, detail, at)];
  }

  #marks(subject: string, was: RuleItem | MemberItem, now: RuleItem | MemberItem, at: SourceSpan): Change[] {
    const found = markChange(was.deprecated, now.deprecated).map(({ kind, detail }) =>
      change(kind, subject, detail, at),
    );
    if (was.meaning !== now.meaning)
      found.push(change("words-changed", subject, "the words changed; raise the major where the meaning did", at));
    return found;
  }
}

/** A rule that only names a type. */
function isAlias(rule: RuleItem): boolean {
  return rule.members === undefined && !/^[[{]/.test(rule.type);
}

function aliasesOf(rules: Rules): Map<string, string> {
  return new Map([...rules.values()].filter(isAlias).map(({ name, type }) => [name, type]));
}

/** Whether the rule has a JSON form alone: whoever reads such a document has this specification or a later one. */
function isDocument(rule: RuleItem): boolean {
  return rule.domains.length > 0 && rule.domains.every((domain) => domain === "json");
}

function directivesDetail(was: RuleItem, rule: RuleItem): string {
  if (was.domains.join(" ") !== rule.domains.join(" "))
    return `its domain was ${was.domains.join(" ")} and is ${rule.domains.join(" ")}`;
  if ((was.members === undefined) !== (rule.members === undefined)) return "it is a map of named members, or was one";
  return `its directives were \`${was.directives}\` and are \`${rule.directives}\``;
}

function frozenChange(subject: string, detail: string, at: SourceSpan): Change {
  return { kind: "frozen-changed", version: "format", subject, detail: `a frozen member: ${detail}`, at };
}

function change(kind: ChangeKindName, subject: string, detail: string, at: SourceSpan): Change {
  return { kind, version: "schema", subject, detail, at };
}

/** Whether version `a` is later than `b`; both are "major.minor". */
function isLater(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split(".").map(Number);
  const [majorB = 0, minorB = 0] = b.split(".").map(Number);
  return majorA > majorB || (majorA === majorB && minorA > minorB);
}
