import type { EnumRule } from "../model/enum-rules.js";
import type { TypeScriptModule } from "./generated-file.js";
import { constantCase, kebabCase, pascalCase, plural } from "./names.js";
import { arrayLiteral, constant, functionOf, objectLiteral, quote, typeAlias } from "./structures.js";

/** One module for each CDDL rule that lists its values. */
export function emitEnumRules(rules: readonly EnumRule[]): TypeScriptModule[] {
  return rules.map(emitEnumRule);
}

function emitEnumRule(rule: EnumRule): TypeScriptModule {
  const type = pascalCase(rule.name);
  const list = plural(constantCase(rule.name));
  const numeric = rule.members.every((member) => typeof member.value === "number");
  const scalar = numeric ? "number" : "string";
  return {
    path: `enums/${kebabCase(rule.name)}.ts`,
    origin: `rule \`${rule.name}\` in ${rule.path}`,
    edit: "that rule",
    emitter: "enum-rules.ts",
    imports: [],
    statements: [
      constant({
        name: type,
        docs: { text: rule.meaning, spec: rule.spec },
        value: objectLiteral(
          rule.members.map((member) => ({
            key: pascalCase(member.name),
            value: literal(member.value),
            ...(member.meaning === "" ? {} : { docs: { text: member.meaning } }),
          })),
          " as const",
        ),
      }),
      typeAlias(type, { text: `One of the values in {@link ${type}}.` }, `(typeof ${type})[keyof typeof ${type}]`),
      constant({
        name: list,
        docs: { text: "Every value, in the order of the rule." },
        type: `readonly ${type}[]`,
        value: arrayLiteral(rule.members.map((member) => literal(member.value))),
      }),
      ...(numeric ? [nameRecord(type, rule)] : []),
      functionOf({
        name: `is${type}`,
        docs: { text: `Whether a ${numeric ? "number" : "text"} is one of the values in {@link ${type}}.` },
        parameters: [`value: ${scalar}`],
        returns: `value is ${type}`,
        body: [`return ${rule.members.map((member) => `value === ${literal(member.value)}`).join(" || ")};`],
      }),
    ],
  };
}

function nameRecord(type: string, rule: EnumRule) {
  return constant({
    name: `${constantCase(rule.name)}_NAMES`,
    docs: { text: "The name of each value." },
    type: `Readonly<Record<${type}, string>>`,
    value: objectLiteral(
      rule.members.map((member) => ({ key: `[${type}.${pascalCase(member.name)}]`, value: quote(member.name) })),
    ),
  });
}

function literal(value: string | number): string {
  return typeof value === "string" ? quote(value) : String(value);
}
