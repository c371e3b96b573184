import { Injectable, Logger } from '@nestjs/common';
import { HeraldError } from '../../domain/herald-error.js';
import { DAY, fromMillis, HOUR, plus, toMillis } from '../../domain/time/instant.js';
import { type Collection, type Document, DocumentStore } from '../document-store.js';
import { EventStore } from '../event-store.js';
import { Health, type HealthSource, type PartHealth } from '../operations/health.js';
import { Clock } from './clock.js';
import { OperatingMode } from './operating-mode.js';

/** A clock that goes further ahead than this, beyond the time that passed, is not believed at once. In milliseconds. */
const LEAP_MS = HOUR;
/** A second reading after so long, by the monotonic clock, confirms a leap: a wrong time server is mostly put right sooner. */
const SECOND_READING_MS = 60_000;
/** A leap beyond this is confirmed by a person only: what it would do cannot be undone. */
const MAX_UNCONFIRMED_LEAP_MS = 31 * DAY;
/** A clock so far behind the last recorded moment is said to be behind. */
const BEHIND_MS = 5 * 60_000;

interface Heartbeat extends Document {
  readonly at: string;
}

const HEARTBEATS: Collection = { name: 'clock@1', indexes: [] };
const ID = 'heartbeat';

interface Reading {
  readonly wall: number;
  readonly monotonic: number;
}

/** Where the clock stands, and whether it is believed. */
export interface ClockStatus {
  readonly now: string;
  readonly trusted: boolean;
  /** While it is not: the moment that was expected. */
  readonly expected?: string;
  /** While it is not: whether only a person can confirm it. */
  readonly needsConfirmation?: boolean;
}

/**
 * Compares the clock with the monotonic clock and with the last moment that is known from before the start. While it is ahead by
 * a leap nothing is decided: one wrong reading would send mails for a time that has not come, and close slots for ever.
 */
@Injectable()
export class ClockGuard implements HealthSource {
  readonly #logger = new Logger(ClockGuard.name);
  #believed: Reading | undefined;
  #doubt: Reading | undefined;
  /** The doubt comes from before the start: Herald may just have been down. */
  #isFromStart = false;
  #lastRecorded = '';

  constructor(
    private readonly clock: Clock,
    private readonly mode: OperatingMode,
    private readonly log: EventStore,
    private readonly documents: DocumentStore,
    health: Health,
  ) {
    health.register(this);
  }

