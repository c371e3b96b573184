import { Inject, Injectable, Logger } from '@nestjs/common';
import { MAX_UNCONFIRMED_LEAP_MS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { fromMillis, HOUR, toMillis } from '../../domain/kernel/instant.js';
import { Clock, type ClockKind } from '../ports/clock.js';

/** The clock of the machine, or a test clock: to be read through `BelievedClock` only. */
export const MACHINE_CLOCK = Symbol('MACHINE_CLOCK');

/** A clock that goes further ahead than this, beyond the time that passed, is not believed at once. In milliseconds. */
export const LEAP_MS = HOUR;
/** A second reading after so long, by the monotonic clock, confirms a leap: a wrong time server is mostly put right sooner. */
const SECOND_READING_MS = 60_000;

interface Reading {
  readonly said: Instant;
  /** The same in milliseconds since 1970. */
  readonly wall: number;
  readonly monotonic: number;
}

/** A leap of the clock that is not believed so far. */
export interface Doubt {
  /** What the machine's clock says. */
  readonly says: Instant;
  /** What follows from the last moment that was believed, and the time that passed since. */
  readonly expected: Instant;
  /** Whether only a person can confirm it. */
  readonly needsConfirmation: boolean;
}

/**
 * The clock that all of Herald reads. It says what the machine's clock says, but not after a leap forwards that is in doubt: then it
 * goes on from the last moment that was believed. So nothing can be dated by a clock that is not believed.
 * A test clock moves its monotonic time along, and never leaps.
 */
@Injectable()
export class BelievedClock extends Clock {
  readonly #logger = new Logger(BelievedClock.name);
  /** The last reading that was believed. */
  #believed: Reading;
  /** The reading that began the doubt. */
  #doubted: Reading | undefined;
  /** The doubt comes from before the start: Herald may just have been down. */
  #isFromStart = false;

  constructor(@Inject(MACHINE_CLOCK) private readonly machine: Clock) {
    super();
    this.#believed = this.#read();
  }

  override get kind(): ClockKind {
    return this.machine.kind;
  }

  override monotonicMs(): number {
    return this.machine.monotonicMs();
  }

  /** What the machine's clock says, believed or not. */
  machineNow(): Instant {
    return this.machine.now();
  }

  override now(): Instant {
    const reading = this.#read();
    const doubt = this.#judge(reading);
    return doubt && !this.#isLikely(doubt) ? doubt.expected : reading.said;
  }

  /** The leap that is in doubt now; undefined while the clock is believed. Costs nothing. */
  doubt(): Doubt | undefined {
    return this.#judge(this.#read());
  }

  #judge(reading: Reading): Doubt | undefined {
    const ahead = reading.wall - expectedAt(this.#believed, reading);
    if (ahead <= LEAP_MS) {
      this.#believe(reading);
      return undefined;
    }
    const doubt: Doubt = {
      says: reading.said,
      expected: fromMillis(expectedAt(this.#believed, reading)),
      needsConfirmation: ahead > MAX_UNCONFIRMED_LEAP_MS,
    };
    if (!this.#doubted || Math.abs(reading.wall - expectedAt(this.#doubted, reading)) > LEAP_MS) {
      this.#doubted = reading;
      this.#logger.warn(inWords(doubt));
    } else if (!doubt.needsConfirmation && reading.monotonic - this.#doubted.monotonic >= SECOND_READING_MS) {
      this.#believe(reading);
      return undefined;
    }
    return doubt;
  }

  /** Whether the moment is plausible enough to record what happens outside, though perhaps not to decide. */
  isPlausible(): boolean {
    const doubt = this.doubt();
    return !doubt || this.#isLikely(doubt);
  }

  /** At a start: compares the clock with the last moment that is known from before. */
  startAfter(known: Instant): void {
    const reading = this.#read();
    this.#believe(reading);
    if (reading.wall - toMillis(known) <= LEAP_MS) return;
    this.#believed = { ...reading, said: known, wall: toMillis(known) };
    this.#isFromStart = true;
    this.doubt();
  }

  /** Believes what the machine's clock says. */
  confirm(): void {
    this.#believe(this.#read());
  }

  /** Whether a clock that said `at` when it was right, at some time since the doubt began, agrees with this one. */
  agreesWith(at: Instant): boolean {
    const said = toMillis(at);
    return (
      this.#doubted !== undefined &&
      said >= this.#doubted.wall - LEAP_MS &&
      said <= this.#read().wall + LEAP_MS
    );
  }

  /** After a start there is no time passed to go by, and a machine that was off for some days is likelier than a wrong clock. */
  #isLikely({ needsConfirmation }: Doubt): boolean {
    return this.#isFromStart && !needsConfirmation;
  }

  #believe(reading: Reading): void {
    this.#believed = reading;
    this.#doubted = undefined;
    this.#isFromStart = false;
  }

  #read(): Reading {
    const said = this.machine.now();
    return { said, wall: toMillis(said), monotonic: this.machine.monotonicMs() };
  }
}

/** What a doubt is about, and what to do. */
export const inWords = ({ says, expected, needsConfirmation }: Doubt): string => {
  const wait = needsConfirmation
    ? 'If it is right, run: herald clock confirm.'
    : 'It is believed after a second reading a minute later; if it is right, you may also run: herald clock confirm.';
  return `The clock says ${says}, and about ${expected} was expected: nothing is decided. Check the clock. ${wait}`;
};

/** What the clock on the wall should say, from an earlier reading and the time that passed since. */
const expectedAt = (earlier: Reading, now: Reading): number =>
  earlier.wall + (now.monotonic - earlier.monotonic);
