// The public surface of the assembly.
export * from "./artifact/index.js";
export * from "./manifest/index.js";
export * from "./resolution/index.js";
export * from "./session/index.js";
