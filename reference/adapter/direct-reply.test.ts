import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { decodeReply, encodeReply } from "../../generated/instructions/message.js";
import { ReplyInPlace } from "./direct-reply.js";

describe("a reply in place", () => {
  // @spec instructions.reply
  it("takes two values of as many bytes as there is room for", () => {
    const reply = new ReplyInPlace();
    reply.begin();
    for (const value of [1, 2]) reply.bytes(reply.room).fill(value);
    expect(decodeReply(reply.copy())).toEqual({
      status: 0,
      results: [1, 2].map((value) => ({ type: "bytes", value: new Uint8Array(reply.room).fill(value) })),
    });
  });

  it("takes fewer bytes than it gave room for", () => {
    const reply = new ReplyInPlace();
    reply.begin();
    reply.u32(7);
    reply.bytes(100).set([1, 2, 3]);
    reply.filled(3);
    reply.u64(8n);
    expect(decodeReply(reply.copy()).results).toEqual([
      { type: "u32", value: 7 },
      { type: "bytes", value: Uint8Array.of(1, 2, 3) },
      { type: "u64", value: 8n },
    ]);
    expect(() => reply.filled(101)).toThrow(RangeError);
  });

  test.prop([fc.nat(16_383), fc.nat(16_383), fc.integer({ min: 0, max: 300 })])(
    "has the one encoding of what was filled, however much room was asked for",
    (first, second, before) => {
      const reply = new ReplyInPlace();
      // Of an earlier, perhaps shorter reply in the same memory.
      reply.begin();
      reply.bytes(before).fill(9);
      reply.begin();
      const [room, count] = [Math.max(first, second), Math.min(first, second)];
      const data = Uint8Array.from({ length: count }, (_, at) => at & 0xff);
      reply.bytes(room).set(data);
      reply.filled(count);
      reply.u64(8n);
      reply.u32(9);
      expect(reply.copy()).toEqual(
        encodeReply(0, [
          { type: "bytes", value: data },
          { type: "u64", value: 8n },
          { type: "u32", value: 9 },
        ]),
      );
    },
  );

  it.each([
    [127, 0],
    [127, 126],
    [127, 127],
    [128, 127],
    [128, 128],
    [200, 3],
    [200, 127],
    [200, 128],
    [16_383, 128],
  ])("of room for %i bytes takes %i, with the shortest length", (room, count) => {
    const reply = new ReplyInPlace();
    reply.begin();
    const data = Uint8Array.from({ length: count }, (_, at) => at + 1);
    reply.bytes(room).set(data);
    reply.filled(count);
    expect(reply.copy()).toEqual(encodeReply(0, [{ type: "bytes", value: data }]));
    expect(() => reply.filled(room + 1)).toThrow(RangeError);
  });

  it("has no room for more bytes in one value, whose length would need another byte", () => {
    const reply = new ReplyInPlace();
    reply.begin();
    expect(() => reply.bytes(reply.room + 1)).toThrow(RangeError);
    expect(reply.length).toBe(2);
  });
});
