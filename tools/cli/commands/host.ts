import { RUNTIME_CAPABILITIES } from "../../../generated/enums/runtime-capability.js";
import { type Command, ExitCode, UsageError } from "../command.js";
import { pairs, table } from "../output/table.js";
import { LOAD_OPTIONS, RUN_OPTIONS, setUp } from "../setup.js";

const { store, "allow-unsigned": allowUnsigned } = LOAD_OPTIONS;

/** `fayger host`: what this machine offers to programs, and what runs them. @spec runtime.registration.list, tools.host */
export const host: Command = {
  name: "host",
  summary: "show what this machine offers: engines and capabilities",
  usage: ["host [--allow CAP] [--policy FILE]"],
  description:
    "Engines run programs; without --engine the first that can run an artifact does. A program gets a capability that this\nmachine has and you allow.",
  options: {
    ...(store !== undefined && { store }),
    ...(allowUnsigned !== undefined && { "allow-unsigned": allowUnsigned }),
    ...RUN_OPTIONS,
  },
  examples: [
    ["host", "engines, what each can do, and the capabilities of this machine"],
    ["host --json", "the same for a program"],
  ],
  async run(invocation) {
    const { terminal } = invocation;
    if (invocation.positionals.length > 0) throw new UsageError("`fayger host` takes no argument");
    const fayger = await setUp(invocation);
    const { platformId, supportedCapabilities } = fayger.adapter.descriptor();
    const { capabilities: allowed } = fayger.profile();
    const engines = fayger.runtime.implementations();
    if (terminal.isJson) {
      terminal.json({
        adapter: platformId,
        capabilities: supportedCapabilities,
        allowed,
        engines: engines.map((engine) => ({
          id: engine.descriptor.id,
          name: engine.descriptor.name,
          version: engine.descriptor.version,
          code_formats: engine.descriptor.codeFormats,
          runtime_capabilities: [...engine.capabilities()],
        })),
      });
      return ExitCode.Ok;
    }
    for (const line of pairs(terminal, [
      ["adapter", platformId],
      ["capabilities", supportedCapabilities.join(", ") || "(none)"],
      ["allowed", allowed.join(", ") || "(none: --allow grants)"],
    ]))
      terminal.line(line);
    terminal.line();
    // One column an engine: what differs stands side by side.
    const columns = [{ title: "" }, ...engines.map(({ descriptor }) => ({ title: descriptor.id }))];
    const rows = [
      ["version", ...engines.map(({ descriptor }) => descriptor.version)],
      ["runs", ...engines.map(({ descriptor }) => descriptor.codeFormats.join(", "))],
      ...RUNTIME_CAPABILITIES.map((name) => [
        name,
        ...engines.map((engine) => (engine.capabilities().has(name) ? "yes" : terminal.style("dim", "no"))),
      ]),
    ];
    for (const line of table(terminal, columns, rows)) terminal.line(line);
    return ExitCode.Ok;
  },
};
