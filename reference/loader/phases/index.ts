// Contents page of the load chain, in its order. The order is that of trust: nothing is decoded before its size is
// bounded, nothing is believed before its digest and signature are checked, and no body is read before all of that.

// 10 hand_off: to the runtime, through the composition root
export { handOff } from "./hand-off.js";
// 6 negotiate_version: schema and Runtime_Interface
export { negotiateVersion } from "./negotiate-version.js";
// 2 parse: decode manifest and section index
export { parse } from "./parse.js";
// 1 read_head: header, manifest, section index and trailer, in at most three reads
export { readHead } from "./read-head.js";
// 9 read_sections: bodies, now when Eager, at first access when Lazy
export { readSections } from "./read-sections.js";
// 8 resolve: entry and dependencies
export { resolve } from "./resolve.js";
// 7 select: the sections the LoadProfile asks for
export { select } from "./select.js";
// 4 verify_digest: trailer pins manifest, manifest pins section index
export { compareHead, digestHead } from "./verify-digest.js";
// 5 verify_signature: the signature policy of the host
export { verifySignature } from "./verify-signature.js";
// 3 verify_structure: every byte belongs to a named part
export { verifyStructure } from "./verify-structure.js";
