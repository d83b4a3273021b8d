import { CAPABILITY_NAMES, isCapabilityName } from "../../generated/capabilities.js";
import { type HostPolicy, type JsonProblem, validateHostPolicy } from "../../generated/json/host-policy.js";
import { type NetworkRule, parseNetworkRule } from "./network/network-rule.js";

/**
 * The policy of a host that was told nothing: no capability, no file root.
 *
 * @spec capabilities.deny-by-default
 */
export const DENY_ALL_POLICY: HostPolicy = Object.freeze({ capabilities: Object.freeze<string[]>([]) });

/**
 * Everything that is wrong with a value as the policy of a host: by its schema and, where that finds nothing, each
 * capability that there is not and each rule of the network that can allow nothing. Whoever wrote one meant something
 * else. Never throws.
 *
 * @spec capabilities.policy.names, capabilities.policy.dead-rules
 */
export function judgeHostPolicy(value: unknown): readonly JsonProblem[] {
  const problems = validateHostPolicy(value);
  if (problems.length > 0) return problems;
  // The schema found nothing, so the value is one.
  const { capabilities, network = [], listen = [] } = value as HostPolicy;
  return [
    ...unknownNames(capabilities),
    ...deadRules("network", network, (rule) => rule !== undefined),
    ...deadRules("listen", listen, (rule) => rule !== undefined && listens(rule)),
  ];
}

function unknownNames(capabilities: readonly string[]): JsonProblem[] {
  return capabilities.flatMap((name, position) => {
    if (isCapabilityName(name)) return [];
    const message = `there is no capability \`${name}\`; there are ${CAPABILITY_NAMES.join(", ")}`;
    return [{ field: `$.capabilities[${position}]`, message, code: "value_out_of_range" as const }];
  });
}

/** @spec capabilities.policy.listen: no name and no `*` is listened at, and only what is no message in itself. */
function listens({ scheme, host: { form } }: NetworkRule): boolean {
  return (scheme === "tcp" || scheme === "udp") && (form === "addresses" || form === "localhost");
}

function deadRules(
  member: "network" | "listen",
  rules: readonly string[],
  canAllow: (rule: NetworkRule | undefined) => boolean,
): JsonProblem[] {
  return rules.flatMap((text, position) => {
    if (canAllow(parseNetworkRule(text))) return [];
    const wanted =
      member === "listen"
        ? "tcp or udp, with an address, a range of addresses or localhost"
        : "a name, an address or a range of addresses";
    const message = `\`${text}\` can allow nothing; expected ${wanted}, and ports in order, up to 65535`;
    return [{ field: `$.${member}[${position}]`, message, code: "value_out_of_range" as const }];
  });
}
