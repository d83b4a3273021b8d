// Hand-placed target shape (types only); replaced by the generator's output.
import { type DecodeOptions, type UnknownField, CodecError } from "../../reference/codec/codegen-v1.js";
import type { Dependency } from "./dependency.js";
import type { EntryPoint } from "./entry-point.js";
import type { Quotas } from "./quotas.js";
import type { RuntimePolicy } from "./runtime-policy.js";
import type { SignatureBlock } from "./signature-block.js";

export interface Manifest {
  readonly schemaVersion: readonly [major: number, minor: number];
  readonly runtimeInterfaceMin: readonly [major: number, minor: number, patch: number];
  readonly name: string;
  readonly version: string;
  readonly entry: EntryPoint;
  readonly runtime: RuntimePolicy;
  readonly hostFunctions?: readonly string[];
  readonly optionalCapabilities?: readonly string[];
  readonly requiredCapabilities: readonly string[];
  readonly quotas?: Quotas;
  readonly dependencies?: readonly Dependency[];
  readonly sectionIndexDigest: Uint8Array;
  readonly assembly?: string;
  readonly deprecationNotice?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly signature?: SignatureBlock;
  readonly unknownFields?: readonly UnknownField[];
}
/** The members that are typed in every major version of the schema. */
export interface ManifestHead {
  readonly schemaVersion: readonly [major: number, minor: number];
  readonly sectionIndexDigest: Uint8Array;
  readonly signature?: SignatureBlock;
}
/** Throws CodecError value_out_of_range at $.schema_version[0] where the declared major is not 1: use decodeManifestHead then. */
export declare function decodeManifest(bytes: Uint8Array, options?: DecodeOptions): Manifest;
/** For every declared major version. */
export declare function decodeManifestHead(bytes: Uint8Array, options?: DecodeOptions): ManifestHead;
/** The schema version the bytes declare, or undefined where it cannot be read (then judged as 1.0). */
export declare function declaredManifestVersion(bytes: Uint8Array): readonly [major: number, minor: number] | undefined;
export declare function encodeManifest(value: Manifest): Uint8Array;
export { CodecError };
