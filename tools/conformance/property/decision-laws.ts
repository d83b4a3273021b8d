import type fc from "fast-check";
import type { VectorInputs } from "../../../generated/json/vector.js";
import { LIFECYCLE_TRIGGERS } from "../../../generated/lifecycle/transition-table.js";
import { isEqual } from "../run/grade.js";
import { bytesOf, edited, edits, hex } from "./edits.js";
import { type Law, lawCases, told } from "./law.js";

const NAMES = ["io.stdio", "io.fs.read", "net.http", "time.clock", "ui.dom", "vendor.camera"] as const;

function subset(check: typeof fc): fc.Arbitrary<readonly string[]> {
  return check.subarray([...NAMES]).map((names) => [...names].sort());
}

function versions(check: typeof fc): fc.Arbitrary<string> {
  const part = check.oneof(check.nat(3), check.constant(10));
  const prerelease = check.constantFrom("", "", "-alpha", "-alpha.1", "-1", "-rc.10");
  return check
    .tuple(part, part, part, prerelease)
    .map(([major, minor, patch, tail]) => `${major}.${minor}.${patch}${tail}`);
}

interface Profile {
  readonly terminal: string;
  readonly capabilities: readonly string[];
  readonly features: readonly string[];
  readonly memory_bytes?: number;
}

function profileOf(inputs: VectorInputs): Profile | undefined {
  const profile = inputs.profile as Profile | undefined;
  return typeof profile?.terminal === "string" ? profile : undefined;
}

