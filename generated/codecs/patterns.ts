import { pattern } from "../../reference/codec/codegen-v1.js";
export const PATH_NAME = pattern("[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*", [
  { to: { "a-z0-9": 1 } },
  { to: { "a-z0-9": 1, "-._/": 0 }, accepts: true },
]);
