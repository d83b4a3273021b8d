import { instructionCategoryName } from "../../../../generated/enums/instruction-category.js";
import {
  decodeEvent as decodeEventMessage,
  decodeReply as decodeReplyMessage,
  encodeEvent,
  encodeReply,
} from "../../../../generated/instructions/message.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { type Answer, answering } from "../answer.js";
import { toHexadecimal } from "../hexadecimal.js";
import { givenBytes } from "../inputs.js";
import { tlvInJson } from "../tlv.js";

/** Decode a UniversalReply, and encode it again. */
export function decodeReply(inputs: VectorInputs): Promise<Answer> {
  const bytes = givenBytes(inputs, "bytes");
  return answering(() => {
    const { status, results } = decodeReplyMessage(bytes);
    return { status, operands: results.map(tlvInJson), bytes: toHexadecimal(encodeReply(status, results)) };
  });
}

/** Decode a Universal_Event, and encode it again. */
export function decodeEvent(inputs: VectorInputs): Promise<Answer> {
  const bytes = givenBytes(inputs, "bytes");
  return answering(() => {
    const event = decodeEventMessage(bytes);
    return {
      category: instructionCategoryName(event.category),
      opcode: event.opcode,
      completion: event.completion,
      operands: event.payload.map(tlvInJson),
      bytes: toHexadecimal(encodeEvent(event)),
    };
  });
}