/** Laws of decisions: selection, versions, capabilities, lifecycle, instructions. */
export const decisionLaws: readonly Law[] = [
  {
    name: "claims-have-no-order",
    statement: "The order in which a profile claims capabilities and features changes nothing.",
    clauses: ["selection.applies", "selection.deterministic"],
    operations: ["select"],
    cases: (check, { select = [] }) =>
      lawCases(check.constantFrom(...select), async (inputs, ask) => {
        const profile = profileOf(inputs);
        if (profile === undefined) return undefined;
        const turned = {
          ...profile,
          capabilities: [...profile.capabilities].reverse(),
          features: [...profile.features].reverse(),
        };
        const [one, other] = [await ask("select", inputs), await ask("select", { ...inputs, profile: turned })];
        return isEqual(one.result, other.result) && one.code === other.code
          ? undefined
          : `${told(one)}, turned ${told(other)}`;
      }),
  },
  {
    name: "claiming-more-loses-nothing",
    statement: "Where no bound is set on bodies, a profile that claims more gets every section that one with less got.",
    clauses: ["selection.applies"],
    operations: ["select"],
    cases: (check, { select = [] }) =>
      lawCases(check.tuple(check.constantFrom(...select), subset(check)), async ([inputs, more], ask) => {
        const profile = profileOf(inputs);
        if (profile === undefined) return undefined;
        const { terminal, capabilities, features } = profile;
        const less = {
          terminal,
          capabilities,
          features,
          ...(profile.memory_bytes !== undefined && { memory_bytes: profile.memory_bytes }),
        };
        const wide = {
          terminal,
          capabilities: [...new Set([...capabilities, ...more])],
          features: [...new Set([...features, ...more])],
        };
        const [small, big] = [
          await ask("select", { ...inputs, profile: less }),
          await ask("select", { ...inputs, profile: wide }),
        ];
        const lost = (small.result?.selected ?? []).filter((id) => big.result?.selected?.includes(id) !== true);
        return lost.length === 0 ? undefined : `${lost.join(", ")} got lost`;
      }),
  },
  {
    name: "ranges-are-an-order",
    statement:
      "A version matches `=` itself; for two full versions `>=` is the opposite of `<`, and two comparators both hold.",
    clauses: ["manifest.version-range"],
    operations: ["match_version"],
    cases: (check) =>
      lawCases(check.tuple(versions(check), versions(check)), async ([version, bound], ask) => {
        const matches = async (range: string) => (await ask("match_version", { range, version })).result?.matches;
        if ((await matches(`=${version}`)) !== true) return `=${version} does not match`;
        const [least, below] = [await matches(`>=${bound}`), await matches(`<${bound}`)];
        if ((await matches(`>=${bound} <${bound}`)) !== false) return `something is both at least and below ${bound}`;
        // A prerelease matches only where a comparator names its own three numbers, so it can be outside of both.
        const isFull = !version.includes("-");
        return isFull && least === below ? `>=${bound} and <${bound} both give ${String(least)}` : undefined;
      }),
  },
  {
    name: "capabilities-are-an-intersection",
    statement:
      "What is granted is requested, available and allowed; granted and denied together are what was requested.",
    clauses: ["capabilities.negotiation", "capabilities.deny-by-default"],
    operations: ["negotiate_capabilities"],
    cases: (check) =>
      lawCases(check.tuple(subset(check), subset(check), subset(check)), async ([optional, available, policy], ask) => {
        const { result } = await ask("negotiate_capabilities", { required: [], optional, available, policy });
        const { granted = [], denied = [] } = result ?? {};
        const stray = granted.filter((name) => !available.includes(name) || !policy.includes(name));
        if (stray.length > 0) return `${stray.join(", ")} is granted`;
        if (!isEqual([...granted, ...denied].sort(), [...optional]))
          return "granted and denied are not what was requested";
        const again = await ask("negotiate_capabilities", { required: granted, optional: [], available, policy });
        return again.verdict === "accept" && isEqual(again.result?.granted, granted)
          ? undefined
          : `negotiating the result again is ${told(again)}`;
      }),
  },
  {
    name: "a-wider-policy-grants-no-less",
    statement: "A policy that allows more never grants less.",
    clauses: ["capabilities.negotiation"],
    operations: ["negotiate_capabilities"],
    cases: (check) =>
      lawCases(
        check.tuple(subset(check), subset(check), subset(check), subset(check)),
        async ([optional, available, policy, more], ask) => {
          const wide = [...new Set([...policy, ...more])].sort();
          const small = await ask("negotiate_capabilities", { required: [], optional, available, policy });
          const big = await ask("negotiate_capabilities", { required: [], optional, available, policy: wide });
          const lost = (small.result?.granted ?? []).filter((name) => big.result?.granted?.includes(name) !== true);
          return lost.length === 0 ? undefined : `${lost.join(", ")} got lost`;
        },
      ),
  },
  {
    name: "an-illegal-trigger-changes-nothing",
    statement: "A step that is refused leaves the state in which the steps before it ended.",
    clauses: ["lifecycle.illegal-transition", "lifecycle.transitions"],
    operations: ["lifecycle"],
    cases: (check) => {
      const trigger = check.constantFrom(...LIFECYCLE_TRIGGERS);
      return lawCases(check.tuple(check.array(trigger, { maxLength: 8 }), trigger), async ([triggers, last], ask) => {
        const legal: { trigger: string }[] = [];
        let state: string | undefined;
        for (const each of triggers) {
          const answer = await ask("lifecycle", { steps: [...legal, { trigger: each }] });
          if (answer.verdict === "reject") continue;
          legal.push({ trigger: each });
          state = answer.result?.states?.at(-1);
          if (answer.result?.states?.length !== legal.length) return `${legal.length} steps give other states`;
        }
        if (state === undefined) return undefined;
        const answer = await ask("lifecycle", { steps: [...legal, { trigger: last }] });
        if (answer.verdict === "accept" || answer.effects?.state === undefined) return undefined;
        return answer.effects.state === state
          ? undefined
          : `${last} is refused and ends in ${answer.effects.state}, not ${state}`;
      });
    },
  },
  {
    name: "bus-and-decoder-agree",
    statement:
      "The bus answers an instruction as malformed exactly when the decoder refuses it, with the same reason and place.",
    clauses: ["instructions.reasons", "instructions.check-order"],
    operations: ["decode_instruction", "dispatch"],
    cases: (check, { dispatch = [], decode_instruction: alone = [] }) =>
      lawCases(
        check
          .tuple(check.constantFrom(...[...dispatch, ...alone].map(({ bytes = "" }) => bytes)), edits(check))
          .map(([bytes, script]) => hex(edited(bytesOf(bytes), script))),
        async (bytes, ask) => {
          const decoded = await ask("decode_instruction", { bytes });
          const answered = await ask("dispatch", { bytes, granted: [], supported: [] });
          const isMalformed = answered.code === "ADP_INSTRUCTION_MALFORMED";
          if ((decoded.verdict === "reject") !== isMalformed)
            return `decoded it is ${told(decoded)}, dispatched ${told(answered)}`;
          if (!isMalformed) return undefined;
          const place = ({ context }: { readonly context?: Readonly<Record<string, unknown>> }) => [
            context?.["reason"],
            context?.["offset"],
          ];
          return isEqual(place(decoded), place(answered))
            ? undefined
            : `${String(place(decoded))} and ${String(place(answered))}`;
        },
      ),
  },
  {
    name: "bytes-come-back",
    statement: "The bytes that were sent come back.",
    clauses: ["conformance.operations"],
    operations: ["echo"],
    cases: (check) =>
      lawCases(check.uint8Array({ maxLength: 300 }).map(hex), async (bytes, ask) => {
        const answer = await ask("echo", { bytes });
        return answer.result?.bytes === bytes ? undefined : `${answer.result?.bytes} came back`;
      }),
  },
];
