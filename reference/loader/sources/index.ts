// Contents page of the sources over this host's storage.
export { createFileSource } from "./file-source.js";
