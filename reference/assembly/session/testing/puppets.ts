// Assembled artifacts whose parts do what their settings say: `guest/puppet.ts`.

import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import type { PartAction } from "../../../../generated/codecs/part-action.js";
import { COMPONENTS, type ComponentId } from "../../../../generated/enums/component-id.js";
import type { ControlMode } from "../../../../generated/enums/control-mode.js";
import type { EgoDeclaration, FayManifest, PermissionDeclaration } from "../../../../generated/json/fay-manifest.js";
import { createSerializer, nodeSha256 } from "../../../node.js";
import { assembledArtifact, ImplementationRegistry } from "../../artifact/index.js";
import { resolveFayManifest } from "../../resolution/index.js";

/** What a part does, in the words of the guest. */
export interface Puppet {
  /** What it does when it begins, before it can be called. */
  readonly begin?: readonly string[];
  /** What it does by the actions with which it is called; an action that is not here answers with its input. */
  readonly script?: Readonly<Record<string, readonly string[]>>;
  /** Texts that the step `pick` answers with, one after another. */
  readonly plan?: readonly string[];
  /** Whether it never subscribes to its topic, and so ends when it has begun. */
  readonly deaf?: boolean;
  /** Actions beyond those of the table. */
  readonly actions?: readonly PartAction[];
  /** Other code than the puppet's. */
  readonly code?: Uint8Array;
  /** Further settings. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** An iFay of puppets. */
export interface PuppetShow {
  readonly controlMode?: ControlMode;
  /** Components by their ids. Those that every iFay has are there anyway. */
  readonly parts?: Readonly<Partial<Record<ComponentId, Puppet>>>;
  /** Drivers by the names of their parts, in the order of declaration. */
  readonly drivers?: Readonly<Record<string, Puppet>>;
  readonly ego?: EgoDeclaration;
  readonly permissions?: PermissionDeclaration;
}

let compiled: Promise<Uint8Array> | undefined;

/** The module of the guest, compiled once. */
export function puppetCode(): Promise<Uint8Array> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      "reference/assembly/session/testing/guest/puppet.ts",
      ...[
        "--baseDir",
        fileURLToPath(new URL("../../../..", import.meta.url)),
        "--outFile",
        "puppet.wasm",
        "--runtime",
        "stub",
      ],
      ...["--use", "abort=generated/guest/assemblyscript/abort/abort", "--noAssert", "-O1"],
    ],
    {
      writeFile: (_name: string, contents: Uint8Array | string) => {
        if (typeof contents !== "string") binary = Uint8Array.from(contents);
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(`${stderr.toString()} ${String(error)}`);
  return binary;
}

const GROUPS = new Map<string, string>(COMPONENTS.map(({ id, group }) => [id, group]));

/** What the FayManifest of a show says. */
export function showManifest({
  controlMode = "command",
  parts = {},
  drivers = {},
  ego,
  permissions,
}: PuppetShow): FayManifest {
  const all: Readonly<Record<string, Puppet>> = {
    fay_id: { script: { identify: ["say fay-of-puppets"] } },
    ifay_profile: {},
    multi_terminal_sync: {},
    faying_protocol: {},
    ...(ego !== undefined && { ego_model: { script: { next: ["pick"] } } }),
    ...parts,
  };
  const config = (self: string, { begin, script, plan, deaf, config: own }: Puppet): Record<string, unknown> => ({
    self,
    ...(begin !== undefined && { begin }),
    ...(script !== undefined && { script }),
    ...(plan !== undefined && { plan }),
    ...(deaf === true && { deaf }),
    ...own,
  });
  const declared = Object.entries(all).map(([id, puppet]) => ({ id, config: config(id, puppet) }));
  return {
    name: "test/puppets",
    version: "1.0.0",
    description: "Puppets.",
    vendor: "Fayger",
    modules: declared.filter(({ id }) => GROUPS.get(id) !== "protocol"),
    protocols: declared.filter(({ id }) => GROUPS.get(id) === "protocol"),
    controlMode,
    drivers: Object.entries(drivers).map(([self, puppet]) => ({
      name: self,
      type: "device",
      driverPackage: `@test/${self}`,
      config: config(self, puppet),
    })),
    ...(ego !== undefined && { ego }),
    ...(permissions !== undefined && { permissions }),
  };
}

/** The bytes of an assembled artifact. */
export async function packShow(show: PuppetShow, main?: Uint8Array): Promise<Uint8Array> {
  const puppet = await puppetCode();
  const manifest = showManifest(show);
  const resolution = resolveFayManifest(manifest);
  const registry = new ImplementationRegistry();
  const common = { version: "1.0.0", provider: "Fayger" };
  for (const { id, runs } of COMPONENTS) {
    if (runs !== "guest") continue;
    const { actions = [], code = puppet } = show.parts?.[id] ?? {};
    const source = id === "ego_model" && show.ego !== undefined ? { source: show.ego.modelSource } : {};
    registry.add({ part: id, component: id, ...source, ...common, actions, code });
  }
  for (const [part, { actions = [], code = puppet }] of Object.entries(show.drivers ?? {})) {
    registry.add({ part, source: `@test/${part}`, ...common, actions, code });
  }
  const { chosen, missing } = registry.choose(manifest, resolution);
  if (missing.length > 0) throw new Error(`missing: ${JSON.stringify(missing)}`);
  const manifestText = JSON.stringify(manifest);
  const artifact = assembledArtifact({ manifestText, manifest, resolution, chosen, main: main ?? puppet });
  return createSerializer(nodeSha256).serialize(artifact);
}
