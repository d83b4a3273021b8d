import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A skeleton of an implementation under test. */
export interface Starter {
  /** Its files, by path from its folder. */
  readonly files: readonly string[];
  /** Command lines to type before the first run, in the folder. */
  readonly build: readonly string[];
  /** Command line of the implementation, in the folder. */
  readonly command: string;
}

/** The skeletons, by language. */
export const STARTERS = {
  python: { files: ["README.md", "testee.py"], build: [], command: "python3 testee.py" },
  rust: {
    files: ["Cargo.toml", "README.md", "src/json.rs", "src/main.rs"],
    build: ["cargo build --release"],
    command: "./target/release/testee",
  },
  go: { files: ["README.md", "go.mod", "main.go"], build: ["go build"], command: "./testee" },
  node: { files: ["README.md", "testee.mjs"], build: [], command: "node testee.mjs" },
} as const satisfies Record<string, Starter>;

/** Language of a skeleton. */
export type StarterLanguage = keyof typeof STARTERS;

/** Every language, in the order of the help. */
export const STARTER_LANGUAGES = Object.keys(STARTERS) as readonly StarterLanguage[];

/** Whether there is a skeleton in a language. */
export function isStarterLanguage(text: string): text is StarterLanguage {
  return Object.hasOwn(STARTERS, text);
}

/** The text of one file of a skeleton. */
export function starterText(language: StarterLanguage, file: string): string {
  // Beside this file in the sources; what is built lies in a folder of its own, and the skeletons are not built.
  const places = ["./", "../../../../tools/conformance/starters/"].map((place) => new URL(place, import.meta.url));
  const found = places.map((place) => new URL(`${language}/${file}`, place)).find((place) => existsSync(place));
  if (found === undefined) throw new Error(`the skeleton ${language}/${file} is not part of this installation`);
  return readFileSync(fileURLToPath(found), "utf8");
}
