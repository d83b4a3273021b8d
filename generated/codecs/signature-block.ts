export interface SignatureBlock { readonly algorithm: string; readonly keyId: Uint8Array; readonly value: Uint8Array }
