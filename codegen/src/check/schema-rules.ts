import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic, type DiagnosticCode, type DiagnosticParameters } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import { camelCase, kebabCase } from "../emit/names.js";
import { checkDirectives, domainsOf } from "../model/cddl-directives.js";
import {
  type ArrayShape,
  type CodecMember,
  type CodecModel,
  type CodecRule,
  encodedKeyOrder,
  type MapBody,
  type SchemaPlace,
} from "../model/cddl-model.js";
import { automatonOf } from "../model/pattern-automaton.js";
import { parsePattern } from "../model/pattern-syntax.js";
import type { CddlFile } from "../parse/syntax.js";
import { checkPlaces } from "./schema-places.js";

/** What holds between the rules, members and directives of the schemas of domain `cbor`, and of all directives. */
export function checkSchemas(files: readonly CddlFile[], model: CodecModel): Diagnostic[] {
  return [
    ...files.flatMap(checkDirectives),
    ...files.flatMap(checkDomain),
    ...files.flatMap(checkPlaces),
    ...checkRuleNames(model),
    ...model.rules.flatMap((rule) => checkRule(rule, model)),
  ];
}

function checkDomain(file: CddlFile): Diagnostic[] {
  const domains = domainsOf(file);
  const [first] = file.comments;
  const span = spanOf(file.source, first?.start ?? 0, first?.end ?? 0);
  const help = { help: ["write `; @domain cbor`, `; @domain json` or both at the top of the file"] };
  if (domains.length === 0) return [createDiagnostic("schema/missing-domain", span, {}, help)];
  return domains.every((domain) => domain === "cbor" || domain === "json")
    ? []
    : [
        createDiagnostic(
          "schema/invalid-directive",
          span,
          { name: "domain", reason: "the domains are `cbor` and `json`" },
          help,
        ),
      ];
}

function at<Code extends DiagnosticCode>(
  place: SchemaPlace,
  code: Code,
  parameters: DiagnosticParameters<Code>,
): Diagnostic {
  return createDiagnostic(code, spanOf(place.file.source, place.node.start, place.node.end), parameters);
}

interface Named {
  readonly name: string;
  readonly place: SchemaPlace;
}

function clash({ name, place }: Named, other: Named, typescript: string): Diagnostic {
  const first = spanOf(other.place.file.source, other.place.node.start, other.place.node.end);
  return createDiagnostic(
    "schema/name-clash",
    spanOf(place.file.source, place.node.start, place.node.end),
    { name, other: other.name, typescript },
    { related: [{ span: first, message: name === other.name ? "the first one" : `\`${other.name}\`` }] },
  );
}

/** Two rules of one file name would overwrite each other. */
function checkRuleNames(model: CodecModel): Diagnostic[] {
  const seen = new Map<string, CodecRule>();
  const found: Diagnostic[] = [];
  for (const rule of model.rules) {
    const typescript = kebabCase(rule.name);
    const other = seen.get(typescript);
    if (other !== undefined) found.push(clash(rule, other, typescript));
    seen.set(typescript, other ?? rule);
  }
  return found;
}

function checkRule(rule: CodecRule, model: CodecModel): Diagnostic[] {
  const { body } = rule;
  switch (body.kind) {
    case "map":
      return [
        ...checkMembers(body.members, model),
        ...checkFrozen(rule, body),
        ...checkGrowth(rule, body, model),
        ...body.members.flatMap((member) => checkDisjoint(member, body.members)),
      ];
    case "row":
    case "tuple":
      return checkMembers(body.members, model);
    case "list":
      return checkOrder(body.array, rule.place, model);
    case "pattern":
      return checkPattern(rule, body.text.pattern?.source ?? "");
    case "choice":
      return [];
  }
}

function checkMembers(members: readonly CodecMember[], model: CodecModel): Diagnostic[] {
  const seen = new Map<string, CodecMember>();
  const found: Diagnostic[] = [];
  for (const member of members) {
    const typescript = camelCase(member.name);
    const other = seen.get(typescript);
    if (other !== undefined) found.push(clash(member, other, typescript));
    seen.set(typescript, other ?? member);
    if (member.since < 0) found.push(directive(member.place, "since", "it takes a version `1.N`"));
    // @spec compatibility.schema.minor
    if (member.since > 0 && !member.optional)
      found.push(at(member.place, "schema/required-since", { name: member.name }));
    if (member.shape.kind === "array") found.push(...checkOrder(member.shape, member.place, model));
  }
  return found;
}

