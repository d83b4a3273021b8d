import { CAPABILITY_NAMES } from "../../../generated/capabilities.js";
import { RUNTIME_CAPABILITIES } from "../../../generated/enums/runtime-capability.js";
import type { HostPolicy } from "../../../generated/json/host-policy.js";
import { ceilingsOf } from "../../../reference/adapter/index.js";
import type { Fayger } from "../../../reference/node.js";
import { type Command, ExitCode, UsageError } from "../command.js";
import { pairs, table } from "../output/table.js";
import type { Terminal } from "../output/terminal.js";
import { byteSize, duration } from "../output/units.js";
import { LOAD_OPTIONS, policyOf, RUN_OPTIONS, setUp } from "../setup.js";

const { store, "allow-unsigned": allowUnsigned } = LOAD_OPTIONS;

/** `fayger host`: what this machine offers to programs, and what runs them. @spec runtime.registration.list, tools.host */
export const host: Command = {
  name: "host",
  summary: "show what this machine is and offers: adapters, capabilities, engines",
  usage: ["host [--allow CAP] [--policy FILE] [--adapter ID]"],
  description:
    "The first adapter that fits this machine is its boundary to programs. A program gets a capability that it asks for, that\nthe adapter has, and that you allow. Ceilings bound what it makes of the\nmachine, whatever you allow; a policy can set each. Engines run programs; without --engine the first that can run an artifact does.",
  options: {
    ...(store !== undefined && { store }),
    ...(allowUnsigned !== undefined && { "allow-unsigned": allowUnsigned }),
    ...RUN_OPTIONS,
  },
  examples: [
    ["host", "what was detected, which adapter that selects, and what each engine can do"],
    ["host --allow net.http,fs.read", "which capabilities these leave to a program"],
    ["host --policy policy.json --json", "the same for a program"],
  ],
  async run(invocation) {
    const { terminal } = invocation;
    if (invocation.positionals.length > 0) throw new UsageError("`fayger host` takes no argument");
    const fayger = await setUp(invocation);
    const policy = policyOf(invocation);
    if (terminal.isJson) terminal.json(hostJson(fayger, policy));
    else {
      const named = invocation.text("adapter") !== undefined;
      const parts = [describeHost(fayger, terminal, named), adapters(fayger, terminal), capabilities(fayger, terminal)];
      for (const part of [...parts, ceilings(policy, terminal), engines(fayger, terminal)]) {
        for (const line of part) terminal.line(line);
        if (part.length > 0) terminal.line();
      }
      const { capabilities: allowed } = fayger.profile();
      const help = terminal.style("cyan", "help");
      if (allowed.length === 0) terminal.note(`${help}  nothing is allowed: --allow grants`);
      for (const [name, option, what] of withoutReach(policy, allowed))
        terminal.note(`${help}  ${name} is allowed and reaches nothing: ${option} names ${what}`);
    }
    return ExitCode.Ok;
  },
};

/** What everything below follows from. @spec adapters.host-environment */
function describeHost({ host: found, adapter }: Fayger, terminal: Terminal, named: boolean): string[] {
  const { platformId, osKind, arch, sandboxKind, runtimeFeatures } = found;
  const features = runtimeFeatures.length === 0 ? "neither display nor terminal" : runtimeFeatures.join(", ");
  const sandbox = sandboxKind === "none" ? "no sandbox" : `in a ${sandboxKind}`;
  return pairs(terminal, [
    ["host", [platformId, osKind, arch, sandbox, features].join(", ")],
    ["adapter", `${adapter.descriptor().platformId} (${named ? "named by --adapter" : "the first that fits"})`],
  ]);
}

/** Which adapters there are, in the order in which they are asked. @spec adapters.selection */
function adapters({ adapters: candidates, adapter }: Fayger, terminal: Terminal): string[] {
  const selected = adapter.descriptor().platformId;
  const rows = candidates.map(({ platformId, priority, matches, fits }) => [
    platformId === selected ? terminal.style("bold", platformId) : platformId,
    String(priority),
    fits ?? "",
    matches ? (platformId === selected ? "yes, selected" : "yes") : terminal.style("dim", "no"),
  ]);
  const columns = [
    { title: "adapter" },
    { title: "order", align: "right" as const },
    { title: "for" },
    { title: "fits" },
  ];
  return table(terminal, columns, rows);
}