  /** Compares the clock with the last known moment. Called once, before anything is decided. */
  async open(): Promise<void> {
    if (this.mode.isTest) return;
    await this.documents.ensure(HEARTBEATS);
    const beat = (await this.documents.get<Heartbeat>(HEARTBEATS, [ID])).get(ID);
    for await (const [last] of this.log.readAll({ direction: 'backwards', maxCount: 1 }))
      this.#lastRecorded = last?.metadata.recordedAt ?? '';
    const known = beat ? (beat.at > this.#lastRecorded ? beat.at : this.#lastRecorded) : undefined;
    const reading = this.#read();
    if (known === undefined || reading.wall - toMillis(known) <= LEAP_MS) {
      this.#believed = reading;
      return;
    }
    // The clock of another machine that agrees is as good as a second reading.
    const other = await this.documents.serverTime();
    if (other !== undefined && Math.abs(toMillis(other) - reading.wall) <= LEAP_MS) {
      this.#believed = reading;
      return;
    }
    this.#believed = { wall: toMillis(known), monotonic: reading.monotonic };
    this.#isFromStart = true;
    this.isTrusted();
  }

  /** Whether the clock is believed now. Asked before every decision; costs nothing. */
  isTrusted(): boolean {
    if (this.mode.isTest) return true;
    const reading = this.#read();
    this.#believed ??= reading;
    if (reading.wall - expectedAt(this.#believed, reading) <= LEAP_MS) this.#believe(reading);
    else if (!this.#doubt || reading.wall - expectedAt(this.#doubt, reading) > LEAP_MS)
      this.#doubtAbout(reading);
    else if (
      !this.#needsConfirmation(reading) &&
      reading.monotonic - this.#doubt.monotonic >= SECOND_READING_MS
    )
      this.#believe(reading);
    return this.#doubt === undefined;
  }

  /** The moment, where it is believed. @throws HeraldError `clock-in-doubt`. */
  now(): string {
    if (this.isTrusted()) return this.clock.now();
    throw new HeraldError('clock-in-doubt', this.#says());
  }

  /**
   * For events from outside: refuses while a leap is in doubt, because facts would be recorded with a wrong moment. Right after a
   * start that follows a long rest, facts are taken all the same.
   * @throws HeraldError `clock-in-doubt`.
   */
  requirePlausible(): void {
    if (this.isTrusted() || (this.#isFromStart && !this.#needsConfirmation(this.#read()))) return;
    throw new HeraldError('clock-in-doubt', this.#says());
  }

  /** A person has looked at the clock, and it is right. */
  confirm(): ClockStatus {
    if (!this.isTrusted()) {
      this.#logger.warn('The clock was confirmed by an operator.');
      this.#believe(this.#read());
    }
    return this.status();
  }

  status(): ClockStatus {
    const trusted = this.isTrusted();
    const now = this.clock.now();
    if (trusted || !this.#believed) return { now, trusted };
    const reading = this.#read();
    return {
      now,
      trusted,
      expected: fromMillis(expectedAt(this.#believed, reading)),
      needsConfirmation: this.#needsConfirmation(reading),
    };
  }

  /** Something was recorded at that moment, by this instance or another. */
  noteRecorded(recordedAt: string): void {
    if (recordedAt > this.#lastRecorded) this.#lastRecorded = recordedAt;
  }

  /** Remembers that Herald runs, and when: a later start can tell a long rest from a leap. */
  async beat(): Promise<void> {
    if (this.mode.isTest || !this.isTrusted()) return;
    const at = this.clock.now();
    const document: Heartbeat = { id: ID, position: at, at };
    await this.documents.write(HEARTBEATS, [{ id: ID, position: at, document }]);
  }

  health(): readonly PartHealth[] {
    if (this.mode.isTest) return [{ part: 'clock', status: 'ok' }];
    if (!this.isTrusted()) return [{ part: 'clock', status: 'degraded', says: this.#says() }];
    if (plus(this.clock.now(), BEHIND_MS) < this.#lastRecorded) {
      const says = `The clock is behind the last recorded moment, ${this.#lastRecorded}: set it by NTP. What is due waits for it.`;
      return [{ part: 'clock', status: 'degraded', says }];
    }
    return [{ part: 'clock', status: 'ok' }];
  }

  #says(): string {
    const { now, expected, needsConfirmation } = this.#describe();
    const wait = needsConfirmation
      ? 'If it is right, run: herald clock confirm.'
      : 'It is believed after a second reading a minute later; if it is right, you may also run: herald clock confirm.';
    return `The clock says ${now}, and about ${expected} was expected: nothing is decided. Check the clock. ${wait}`;
  }

  #describe() {
    const reading = this.#read();
    const expected = this.#believed ? expectedAt(this.#believed, reading) : reading.wall;
    return {
      now: fromMillis(reading.wall),
      expected: fromMillis(expected),
      needsConfirmation: this.#needsConfirmation(reading),
    };
  }

  #needsConfirmation(reading: Reading): boolean {
    const expected = this.#believed ? expectedAt(this.#believed, reading) : reading.wall;
    return reading.wall - expected > MAX_UNCONFIRMED_LEAP_MS;
  }

  #doubtAbout(reading: Reading): void {
    this.#doubt = reading;
    this.#logger.warn(this.#says());
  }

  #believe(reading: Reading): void {
    this.#believed = reading;
    this.#doubt = undefined;
    this.#isFromStart = false;
  }

  #read(): Reading {
    return { wall: toMillis(this.clock.now()), monotonic: this.clock.monotonicMs() };
  }
}

/** The wall clock's reading that follows from an earlier one and the time that passed since. */
const expectedAt = (earlier: Reading, now: Reading): number =>
  earlier.wall + (now.monotonic - earlier.monotonic);
