import type { ArtifactPlan } from "../../building/artifact.js";
import type { Draft } from "../../corpus/family.js";
import { artifact, contextOf, loadOf, plan, trusting } from "./artifacts.js";
import { loads, refuses } from "./drafts.js";

/** A scope, and names that it holds and does not hold. */
interface Scope {
  readonly group: string;
  readonly globs: readonly string[];
  readonly inside: readonly string[];
  readonly outside: readonly string[];
  readonly why: string;
}

const rows: readonly Scope[] = [
  {
    group: "exact",
    globs: ["example/app"],
    inside: ["example/app"],
    outside: ["example/apps", "example/ap", "example", "example/app/x", "an/example/app"],
    why: "A glob without a star holds for itself alone",
  },
  {
    group: "star-behind",
    globs: ["example/*"],
    inside: ["example/app", "example/a.b-c_d"],
    outside: ["example", "example/app/x", "examples/app"],
    why: "A star stands for any characters but the slash",
  },
  {
    group: "star-in-front",
    globs: ["*/app"],
    inside: ["example/app"],
    outside: ["app", "a/b/app", "example/apps"],
    why: "A star in front stands for one segment",
  },
  {
    group: "star-alone",
    globs: ["*"],
    inside: ["app", "a-b"],
    outside: ["example/app"],
    why: "A star alone holds for names of one segment",
  },
  {
    group: "star-for-nothing",
    globs: ["example/app*"],
    inside: ["example/app", "example/app2", "example/app-x"],
    outside: ["example/app/x", "example/ap"],
    why: "A star also stands for no character",
  },
  {
    group: "star-inside",
    globs: ["ex*le/a*p"],
    inside: ["example/app", "exle/ap", "example/a.p"],
    outside: ["ex/le/app", "example/a", "example/apq"],
    why: "Stars stand inside segments as well",
  },
  {
    group: "two-stars-in-a-row-of-segments",
    globs: ["*/*"],
    inside: ["example/app"],
    outside: ["app", "a/b/c"],
    why: "Each star stands in its own segment",
  },
  {
    group: "star-that-tries-again",
    globs: ["*a*b"],
    inside: ["ab", "aab", "xaxaxbxb", "aabb"],
    outside: ["aba", "b", "a/b"],
    why: "A star takes as much as the rest needs it to",
  },
  {
    group: "double-star-alone",
    globs: ["**"],
    inside: ["app", "example/app", "a/b/c/d"],
    outside: [],
    why: "Two stars stand for any characters, the slash among them",
  },
  {
    group: "double-star-behind",
    globs: ["example/**"],
    inside: ["example/app", "example/a/b/c"],
    outside: ["example", "examples/app"],
    why: "Two stars behind a slash hold for everything below",
  },
  {
    group: "double-star-in-front",
    globs: ["**/app"],
    inside: ["example/app", "a/b/app"],
    outside: ["app", "example/xapp", "example/app/x"],
    why: "The slash behind two stars has to be there",
  },
  {
    group: "double-star-inside",
    globs: ["a/**/z"],
    inside: ["a/b/z", "a/b/c/z"],
    outside: ["a/z", "a/b/zz"],
    why: "Two stars between slashes leave both slashes standing",
  },
  {
    group: "double-star-without-slashes",
    globs: ["ex**pp"],
    inside: ["example/app", "expp", "ex/a/b/pp"],
    outside: ["example/ap", "xexpp"],
    why: "Two stars need no slash beside them, and may stand for nothing",
  },
  {
    group: "three-stars",
    globs: ["a***b"],
    inside: ["ab", "axb", "a/x/b"],
    outside: ["ba"],
    why: "Two stars and one are no more than two",
  },
  {
    group: "several-globs",
    globs: ["other/*", "tools/**"],
    inside: ["other/x", "tools/a", "tools/a/b"],
    outside: ["other/a/b", "example/app"],
    why: "One glob that holds is enough",
  },
  { group: "dot-is-a-dot", globs: ["a.b"], inside: ["a.b"], outside: ["axb", "a-b"], why: "A dot stands for itself" },
  {
    group: "no-other-signs",
    globs: ["[a-z]+/app", "exampl?/app", "example/(app)", "{example}/app"],
    inside: [],
    outside: ["example/app", "examplx/app", "a/app"],
    why: "Everything but the stars stands for itself",
  },
  {
    group: "capitals",
    globs: ["Example/App"],
    inside: [],
    outside: ["example/app"],
    why: "Capital letters are other characters",
  },
  {
    group: "empty-glob",
    globs: [""],
    inside: [],
    outside: ["example/app", "a"],
    why: "An empty glob holds for no name",
  },
  {
    group: "slash-at-the-end",
    globs: ["example/"],
    inside: [],
    outside: ["example/app", "example"],
    why: "A slash at the end is a slash, and no folder",
  },
  {
    group: "space",
    globs: [" example/app", "example/app "],
    inside: [],
    outside: ["example/app"],
    why: "A space stands for itself",
  },
  {
    group: "line",
    globs: ["example/app\n"],
    inside: [],
    outside: ["example/app"],
    why: "A line feed stands for itself",
  },
  {
    group: "backslash",
    globs: ["example\\/app"],
    inside: [],
    outside: ["example/app"],
    why: "A backslash stands for itself and takes no star its meaning",
  },
];

const name = "ed25519-publisher";

/** Scopes on both sides. */
export function scopes(): readonly Draft[] {
  const parent = loads({
    id: "scopes/none",
    clauses: ["trust-store.scope"],
    inputs: loadOf(artifact(name), { trust_store: trusting([{ key: name }]) }),
    why: "A key without a scope is trusted for every name.",
  });
  const inputsOf = (globs: readonly string[], artifactName: string) => {
    const what: ArtifactPlan = { ...plan, name: artifactName };
    const scope = [...globs].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return loadOf(artifact(name, {}, what), { trust_store: trusting([{ key: name, more: { scope } }]) });
  };
  return [
    parent,
    ...rows.flatMap(({ group, globs, inside, outside, why }) => [
      ...inside.map((each) =>
        loads({
          id: `scopes/${group}/in/${each}`,
          clauses: ["trust-store.scope"],
          inputs: inputsOf(globs, each),
          why: `${why}: ${each} is in the scope.`,
        }),
      ),
      ...outside.map((each) =>
        refuses(parent, {
          id: `scopes/${group}/out/${each}`,
          clauses: ["trust-store.scope"],
          mutator: "limit-key-and-rename",
          settings: { scope: globs, name: each },
          repair: "signed",
          inputs: inputsOf(globs, each),
          reason: "KeyOutOfScope",
          context: contextOf(name),
          why: `${why}: ${each} is not in the scope.`,
          effect: "A key that was trusted for some artifacts of one owner is believed for those of everybody.",
        }),
      ),
    ]),
  ];
}