/** `@ascending-by` names a member of the elements that can be ordered; `@ascending` needs texts or byte strings. */
function checkOrder(array: ArrayShape, place: SchemaPlace, model: CodecModel): Diagnostic[] {
  const { ascendingBy, prefixFree } = array.order;
  const found: Diagnostic[] = [];
  if (prefixFree && ascendingBy === undefined)
    found.push(directive(place, "prefix-free", "it needs `@ascending` or `@ascending-by`"));
  if (ascendingBy === "" && array.item.kind !== "text" && array.item.kind !== "bytes") {
    found.push(directive(place, "ascending", "the elements are neither text nor byte strings"));
  }
  if (ascendingBy === undefined || ascendingBy === "") return found;
  const element = array.item.kind === "reference" ? model.byName.get(array.item.rule) : undefined;
  // A rule that was refused is not in the model; what is wrong with it is said where it stands.
  if (array.item.kind === "reference" && element === undefined) return found;
  const members = element?.body.kind === "map" || element?.body.kind === "row" ? element.body.members : [];
  const member = members.find((candidate) => candidate.name === ascendingBy);
  if (member === undefined || member.optional || !["text", "bytes"].includes(member.shape.kind)) {
    found.push(
      directive(place, "ascending-by", `\`${ascendingBy}\` is no required text or byte string of the elements`),
    );
  }
  return found;
}

/** The other array is read first, so that a conflict shows at the later item. */
function checkDisjoint(member: CodecMember, members: readonly CodecMember[]): Diagnostic[] {
  const name = member.shape.kind === "array" ? member.shape.order.disjointFrom : undefined;
  if (name === undefined) return [];
  const other = members.find((candidate) => candidate.name === name);
  const fits =
    other?.shape.kind === "array" &&
    other.shape.item.kind === "text" &&
    member.shape.kind === "array" &&
    member.shape.item.kind === "text";
  if (other === undefined || !fits)
    return [directive(member.place, "disjoint-from", `\`${name}\` is no array of text of this map`)];
  return encodedKeyOrder(other, member) < 0
    ? []
    : [directive(member.place, "disjoint-from", `write it at \`${name}\`, whose key is encoded later`)];
}

/** Frozen members are simple enough to be read twice, and only a map that declares a version has any. */
function checkFrozen(rule: CodecRule, { frozen, members, versionMember }: MapBody): Diagnostic[] {
  if (frozen.length > 0 && versionMember === undefined) {
    return [directive(rule.place, "frozen", "the map declares no schema version")];
  }
  return frozen.flatMap((name) => {
    const member = members.find((candidate) => candidate.name === name);
    if (member === undefined) return [directive(rule.place, "frozen", `\`${name}\` is no member of the map`)];
    const container = member.shape.kind === "array" || member.shape.kind === "table";
    return container ? [directive(rule.place, "frozen", `\`${name}\` is a container without a rule of its own`)] : [];
  });
}

/** A growing map names the member that declares the version: its own, or that of a map it can stand in. */
function checkGrowth(
  rule: CodecRule,
  { grows, growsBy, members, versionMember }: MapBody,
  model: CodecModel,
): Diagnostic[] {
  if (!grows) return [];
  const own = members.find((member) => member.name === versionMember);
  const version = own?.shape.kind === "reference" ? model.byName.get(own.shape.rule)?.body : undefined;
  if (own !== undefined && (own.optional || version?.kind !== "tuple" || version.members.length !== 2)) {
    return [directive(own.place, "grows", `\`${own.name}\` is no required pair of unsigned integers`)];
  }
  const declared = model.rules.some(({ body }) => body.kind === "map" && body.versionMember === growsBy);
  return declared ? [] : [directive(rule.place, "grows", `no map declares its version in a member \`${growsBy}\``)];
}

function checkPattern(rule: CodecRule, source: string): Diagnostic[] {
  const parsed = parsePattern(source);
  if ("problem" in parsed) return [at(rule.place, "schema/unsupported-pattern", { reason: parsed.problem })];
  return automatonOf(parsed.node) === undefined
    ? [at(rule.place, "schema/unsupported-pattern", { reason: "it needs too many states" })]
    : [];
}

function directive(place: SchemaPlace, name: string, reason: string): Diagnostic {
  return at(place, "schema/invalid-directive", { name, reason });
}
