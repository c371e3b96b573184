import { Logger } from '@nestjs/common';
import { MAX_HELD_SENDERS } from '../../domain/bounds.js';
import type { ChannelName } from '../../domain/channels/address.js';
import { boundedCache } from '../caches/bounded-cache.js';
import type { SendResult } from '../ports/channel.js';
import type { Clock } from '../ports/clock.js';
import { type Circuit, CircuitBreaker, type Outage, type Pass } from './circuit-breaker.js';
import { FailureStreak, type Streak } from './failure-streak.js';

/** Within minutes after the relay is back all that waits goes out, and a relay that is away is asked every few minutes only. */
const FIRST_RELAY_PROBE_MS = 5_000;
const MAX_RELAY_PROBE_MS = 5 * 60_000;

/** Where each probe may be a mail in doubt or rejected for good, fewer of them are made. */
const MAX_STREAK_PROBE_MS = 60 * 60_000;

/** A sender's set-up is mended by a person. */
const FIRST_SENDER_PROBE_MS = 5 * 60_000;
const MAX_SENDER_PROBE_MS = 60 * 60_000;

type NotTried = Extract<SendResult, { outcome: 'not-tried' }>;

/** Mails that the relay failed with, or a sender was refused with, at most: the next probe is another one. */
const MAX_SUSPECTS = 1_000;

/** Mails that were deferred as probes, at most: there is a probe every few minutes. */
const MAX_DEFERRED = 100;

/**
 * `closed`: something that was open works again. `isolated`: the relay failed with this mail while others succeeded. `refused-alone`:
 * the sender is refused with this mail again, and was accepted with another since.
 */
export type GateEffect = 'closed' | 'isolated' | 'refused-alone';

/** The permission to attempt one mail. */
export interface GatePass {
  readonly notificationId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly relay: Pass;
  readonly hold: Pass | undefined;
}

/**
 * What is passed to the relay of one channel: nothing while it fails, but a probe from time to time, and no mails of senders that a
 * policy refuses. Mails that are turned away wait, and nothing is recorded.
 */
export class DeliveryGate {
  readonly #log = new Logger(DeliveryGate.name);
  readonly #relay: CircuitBreaker;
  readonly #holds = boundedCache<CircuitBreaker>(MAX_HELD_SENDERS);
  readonly #suspects = new Set<string>();
  /** By mail that its sender was refused with: how many mails of the sender were accepted until then. */
  readonly #refused = boundedCache<number>(MAX_SUSPECTS);
  readonly #streak = new FailureStreak();
  /** Mails that were deferred while no mail is accepted. */
  readonly #deferred = boundedCache<true>(MAX_DEFERRED);

  constructor(
    readonly channel: ChannelName,
    private readonly clock: Clock,
  ) {
    this.#relay = new CircuitBreaker(clock, FIRST_RELAY_PROBE_MS, MAX_RELAY_PROBE_MS);
  }

  /** Since when the relay fails, and what it said; undefined while it works. */
  get outage(): Outage | undefined {
    return this.#relay.outage;
  }

  /** How the relay fails, if it answers all the same. */
  get streak(): Streak | undefined {
    return this.#streak.streak;
  }

  /** The senders whose mails are held. */
  get heldSenders(): readonly (Outage & { readonly sender: string })[] {
    return [...this.#holds.entries()].flatMap(([sender, { outage }]) =>
      outage ? [{ sender, ...outage }] : [],
    );
  }

