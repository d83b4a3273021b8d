import { encodeSnapshotState } from "../../../../generated/codecs/snapshot-state.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { decodeCbor } from "../../../../reference/codec/codegen-v1.js";
import { nodeSha256 } from "../../../../reference/node.js";
import { readSnapshot } from "../../../../reference/runtime/snapshot/snapshot-document.js";
import { type Answer, answering } from "../answer.js";
import { givenBytes } from "../inputs.js";
import { manifestOf } from "../programs/program.js";
import { toTagged } from "../value.js";

/** Read a snapshot as far as it can be judged without code. @spec snapshots.order */
export function readSnapshotOf(inputs: VectorInputs): Promise<Answer> {
  const bytes = givenBytes(inputs, "bytes");
  const object = { manifest: manifestOf("main"), manifestDigest: givenBytes(inputs, "manifest_digest") };
  return answering(() => {
    const state = readSnapshot(bytes, object, nodeSha256);
    return { value: toTagged(decodeCbor(encodeSnapshotState(state))) };
  });
}
