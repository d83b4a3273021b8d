import { isComponentId } from "../../../generated/enums/component-id.js";
import {
  type ComponentRegistry,
  type RegisteredImplementation,
  validateComponentRegistry,
} from "../../../generated/json/component-registry.js";
import { type Implementation, implementationFaults } from "./implementation.js";
import { ImplementationRegistry } from "./implementation-registry.js";

/** One thing that is wrong with a stored registry. */
export interface RegistryProblem {
  /** Where in its document, as an RFC 9535 path. */
  readonly field: string;
  /** What, for people. */
  readonly message: string;
}

/** A registry that was read from files. */
export interface StoredRegistry {
  /** The implementations that are right. */
  readonly registry: ImplementationRegistry;
  /** The entry code; `undefined` where the registry brings none. */
  readonly main: Uint8Array | undefined;
  /** Everything that is wrong; empty where nothing is. */
  readonly problems: readonly RegistryProblem[];
}

/**
 * Read a registry that is stored as files. Several can be read into one: pass the registry of the first to the next.
 *
 * @param document its JSON document, as a value
 * @param file gives the bytes of a file, by its path relative to the document; what it throws is a problem
 * @param registry takes the implementations
 * @spec assembly.registry
 */
export async function readComponentRegistry(
  document: unknown,
  file: (path: string) => Uint8Array | Promise<Uint8Array>,
  registry = new ImplementationRegistry(),
): Promise<StoredRegistry> {
  const problems: RegistryProblem[] = validateComponentRegistry(document).map(({ field, message }) => ({
    field,
    message,
  }));
  if (problems.length > 0) return { registry, main: undefined, problems };
  const read = async (path: string, field: string): Promise<Uint8Array | undefined> => {
    try {
      return await file(path);
    } catch (error) {
      problems.push({ field, message: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  };
  const { main, implementations } = document as ComponentRegistry;
  const entry = main === undefined ? undefined : await read(main, "$.main");
  for (const [at, registered] of implementations.entries()) {
    const field = `$.implementations[${at}]`;
    const code = await read(registered.file, `${field}.file`);
    if (code === undefined) continue;
    const implementation = implementationOf(registered, code);
    const faults = implementationFaults(implementation);
    problems.push(...faults.map((message) => ({ field, message })));
    if (faults.length > 0) continue;
    try {
      registry.add(implementation);
    } catch (error) {
      problems.push({ field, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { registry, main: entry, problems };
}

function implementationOf(
  { part, source, version, provider, actions = [] }: RegisteredImplementation,
  code: Uint8Array,
): Implementation {
  return {
    part,
    ...(isComponentId(part) && { component: part }),
    ...(source !== undefined && { source }),
    version,
    provider,
    actions,
    code,
  };
}
