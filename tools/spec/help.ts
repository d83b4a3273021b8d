/** Help of `npm run spec`. */
export const helpText = `npm run spec -- [COMMAND] [OPTIONS]

Keeps the specification's requirements, its list of anchors, code and tests in agreement.

Commands
  check             compare everything; the default
  accept [ID...]    take requirements over from the chapters into spec/anchors.yaml; without ID all of them
  trace [WHAT...]   show sentence, data, code and tests; WHAT is an id, the beginning of ids, a chapter, or a path
  docs              every public symbol has a docstring
  breaking OLD [NEW]
                    what changed between two states of the specification, and whether the versions say so
  examples          write the bytes in spec/chapters/examples.md from what the code gives

Options
  --format text|json|github   form of what check, docs and breaking tell
  --all                       write every diagnostic in full, not only the first 20
  --json                      trace as JSON instead of Markdown
  --planned THEME             accept: requirements that are new are planned for this theme
  -h, --help                  this text

Exit codes: 0 in order, 1 findings, 2 wrong command line.

Examples
  npm run spec                                       is everything in order?
  npm run spec -- trace signatures.ed25519           who obeys this requirement, who tests it?
  npm run spec -- trace reference/loader/phases/     which requirements does this folder answer for?
  npm run spec -- accept loader.hand-off             the sentence was changed on purpose
  npm run spec -- accept --planned interpreter       new requirements belong to a layer still to come
  npm run spec -- check --format github              annotations in a pull request
  npm run spec -- breaking 1.0                       does the working copy keep what 1.0 promised?
  npm run spec -- breaking ../before                 ... and what an exported revision had: OLD and NEW are a version
                                                     of spec/released, its file, or a folder that holds spec/

How a requirement is answered
  A chapter states it:      - <a id="ID"></a>**ID** — A loader MUST ...
  Code and data cite it:    @spec ID             in TypeScript and CDDL comments; spec: ID in tables
  A test cites it:          @spec ID             in a comment or in the title of a test
  or covers a whole file:   @covers spec/cddl/manifest.cddl   where the test goes through every rule or row of it
`;
