import { COMPONENTS, type ComponentId } from "../../../generated/enums/component-id.js";
import { ControlMode } from "../../../generated/enums/control-mode.js";
import { CONTROL_MODE_MEANINGS, stageName } from "./words.js";

/** What a starting FayManifest is made for. */
export interface TemplateOptions {
  readonly name: string;
  readonly controlMode: ControlMode;
  /** Declares every component of the stages up to this one; without it only what the control mode is worth trying with. */
  readonly stage?: number;
}

/** How to see it at work. */
const TRY: Readonly<Record<ControlMode, readonly string[]>> = {
  command: [
    "`fayger assemble -o` makes an artifact of it, and `fayger run` asks for commands, for instance",
    '`interactive_conversation_protocol.say "Good morning"`; `help` lists what can be commanded.',
  ],
  ego: ["`fayger assemble -o` makes an artifact of it, and `fayger run` lets its Ego model act."],
  autonomous: ["`fayger assemble -o` makes an artifact of it, and `fayger run` lets it go about its goals."],
};

type Row = (typeof COMPONENTS)[number];

/** What a control mode is worth trying with: the fewest components that do something in it. */
const SMALLEST: Readonly<Record<ControlMode, readonly ComponentId[]>> = {
  command: ["interactive_conversation_protocol"],
  ego: ["registered_skill", "invoke_skill", "interactive_conversation_protocol"],
  autonomous: ["self_awareness", "self_driven_behavior", "internal_skill", "interactive_conversation_protocol"],
};

/** What it does, so that there is something to see: it greets, and tries what its boundaries forbid. */
const GREETING = `["interactive_conversation_protocol.say", "Good morning"]`;
const FORBIDDEN = `["registered_skill.pay_landing_fee", 5]`;

/** What control mode autonomous rests on, whatever the stage. @spec faymanifest.validation.warnings */
const AUTONOMY: readonly ComponentId[] = ["self_awareness", "self_driven_behavior", "internal_skill"];

/**
 * A FayManifest to begin with, as commented JSON. It assembles as it stands, without a finding.
 *
 * @spec tools.new
 */
export function templateOf(options: TemplateOptions): string {
  const rows = declaredRows(options);
  const blocks = [
    heading(options),
    modules(rows, options),
    protocols(rows, options),
    controlMode(options),
    ...(options.controlMode === ControlMode.Command ? [] : [ego(rows, options)]),
    permissions(rows),
  ];
  const intro = [
    "// A FayManifest: the components that this iFay is to have. `fayger assemble` adds the rest, says why",
    "// each is there, and finds what is wrong; with `--explain ID` it tells all of one component.",
    ...TRY[options.controlMode].map((line) => `// ${line}`),
    "{",
  ];
  return `${[...intro, blocks.map((lines) => lines.join("\n")).join("\n\n"), "}"].join("\n")}\n`;
}

function declaredRows({ controlMode: mode, stage }: TemplateOptions): readonly Row[] {
  const isNamed = (row: Row): boolean => SMALLEST[mode].includes(row.id);
  const rests = (row: Row): boolean => mode === ControlMode.Autonomous && AUTONOMY.includes(row.id);
  const isReached = (row: Row): boolean => stage !== undefined && row.stage !== null && row.stage <= stage;
  return COMPONENTS.filter((row) => {
    // What every iFay has need not be declared, and neither what an `ego` block brings.
    if (row.always || (row.id === "ego_model" && mode !== ControlMode.Command)) return false;
    return stage === undefined ? isNamed(row) : isReached(row) || rests(row);
  });
}

function heading({ name, controlMode: mode }: TemplateOptions): string[] {
  return [
    "  // Lower-case words, joined by . _ - or /. The artifact has the same name.",
    `  "name": ${JSON.stringify(name)},`,
    `  "version": "0.1.0",`,
    `  "description": "An iFay in control mode ${mode}",`,
    `  "vendor": "Me",`,
  ];
}

function modules(rows: readonly Row[], options: TemplateOptions): string[] {
  return [
    "  // What your business needs, and nothing else: what every iFay has, as its identity, is added. More can",
    `  // be said of each: { "id": "sensor", "version": "^1.0.0", "provider": "acme", "config": { "rate": 10 } }`,
    ...declarations(
      "modules",
      rows.filter(({ group }) => group === "module"),
      options,
    ),
  ];
}

