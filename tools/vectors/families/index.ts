import type { Family } from "../corpus/family.js";
import { access } from "./access.js";
import { adapters } from "./adapters.js";
import { artifactDigest } from "./artifact-digest.js";
import { artifactDocuments } from "./artifact-documents.js";
import { artifactExhaustive } from "./artifact-exhaustive.js";
import { artifactHead } from "./artifact-head.js";
import { artifactPrecedence } from "./artifact-precedence.js";
import { artifactRepack } from "./artifact-repack.js";
import { artifactStructure } from "./artifact-structure.js";
import { assemblyAutonomy } from "./assembly-autonomy.js";
import { assemblyBoundaries } from "./assembly-boundaries.js";
import { assemblyCommands } from "./assembly-commands.js";
import { assemblyDevices } from "./assembly-devices.js";
import { assemblyKnowledge } from "./assembly-knowledge.js";
import { assemblyPermissions } from "./assembly-permissions.js";
import { assemblySection } from "./assembly-section.js";
import { assemblySkills } from "./assembly-skills.js";
import { assemblySteps } from "./assembly-steps.js";
import { assemblyValue } from "./assembly-value.js";
import { capabilities } from "./capabilities.js";
import { codecEncode } from "./codec-encode.js";
import { codecError } from "./codec-error.js";
import { codecEvent } from "./codec-event.js";
import { codecForm } from "./codec-form.js";
import { codecGrowth } from "./codec-growth.js";
import { codecIndex } from "./codec-index.js";
import { codecManifest } from "./codec-manifest.js";
import { codecTrustStore } from "./codec-trust-store.js";
import { faymanifestClaims } from "./faymanifest-claims.js";
import { faymanifestResolution } from "./faymanifest-resolution.js";
import { faymanifestValidation } from "./faymanifest-validation.js";
import { guestAbi } from "./guest-abi.js";
import { guestCalls } from "./guest-calls.js";
import { guestCode } from "./guest-code.js";
import { guestExecution } from "./guest-execution.js";
import { guestFuel } from "./guest-fuel.js";
import { guestQuotas } from "./guest-quotas.js";
import { guestTraps } from "./guest-traps.js";
import { inputLogs } from "./input-logs.js";
import { instructionBus } from "./instruction-bus.js";
import { instructionCodec } from "./instruction-codec.js";
import { instructionConversation } from "./instruction-conversation.js";
import { instructionMessages } from "./instruction-messages.js";
import { lifecycle } from "./lifecycle.js";
import { lifecycleCommands } from "./lifecycle-commands.js";
import { policyFiles } from "./policy-files.js";
import { policyNetwork } from "./policy-network.js";
import { policyProcesses } from "./policy-processes.js";
import { quotas } from "./quotas.js";
import { reads } from "./reads.js";
import { resolve } from "./resolve.js";
import { routing } from "./routing.js";
import { selection } from "./selection.js";
import { signatureDecision } from "./signature-decision.js";
import { signatureEcdsaP256 } from "./signature-ecdsa-p256.js";
import { signatureEd25519 } from "./signature-ed25519.js";
import { signatureRsaPss } from "./signature-rsa-pss.js";
import { smoke } from "./smoke.js";
import { snapshots } from "./snapshots.js";
import { trustStoreUpdate } from "./trust-store-update.js";
import { uiTree } from "./ui-tree.js";
import { versionNegotiation } from "./version-negotiation.js";
import { versionRange } from "./version-range.js";

/** Every family, in the order of the table `vector-families`. @spec conformance.generated */
export const FAMILIES: readonly Family[] = [
  smoke,
  codecForm,
  codecManifest,
  codecIndex,
  codecTrustStore,
  codecError,
  codecEvent,
  codecEncode,
  codecGrowth,
  artifactHead,
  artifactStructure,
  artifactDocuments,
  artifactRepack,
  artifactDigest,
  artifactPrecedence,
  artifactExhaustive,
  signatureEd25519,
  signatureEcdsaP256,
  signatureRsaPss,
  signatureDecision,
  trustStoreUpdate,
  versionNegotiation,
  versionRange,
  selection,
  resolve,
  reads,
  access,
  lifecycle,
  capabilities,
  instructionCodec,
  instructionBus,
  instructionMessages,
  instructionConversation,
  lifecycleCommands,
  policyNetwork,
  policyFiles,
  adapters,
  inputLogs,
  uiTree,
  policyProcesses,
  routing,
  guestCalls,
  quotas,
  guestCode,
  guestExecution,
  guestTraps,
  guestAbi,
  guestFuel,
  guestQuotas,
  snapshots,
  faymanifestValidation,
  faymanifestResolution,
  faymanifestClaims,
  assemblySection,
  assemblySteps,
  assemblyPermissions,
  assemblyCommands,
  assemblyBoundaries,
  assemblyDevices,
  assemblySkills,
  assemblyKnowledge,
  assemblyAutonomy,
  assemblyValue,
];
