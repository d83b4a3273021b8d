import type { VectorOperation } from "../../../../generated/enums/vector-operation.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import type { Answer } from "../answer.js";
import { act } from "./act.js";
import { checkDescriptor, selectAdapter } from "./adapters.js";
import { assemble } from "./assemble.js";
import { command } from "./command.js";
import { converse } from "./converse.js";
import { decideConnection, decideListener } from "./decide-network.js";
import { decidePath } from "./decide-path.js";
import { decode } from "./decode.js";
import { decodeInstruction } from "./decode-instruction.js";
import { decodeEvent, decodeReply } from "./decode-message.js";
import { dispatch } from "./dispatch.js";
import { draw } from "./draw.js";
import { echo } from "./echo.js";
import { effectiveQuotasOf } from "./effective-quotas.js";
import { encode } from "./encode.js";
import { encodeInstruction } from "./encode-instruction.js";
import { claimStage, resolveFay, validateFay } from "./fay.js";
import { guestCall } from "./guest-call.js";
import { readInputLogOf, replay } from "./input-logs.js";
import { lifecycle } from "./lifecycle.js";
import { load } from "./load.js";
import { matchVersion } from "./match-version.js";
import { negotiateCapabilities } from "./negotiate-capabilities.js";
import { negotiateVersion } from "./negotiate-version.js";
import { decideProcess, readEnvironment } from "./processes.js";
import { readAssembly } from "./read-assembly.js";
import { readSnapshotOf } from "./read-snapshot.js";
import { repack } from "./repack.js";
import { route } from "./route.js";
import { run } from "./run.js";
import { select } from "./select.js";
import { toJson } from "./to-json.js";
import { updateTrustStore } from "./update-trust-store.js";
import { validateCode } from "./validate-code.js";
import { verifySignature } from "./verify-signature.js";

/** Answers one case. @throws InputError where the inputs are no case of the operation */
export type Operation = (inputs: VectorInputs) => Answer | Promise<Answer>;

/** Every operation of the table. @spec conformance.operations */
export const OPERATIONS = {
  echo,
  decode,
  encode,
  load,
  repack,
  select,
  negotiate_version: negotiateVersion,
  match_version: matchVersion,
  verify_signature: verifySignature,
  update_trust_store: updateTrustStore,
  negotiate_capabilities: negotiateCapabilities,
  lifecycle,
  decode_instruction: decodeInstruction,
  dispatch,
  to_json: toJson,
  encode_instruction: encodeInstruction,
  decode_reply: decodeReply,
  decode_event: decodeEvent,
  converse,
  command,
  validate_code: validateCode,
  run,
  effective_quotas: effectiveQuotasOf,
  read_snapshot: readSnapshotOf,
  guest_call: guestCall,
  route,
  decide_connection: decideConnection,
  decide_listener: decideListener,
  decide_path: decidePath,
  select_adapter: selectAdapter,
  check_descriptor: checkDescriptor,
  read_input_log: readInputLogOf,
  replay,
  draw,
  read_environment: readEnvironment,
  decide_process: decideProcess,
  validate_fay: validateFay,
  resolve_fay: resolveFay,
  claim_stage: claimStage,
  read_assembly: readAssembly,
  assemble,
  act,
} satisfies Record<VectorOperation, Operation>;