function protocols(rows: readonly Row[], options: TemplateOptions): string[] {
  return [
    "  // What it talks with. faying_protocol, which pairs it with its person, is added.",
    ...declarations(
      "protocols",
      rows.filter(({ group }) => group === "protocol"),
      options,
    ),
  ];
}

function declarations(member: string, rows: readonly Row[], { controlMode: mode, stage }: TemplateOptions): string[] {
  if (rows.length === 0) return [`  "${member}": [],`];
  const goals = mode === ControlMode.Autonomous ? ["self_driven_behavior"] : [];
  const widest = Math.max(...rows.map(({ id }) => id.length));
  const lines = rows.flatMap((row, index) => {
    const isFirstOfStage = stage !== undefined && row.stage !== rows[index - 1]?.stage;
    const title = isFirstOfStage ? [`    // stage ${row.stage}: ${stageName(row.stage ?? 0)}`] : [];
    const comma = index === rows.length - 1 ? " " : ",";
    const meaning = lowerFirst(row.meaning.replace(/[.;].*$/, ""));
    if (goals.includes(row.id))
      return [
        ...title,
        "    {",
        `      "id": "${row.id}", // ${meaning}, towards these goals`,
        `      "config": { "goals": [${GREETING}] }`,
        `    }${comma.trim()}`,
      ];
    return [...title, `    { "id": "${row.id}" }${comma}${" ".repeat(widest - row.id.length)} // ${meaning}`];
  });
  return [`  "${member}": [`, ...lines, "  ],"];
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function controlMode({ controlMode: mode }: TemplateOptions): string[] {
  const modes = Object.values(ControlMode).map(
    (other) => `  //   ${other.padEnd(10)}  ${CONTROL_MODE_MEANINGS[other]}`,
  );
  return ["  // Who drives the actions:", ...modes, `  "controlMode": "${mode}",`];
}

function ego(rows: readonly Row[], { controlMode: mode }: TemplateOptions): string[] {
  const habits = rows.some(({ id }) => id === "registered_skill") ? [GREETING, FORBIDDEN] : [GREETING];
  return [
    "  // The model that decides, and its boundaries. What is restricted is refused, what requires confirmation",
    `  // is asked about, and anything else that is not allowed is refused too; without "allowed", nothing else.`,
    `  "ego": {`,
    `    "modelSource": "@ego-models/habits",`,
    `    "constraints": {`,
    ...(mode === ControlMode.Autonomous ? [] : habitLines(habits)),
    `      "skillBoundaries": {`,
    `        "allowed": ["conversation", "navigation", "knowledge"],`,
    `        "restricted": ["financial"],`,
    `        "requiresConfirmation": ["operation"]`,
    "      }",
    "    }",
    "  },",
  ];
}

function habitLines(habits: readonly string[]): string[] {
  return [
    "      // What this model does, one action after another, each with what it is given.",
    `      "habits": [`,
    ...habits.map((habit, index) => `        ${habit}${index === habits.length - 1 ? "" : ","}`),
    "      ],",
  ];
}

function permissions(rows: readonly Row[]): string[] {
  const needed = new Set(rows.flatMap(({ actions }) => actions.flatMap(({ permission }) => permission ?? [])));
  // Whatever is worth money, or speaks in somebody's name, is asked for once rather than taken.
  const asked = ["credential_use", "value_transfer"].filter((name) => needed.has(name));
  const inherent = [...needed].filter((name) => !asked.includes(name));
  return [
    "  // What its actions may do. Inherent permissions are there from the start; a persistent one is given once,",
    "  // by whoever proves with one of the authentication methods to be the person, and then stays.",
    `  "permissions": {`,
    `    "inherent": ${list(inherent)},`,
    `    "persistent": ${list(asked)},`,
    `    "authMethods": ["device_fingerprint"]`,
    "  }",
  ];
}

function list(names: readonly string[]): string {
  const flat = `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;
  if (flat.length < 90) return flat;
  return `[\n${names.map((name) => `      ${JSON.stringify(name)}`).join(",\n")}\n    ]`;
}
