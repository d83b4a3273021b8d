/** How names of the specification become names of TypeScript. */

/** Splits `ecdsa-p256`, `fs.read`, `read_head`, `SIGNED`, `MissingSignature` into lower-case words. */
function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

/** `ecdsa-p256` becomes `EcdsaP256`. */
export function pascalCase(name: string): string {
  return words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** `memory_bytes` becomes `memoryBytes`. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** `LoaderPhase` becomes `LOADER_PHASE`. */
export function constantCase(name: string): string {
  return words(name).join("_").toUpperCase();
}

/** `LoaderPhase` becomes `loader-phase`. */
export function kebabCase(name: string): string {
  return words(name).join("-");
}

/** The English plural of a constant: `QUOTA_NAME` becomes `QUOTA_NAMES`, `CATEGORY` becomes `CATEGORIES`. */
export function plural(constant: string): string {
  return constant.endsWith("Y") ? `${constant.slice(0, -1)}IES` : `${constant}S`;
}

/** `0x1001` with at least `digits` hexadecimal digits. */
export function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
