import { Inject, Injectable, Logger } from '@nestjs/common';
import { MAX_UNCONFIRMED_LEAP_MS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { fromMillis, HOUR, toMillis } from '../../domain/kernel/instant.js';
import { Clock, type ClockKind } from '../ports/clock.js';

/** The machine's clock, or a test clock. Read it only through `BelievedClock`. */
export const MACHINE_CLOCK = Symbol('MACHINE_CLOCK');

/** A clock that jumps ahead by more than this, beyond the elapsed time, is not believed at once. In milliseconds. */
export const LEAP_MS = HOUR;
/**
 * The time, by the monotonic clock, after which a second reading confirms a leap: a wrong time server is usually corrected
 * sooner.
 */
const SECOND_READING_MS = 60_000;

interface Reading {
  readonly said: Instant;
  /** The same moment in milliseconds since 1970. */
  readonly wall: number;
  readonly monotonic: number;
}

/** A leap of the clock that is not believed yet. */
export interface Doubt {
  /** What the machine's clock says. */
  readonly says: Instant;
  /** The last believed moment plus the elapsed time. */
  readonly expected: Instant;
  /** Whether only an operator can confirm it. */
  readonly needsConfirmation: boolean;
}

/**
 * The clock that all of Herald reads. It follows the machine's clock, except after a doubtful leap forwards: then it continues
 * from the last believed moment, so that nothing is dated by a clock that is not believed. A test clock moves its monotonic
 * time along, and never leaps.
 */
@Injectable()
export class BelievedClock extends Clock {
  readonly #logger = new Logger(BelievedClock.name);
  /** The last believed reading. */
  #believed: Reading;
  /** The reading at which the doubt began. */
  #doubted: Reading | undefined;
  /** The doubt arose at startup: Herald may simply have been down. */
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

  /** The leap in doubt; undefined while the clock is believed. Cheap to call. */
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

  /** Whether the moment is plausible enough to record external events, though perhaps not to decide. */
  isPlausible(): boolean {
    const doubt = this.doubt();
    return !doubt || this.#isLikely(doubt);
  }

  /** At startup: compares the clock with the last known moment before it. */
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

  /** Whether a trusted clock that said `at`, at some time since the doubt began, agrees with this one. */
  agreesWith(at: Instant): boolean {
    const said = toMillis(at);
    return (
      this.#doubted !== undefined &&
      said >= this.#doubted.wall - LEAP_MS &&
      said <= this.#read().wall + LEAP_MS
    );
  }

  /** After a start no elapsed time is known, and a machine that was off for some days is likelier than a wrong clock. */
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
    : 'A second reading in a minute confirms it. If it is right, you may also run: herald clock confirm.';
  return `The clock says ${says}, but about ${expected} was expected. No decisions are made. Check the clock. ${wait}`;
};

/** What the wall clock should say, from an earlier reading and the elapsed time. */
const expectedAt = (earlier: Reading, now: Reading): number =>
  earlier.wall + (now.monotonic - earlier.monotonic);
