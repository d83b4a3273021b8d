/** Values of the members that must be there, for suggestions, by the path of the member with every index left out. */
const EXAMPLES: Readonly<Record<string, string>> = {
  "$.name": '"my-ifay"',
  "$.version": '"1.0.0"',
  "$.description": '"What it does"',
  "$.vendor": '"Who made it"',
  "$.modules": "[]",
  "$.protocols": "[]",
  "$.controlMode": '"command"',
  "$.modules[].id": '"sensor"',
  "$.protocols[].id": '"cap_protocol"',
  "$.drivers[].name": '"Flight Controller"',
  "$.drivers[].type": '"device"',
  "$.drivers[].driverPackage": '"@vendor/driver"',
  "$.ego.modelSource": '"@vendor/model"',
};

/**
 * How a member can look: `"name": "my-ifay"`.
 *
 * @param kind path of the member with every index left out
 */
export function memberExample(kind: string): string | undefined {
  const value = Object.hasOwn(EXAMPLES, kind) ? EXAMPLES[kind] : undefined;
  return value === undefined ? undefined : `"${kind.slice(kind.lastIndexOf(".") + 1)}": ${value}`;
}
