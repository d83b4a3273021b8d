import { ComponentId } from "../../../generated/enums/component-id.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { AssembledPart } from "../artifact/assembled.js";

/** Lists in lists that an output can still hold: the output itself is the first of the four that a message allows. */
const DEEPEST = 3;
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** The settings of a part, as its FayManifest declares them. @spec assembly.calls.settings */
export function settingsOf(
  { modules, protocols, drivers = [], ego, ...manifest }: FayManifest,
  { component, driver }: Pick<AssembledPart, "component" | "driver">,
): unknown {
  if (component === undefined) return driver === undefined ? {} : drivers[driver];
  const { config = {} } = [...modules, ...protocols].find(({ id }) => id === component) ?? {};
  if (component === ComponentId.EgoModel) return { ...ego, config };
  if (component !== ComponentId.IfayProfile) return config;
  const { name, version, description, vendor } = manifest;
  return { ...config, name, version, description, vendor };
}

/**
 * A value out of settings, as a part gets it; `undefined` where there is none, or none that a part can get.
 *
 * @param pointer RFC 6901
 * @spec assembly.calls.settings
 */
export function settingAt(settings: unknown, pointer: string): Tlv | undefined {
  if (pointer !== "" && !pointer.startsWith("/")) return undefined;
  let value = settings;
  for (const token of pointer.split("/").slice(1)) {
    if (/~(?![01])/.test(token)) return undefined;
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null) return undefined;
    if (Array.isArray(value) && !/^(0|[1-9][0-9]*)$/.test(name)) return undefined;
    // What every object inherits is no setting.
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return settingValue(value, DEEPEST);
}

function settingValue(value: unknown, depth: number): Tlv | undefined {
  if (typeof value === "string") return /[\ud800-\udfff]/u.test(value) ? undefined : { type: "text", value };
  if (typeof value === "boolean") return { type: "bool", value };
  if (typeof value === "number") return numberValue(value);
  if (!Array.isArray(value) || depth === 0) return undefined;
  const items: Tlv[] = [];
  for (const item of value) {
    const one = settingValue(item, depth - 1);
    if (one === undefined) return undefined;
    items.push(one);
  }
  return { type: "list", value: items };
}

function numberValue(value: number): Tlv {
  if (!Number.isInteger(value)) return { type: "f64", value };
  const whole = BigInt(value);
  return whole >= LEAST && whole <= MOST ? { type: "i64", value: whole } : { type: "f64", value };
}