/** What stands between a program and each capability. @spec capabilities.negotiation */
function capabilities(fayger: Fayger, terminal: Terminal): string[] {
  const { supportedCapabilities, restrictedCapabilities } = fayger.adapter.descriptor();
  const allowed: ReadonlySet<string> = new Set(fayger.profile().capabilities);
  const dim = (text: string): string => terminal.style("dim", text);
  const rows = CAPABILITY_NAMES.map((name) => {
    const isHere = supportedCapabilities.includes(name);
    const offered = restrictedCapabilities.includes(name) ? terminal.style("yellow", "restricted") : "yes";
    return [name, isHere ? offered : dim("no"), isHere ? (allowed.has(name) ? "yes" : dim("no")) : dim("-")];
  });
  return table(terminal, [{ title: "capability" }, { title: "here" }, { title: "allowed" }], rows);
}

/** Capabilities that are good only for what a policy names, where it names nothing: which, how to name it, and what. */
function withoutReach(policy: HostPolicy, allowed: readonly string[]): readonly (readonly [string, string, string])[] {
  const roots = policy.file_roots ?? [];
  const rules = (...schemes: readonly string[]): readonly string[] =>
    (policy.network ?? []).filter((rule) => schemes.some((scheme) => rule.startsWith(`${scheme}://`)));
  const named: readonly (readonly [capability: string, what: readonly unknown[], option: string, text: string])[] = [
    ["fs.read", roots, "--dir", "folders"],
    ["fs.write", roots.filter(({ writable }) => writable), "--dir GUEST=HOST:rw", "folders"],
    ["net.http", rules("http", "https"), "--net", "addresses with http or https"],
    ["net.websocket", rules("ws", "wss"), "--net", "addresses with ws or wss"],
    ["net.socket", rules("tcp", "udp"), "--net", "addresses with tcp or udp"],
    ["net.listen", policy.listen ?? [], "--listen", "addresses of this machine"],
    ["proc.spawn", policy.programs ?? [], "--program", "programs"],
  ];
  return named
    .filter(([capability, what]) => allowed.includes(capability) && what.length === 0)
    .map(([capability, , option, text]) => [capability, option, text]);
}

/** What bounds a program, by the policy or where it says nothing. @spec capabilities.policy.ceilings */
function ceilings(policy: HostPolicy, terminal: Terminal): string[] {
  const rows = Object.entries(ceilingsOf(policy)).map(([name, most]) => {
    if (name.endsWith("_bytes")) return [name, byteSize(most)];
    return [name, name.endsWith("_ms") ? duration(most * 1e6) : most.toLocaleString("en-US")];
  });
  return table(terminal, [{ title: "ceiling" }, { title: "at most", align: "right" }], rows);
}

/** One column an engine: what differs stands side by side. */
function engines({ runtime }: Fayger, terminal: Terminal): string[] {
  const found = runtime.implementations();
  const columns = [{ title: "engine" }, ...found.map(({ descriptor }) => ({ title: descriptor.id }))];
  const rows = [
    ["version", ...found.map(({ descriptor }) => descriptor.version)],
    ["runs", ...found.map(({ descriptor }) => descriptor.codeFormats.join(", "))],
    ...RUNTIME_CAPABILITIES.map((name) => [
      name,
      ...found.map((engine) => (engine.capabilities().has(name) ? "yes" : terminal.style("dim", "no"))),
    ]),
  ];
  return table(terminal, columns, rows);
}

function hostJson(fayger: Fayger, policy: HostPolicy): object {
  const { platformId, supportedCapabilities, restrictedCapabilities } = fayger.adapter.descriptor();
  const { host: found } = fayger;
  return {
    host: {
      platform: found.platformId,
      os: found.osKind,
      arch: found.arch,
      sandbox: found.sandboxKind,
      features: found.runtimeFeatures,
    },
    adapter: platformId,
    adapters: fayger.adapters.map((candidate) => ({
      id: candidate.platformId,
      priority: candidate.priority,
      matches: candidate.matches,
      ...(candidate.fits !== undefined && { fits: candidate.fits }),
    })),
    capabilities: supportedCapabilities,
    restricted: restrictedCapabilities,
    allowed: fayger.profile().capabilities,
    ceilings: ceilingsOf(policy),
    engines: fayger.runtime.implementations().map((engine) => ({
      id: engine.descriptor.id,
      name: engine.descriptor.name,
      version: engine.descriptor.version,
      code_formats: engine.descriptor.codeFormats,
      runtime_capabilities: [...engine.capabilities()],
    })),
  };
}
