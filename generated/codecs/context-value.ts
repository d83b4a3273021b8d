export type ContextValue = number | bigint | boolean | string | Uint8Array | readonly ContextValue[] | { readonly [key: string]: ContextValue };
