/** The members of each kind of object of a FayManifest, by the path of the object with every index left out. */
export const MEMBER_NAMES: Readonly<Record<string, readonly string[]>> = {
  $: [
    "name",
    "version",
    "description",
    "vendor",
    "modules",
    "protocols",
    "controlMode",
    "drivers",
    "ego",
    "permissions",
  ],
  "$.modules[]": ["id", "version", "provider", "config"],
  "$.protocols[]": ["id", "version", "config"],
  "$.drivers[]": ["name", "type", "driverPackage", "config"],
  "$.ego": ["modelSource", "scenarioTags", "constraints"],
  "$.ego.constraints": [
    "valueOrientation",
    "interestPreferences",
    "habits",
    "cognitiveBoundaries",
    "skillBoundaries",
    "permissionBoundaries",
    "workingStyle",
  ],
  "$.ego.constraints.cognitiveBoundaries": ["allowed", "restricted", "requiresConfirmation"],
  "$.ego.constraints.skillBoundaries": ["allowed", "restricted", "requiresConfirmation"],
  "$.ego.constraints.permissionBoundaries": ["allowed", "restricted", "requiresConfirmation"],
  "$.permissions": ["inherent", "persistent", "authMethods"],
};

/** How a member can look, for suggestions: the members that must be there. */
export const MEMBER_EXAMPLES: Readonly<Record<string, string>> = {
  "$.name": '"name": "my-ifay"',
  "$.version": '"version": "1.0.0"',
  "$.description": '"description": "What it does"',
  "$.vendor": '"vendor": "Who made it"',
  "$.modules": '"modules": []',
  "$.protocols": '"protocols": []',
  "$.controlMode": '"controlMode": "command"',
  "$.modules[].id": '"id": "sensor"',
  "$.protocols[].id": '"id": "cap_protocol"',
  "$.drivers[].name": '"name": "Flight Controller"',
  "$.drivers[].type": '"type": "device"',
  "$.drivers[].driverPackage": '"driverPackage": "@vendor/driver"',
  "$.ego.modelSource": '"modelSource": "@vendor/model"',
};
