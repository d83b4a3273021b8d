import type { DecodeOptions } from "../../reference/codec/codegen-v1.js"; import type { TrustKey } from "./trust-key.js";
export interface TrustStore { readonly version: number; readonly issuedAt: number; readonly keys: readonly TrustKey[] }
export declare function decodeTrustStore(bytes: Uint8Array, options?: DecodeOptions): TrustStore;
export declare function encodeTrustStore(value: TrustStore): Uint8Array;
