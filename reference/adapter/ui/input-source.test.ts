import { describe, expect, it } from "vitest";
import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import { InputSource } from "./input-source.js";

/** A binding that writes down what is done with it. */
function written() {
  const done: string[] = [];
  const closes = new Map<number, () => void>();
  const binding = {
    openHandle: (_kind: string, _resource: unknown, close: () => void): number => {
      const handle = closes.size + 1;
      closes.set(handle, close);
      return handle;
    },
    raise: ({ kind, handle }: { readonly kind: string; readonly handle: number }) => done.push(`${kind} ${handle}`),
    endSubscription: (handle: number) => done.push(`end ${handle}`),
  } as unknown as InstanceBinding;
  return { source: new InputSource(binding), done, close: (handle: number) => closes.get(handle)?.() };
}

describe("a source of inputs", () => {
  it("raises nothing on an input that was closed", () => {
    const { source, done, close } = written();
    source.openInput();
    source.openInput();
    close(1);
    source.raise({ kind: "ui.key_pressed", key: "a" });
    expect(done).toEqual(["ui.key_pressed 2"]);
  });

  it("ends every input once, and raises nothing behind that, when a person closes it", () => {
    const { source, done } = written();
    source.openInput();
    source.closeByPerson();
    source.closeByPerson();
    source.raise({ kind: "ui.key_pressed", key: "a" });
    expect(done).toEqual(["ui.closed 1", "end 1"]);
    source.openInput();
    expect(done.slice(2)).toEqual(["ui.closed 2", "end 2"]);
  });

  it("ends every input and tells none when the program closes it", () => {
    const { source, done } = written();
    source.openInput();
    source.openInput();
    source.closeByProgram();
    source.closeByPerson();
    expect(done).toEqual(["end 1", "end 2"]);
  });
});
