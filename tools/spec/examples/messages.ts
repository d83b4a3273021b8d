import { HOST_ERROR_NUMBERS } from "../../../generated/enums/host-error.js";
import { InstructionCategory } from "../../../generated/enums/instruction-category.js";
import { ERROR_CODES } from "../../../generated/errors/error-code.js";
import { ioFileOpenWrite } from "../../../generated/instructions/io.js";
import { encodeErrorReply, encodeEvent, encodeReply } from "../../../generated/instructions/message.js";
import { timeSleep } from "../../../generated/instructions/time.js";
import { type Annotation, annotatedHex } from "./annotate.js";

/** A message with the meaning of each of its fields; the lengths must add up to the message. */
function dissect(message: Uint8Array, fields: readonly (readonly [length: number, text: string])[]): string[] {
  const rows: Annotation[] = [];
  let offset = 0;
  for (const [length, text] of fields) {
    rows.push({ offset, bytes: message.subarray(offset, offset + length), text });
    offset += length;
  }
  if (offset !== message.length)
    throw new TypeError(`the fields take ${offset} bytes, the message has ${message.length}`);
  return annotatedHex(rows);
}

/** The examples of messages, each as the lines of a block. */
export function exampleMessages(): Readonly<Record<string, readonly string[]>> {
  return {
    "instruction-open": dissect(ioFileOpenWrite("/data/out.txt", 2), [
      [1, "cat: category 0, io; no flags"],
      [2, "op: 0x0002, file_open_write"],
      [2, "caps: bit 1, fs.write"],
      [1, "operand 0: type 7, text"],
      [1, "length 13"],
      [13, 'value "/data/out.txt"'],
      [1, "operand 1: type 1, u32"],
      [1, "length 4"],
      [4, "value 2: create it or empty it"],
    ]),
    "reply-open": dissect(encodeReply(0, [{ type: "handle", value: 1 }]), [
      [2, "status 0: done"],
      [1, "result 0: type 8, handle"],
      [1, "length 4"],
      [4, "value 1"],
    ]),
    "reply-error": dissect(encodeErrorReply(ERROR_CODES.ADP_HOST_CALL_FAILED.number, "no_space"), [
      [2, "status 0x3004: ADP_HOST_CALL_FAILED"],
      [1, "type 1, u32"],
      [1, "length 4"],
      [4, `host error ${HOST_ERROR_NUMBERS.no_space}: no_space`],
    ]),
    "instruction-sleep": dissect(timeSleep(1_500_000_000n, { asynchronous: true }), [
      [1, "cat: category 3, time; bit 6 ASYNC"],
      [2, "op: 0x0003, sleep"],
      [2, "caps: bit 10, time.timer"],
      [1, "operand 0: type 2, u64"],
      [1, "length 8"],
      [8, "value 1500000000 nanoseconds"],
    ]),
    "reply-sleep": dissect(encodeReply(0, [{ type: "u32", value: 1 }]), [
      [2, "status 0: accepted"],
      [1, "type 1, u32"],
      [1, "length 4"],
      [4, "call_id 1"],
    ]),
    "event-sleep": dissect(
      encodeEvent({
        category: InstructionCategory.Time,
        opcode: 0x0003,
        completion: true,
        payload: [
          { type: "u32", value: 1 },
          { type: "u32", value: 0 },
        ],
      }),
      [
        [1, "cat: category 3, time; bit 6: a completion"],
        [2, "op: 0x0003, sleep"],
        [2, "type 1, u32; length 4"],
        [4, "call_id 1"],
        [2, "type 1, u32; length 4"],
        [4, "status 0: done, without results"],
      ],
    ),
    "reply-list": dissect(
      encodeReply(0, [
        {
          type: "list",
          value: [
            { type: "text", value: "a.txt" },
            { type: "text", value: "x".repeat(128) },
          ],
        },
      ]),
      [
        [2, "status 0: done"],
        [1, "result 0: type 9, list"],
        [2, "length 138 in LEB128: 0x0a + 1 * 128"],
        [1, "member 0: type 7, text"],
        [1, "length 5"],
        [5, 'value "a.txt"'],
        [1, "member 1: type 7, text"],
        [2, "length 128 in LEB128: 0x00 + 1 * 128"],
        [128, "value"],
      ],
    ),
  };
}