  /** The relay, for operators. What a server said is without addresses. */
  get relay(): Circuit {
    return withoutPersons(this.#relay.circuit);
  }

  /** The senders whose mails are held, for operators; at most `MAX_HELD_SENDERS`. */
  get heldCircuits(): readonly (Circuit & { readonly sender: string })[] {
    return [...this.#holds.entries()].flatMap(([sender, { circuit }]) =>
      circuit.state === 'closed' ? [] : [{ sender, ...withoutPersons(circuit) }],
    );
  }

  /** Whether a mail may be attempted now. */
  isOpen(): boolean {
    return this.#relay.isReady;
  }

  /** Whether a mail of this sender may be attempted now, as far as the sender is concerned. */
  isOpenFor(sender: string | undefined): boolean {
    return this.#holdOf(sender)?.isReady ?? true;
  }

  /** Whether this mail is to be the next probe: not if the relay failed with it, or its sender was refused with it. */
  isFitFor(notificationId: string): boolean {
    return !this.#suspects.has(notificationId) && !this.#refused.has(notificationId);
  }

  /** While no mail is accepted: those that were deferred, the first one first. A server that greylists accepts them once they come again. */
  get deferred(): readonly string[] {
    return [...this.#deferred.keys()].reverse();
  }

  /** Whether mails of this sender are held, and one may be tried. */
  isProbeOf(sender: string | undefined): boolean {
    const hold = this.#holdOf(sender);
    return hold?.outage !== undefined && hold.isReady;
  }

  /** Another value whenever mails of this sender that were turned away are to be tried again. */
  generationFor(sender: string | undefined): string {
    return `${this.#relay.generation}.${this.#holdOf(sender)?.generation ?? 0}`;
  }

  /** Undefined: not now. */
  enter(notificationId: string, sender = '', recipient = ''): GatePass | undefined {
    const hold = this.#holdOf(sender);
    if (hold && !hold.isReady) return undefined;
    const relay = this.#relay.enter();
    return relay && { notificationId, sender, recipient, relay, hold: hold?.enter() };
  }

  /** Takes the result of the attempt; undefined: it told nothing. */
  leave(pass: GatePass, result: SendResult | undefined): GateEffect | undefined {
    if (!result || saysNothing(result)) {
      this.#relay.dropped(pass.relay);
      this.#dropHold(pass);
      return undefined;
    }
    // It is a probe again for being deferred alone: with any other result it would be the probe for ever.
    this.#deferred.delete(pass.notificationId);
    if (result.outcome === 'not-tried' && result.about === 'relay') return this.#relayFailed(pass, result);
    this.#streak.note(result, pass.recipient);
    if (result.outcome !== 'accepted' && this.streak !== undefined) return this.#streakGoesOn(pass, result);
    if (result.outcome === 'unknown') return this.#inDoubt(pass, result.reason);
    const works = this.#relayWorks(pass);
    if (result.outcome === 'not-tried' && this.#senderRefused(pass, result.reason)) return 'refused-alone';
    if (result.outcome !== 'not-tried' && this.#senderWorks(pass)) return 'closed';
    return works ? 'closed' : undefined;
  }

  /** The relay has accepted no mail, so it does not work again yet. */
  #streakGoesOn(
    pass: GatePass,
    result: Exclude<SendResult, { outcome: 'accepted' }>,
  ): GateEffect | undefined {
    if (result.outcome === 'deferred') this.#deferred.set(pass.notificationId, true);
    // A sender that is refused is held all the same, so that the next probe is a mail of another one.
    const isAlone = result.outcome === 'not-tried' && this.#senderRefused(pass, result.reason);
    const costsMail = result.outcome === 'unknown' || result.outcome === 'rejected';
    const effect = this.#relayFailed(pass, result, costsMail ? MAX_STREAK_PROBE_MS : MAX_RELAY_PROBE_MS);
    return isAlone ? 'refused-alone' : effect;
  }

  /** The relay took the mail and broke off: it does not work again yet, and a single time tells no more. */
  #inDoubt(pass: GatePass, reason: string): GateEffect | undefined {
    if (this.#relay.outage) return this.#relayFailed(pass, { reason });
    this.#relay.dropped(pass.relay);
    this.#dropHold(pass);
    return undefined;
  }

  #relayFailed(
    pass: GatePass,
    { reason, inTransaction }: Pick<NotTried, 'reason' | 'inTransaction'>,
    maxProbeMs?: number,
  ): GateEffect | undefined {
    this.#dropHold(pass);
    if (inTransaction) this.#suspect(pass.notificationId);
    const effect = this.#relay.failed(pass.relay, reason, maxProbeMs);
    if (effect === 'opened')
      this.#log.warn(
        `${this.channel}: the relay fails, and mails wait until it works again. It said: ${reason}`,
      );
    return effect === 'isolated' ? effect : undefined;
  }

  /** Whether it works again. */
  #relayWorks({ relay }: GatePass): boolean {
    const since = this.#relay.outage?.since;
    if (!this.#relay.succeeded(relay)) return false;
    this.#suspects.clear();
    this.#deferred.clear();
    this.#log.warn(
      `${this.channel}: the relay, which failed since ${since}, works again. The mails that waited are sent.`,
    );
    return true;
  }

  /** Whether it is refused with this mail alone. */
  #senderRefused({ notificationId, sender, hold: pass }: GatePass, says: string): boolean {
    const hold =
      this.#holdOf(sender) ?? new CircuitBreaker(this.clock, FIRST_SENDER_PROBE_MS, MAX_SENDER_PROBE_MS);
    this.#holds.set(sender.toLowerCase(), hold);
    if (hold.successes > (this.#refused.get(notificationId) ?? Number.POSITIVE_INFINITY)) {
      if (pass) hold.dropped(pass);
      return true;
    }
    this.#refused.set(notificationId, hold.successes);
    if (hold.failed(pass ?? { isProbe: false, successes: hold.successes }, says) === 'opened')
      this.#log.warn(
        `${this.channel}: mails of the sender ${sender} are held, because it is refused: ${withoutAddresses(says)}`,
      );
    return false;
  }

  /** Whether it works again. */
  #senderWorks({ notificationId, sender, hold: pass }: GatePass): boolean {
    this.#refused.delete(notificationId);
    if (!pass || !this.#holdOf(sender)?.succeeded(pass)) return false;
    this.#log.warn(
      `${this.channel}: the sender ${sender} is accepted again. Its mails that waited are sent.`,
    );
    return true;
  }

  #dropHold({ sender, hold }: GatePass): void {
    if (hold) this.#holdOf(sender)?.dropped(hold);
  }

  #suspect(notificationId: string): void {
    if (this.#suspects.size >= MAX_SUSPECTS) this.#suspects.clear();
    this.#suspects.add(notificationId);
  }

  #holdOf(sender: string | undefined): CircuitBreaker | undefined {
    return sender === undefined ? undefined : this.#holds.get(sender.toLowerCase());
  }
}

/** Whether no server has answered: Herald ended, or refuses the mail itself. */
const saysNothing = (result: SendResult): boolean =>
  result.isUnasked === true || (result.outcome === 'not-tried' && result.about === 'shutdown');

const withoutPersons = (circuit: Circuit): Circuit =>
  circuit.reason === undefined ? circuit : { ...circuit, reason: withoutAddresses(circuit.reason) };

/** What a server says may name a recipient, and logs and health contain no personal data. */
export const withoutAddresses = (text: string): string => text.replace(/[^\s<>"]+@[^\s<>"]+/g, '(address)');
