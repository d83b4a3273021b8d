import type { ErrorCode } from "../../../generated/errors/error-code.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import { type CallAnswer, failed } from "./call-answer.js";

/** A call on its way to a part. */
interface PartCall {
  readonly number: number;
  readonly part: string;
  readonly name: string;
  readonly input: readonly Tlv[];
  readonly answer: (answer: CallAnswer) => void;
  /** Whether it was announced to its part. */
  handed: boolean;
}

/** A part that is not ended. */
interface Mailbox {
  /** Calls that are not answered. */
  readonly open: Set<PartCall>;
  /** Calls that have not reached the program, the next one first. */
  readonly waiting: Set<PartCall>;
  /** The first of them, where it was announced. */
  announced: PartCall | undefined;
}

/**
 * Say something to one part.
 *
 * @returns how many of its subscriptions were told
 */
export type Announce = (part: string, data: readonly Tlv[]) => number;

/**
 * The calls that are open, each on its way to one part and answered exactly once. A part gets the next when its program
 * was called with the one before, so that its queue of events never holds more than one, and none is lost there.
 *
 * @spec assembly.calls.delivery, assembly.calls.order
 */
export class PartCalls {
  readonly #announce: Announce;
  readonly #open = new Map<number, PartCall>();
  readonly #parts = new Map<string, Mailbox>();

  /** @param announce says something to a part */
  constructor(announce: Announce) {
    this.#announce = announce;
  }

  /** Take calls to a part from now on. It gets them once it has subscribed. */
  add(part: string): void {
    this.#parts.set(part, { open: new Set(), waiting: new Set(), announced: undefined });
  }

  /**
   * Hand a call to its part.
   *
   * @param name name of the action within the part
   * @param answered told how it was answered, once, before the promise is settled
   */
  hand(
    number: number,
    part: string,
    name: string,
    input: readonly Tlv[],
    answered: (answer: CallAnswer) => void,
  ): Promise<CallAnswer> {
    return new Promise((resolve) => {
      const mailbox = this.#parts.get(part);
      const answer = (settled: CallAnswer): void => {
        this.#open.delete(number);
        mailbox?.open.delete(call);
        answered(settled);
        resolve(settled);
      };
      const call: PartCall = { number, part, name, input, answer, handed: false };
      // @spec assembly.calls.ended
      if (mailbox === undefined) return answer(failed("unavailable", `${part} does not run`));
      this.#open.set(number, call);
      mailbox.open.add(call);
      mailbox.waiting.add(call);
      this.pump(part);
    });
  }

  /**
   * A part answers a call.
   *
   * @returns false where the call is not open, or was not handed to this part
   * @spec assembly.calls.answer, assembly.calls.unanswerable
   */
  answer(part: string, number: bigint, answer: CallAnswer): boolean {
    const call = number <= Number.MAX_SAFE_INTEGER ? this.#open.get(Number(number)) : undefined;
    if (call === undefined || call.part !== part || !call.handed) return false;
    call.answer(answer);
    return true;
  }

  /** The program of a part is called with a call. */
  reached(part: string, number: number): void {
    const mailbox = this.#parts.get(part);
    if (mailbox?.announced?.number !== number) return;
    mailbox.waiting.delete(mailbox.announced);
    mailbox.announced = undefined;
    this.pump(part);
  }

  /** Announce what waits for a part, if the part takes anything now. */
  pump(part: string): void {
    const mailbox = this.#parts.get(part);
    if (mailbox === undefined || mailbox.announced !== undefined) return;
    const [next] = mailbox.waiting;
    if (next === undefined) return;
    // Before it is announced: a part in this thread may be called and answer before `announce` returns.
    mailbox.announced = next;
    next.handed = true;
    const data: Tlv[] = [
      { type: "u64", value: BigInt(next.number) },
      { type: "text", value: next.name },
      ...next.input,
    ];
    if (this.#announce(part, data) > 0) return;
    mailbox.announced = undefined;
    next.handed = false;
  }

  /** A call that was not answered in time. Of one that waits still, its part hears nothing. @spec assembly.calls.unanswered */
  expire(number: number): void {
    const call = this.#open.get(number);
    if (call === undefined) return;
    // One that was announced keeps its place until it reaches the program.
    if (!call.handed) this.#parts.get(call.part)?.waiting.delete(call);
    call.answer(failed("timed_out", `${call.part} did not answer in time`));
  }

  /**
   * A part has ended: whatever it holds is answered for it.
   *
   * @param code the error that ended it, where it failed
   * @spec assembly.calls.ended, assembly.calls.cause
   */
  remove(part: string, code?: ErrorCode): void {
    const mailbox = this.#parts.get(part);
    this.#parts.delete(part);
    for (const call of mailbox?.open ?? []) call.answer(failed("unavailable", `${part} has ended`, code));
  }
}
