import { expect, it } from 'vitest';
import { MAX_REFUSED_DOMAINS_IN_A_ROW } from '../../domain/bounds.js';
import { fromMillis } from '../../domain/kernel/instant.js';
import type { SendResult } from '../ports/channel.js';
import type { Clock } from '../ports/clock.js';
import { DeliveryGate, type GateEffect } from './delivery-gate.js';

const REFUSED = { outcome: 'rejected', about: 'recipient', reason: '550 no' } as SendResult;
const DEFERRED = { outcome: 'deferred', about: 'mail', reason: '451 later' } as SendResult;
const SENDER = { outcome: 'not-tried', about: 'sender', reason: '550 5.7.60 no permission' } as SendResult;
const ACCEPTED = { outcome: 'accepted' } as SendResult;

/** A gate to a relay that has refused recipients at so many domains that it counts as failing, and how to try the next mail. */
const failing = () => {
  let now = 0;
  const gate = new DeliveryGate('email', { now: () => fromMillis(now) } as Clock);
  let mails = 0;
  const tryNext = (result: SendResult, sender = 'a@a.example'): GateEffect | undefined => {
    mails += 1;
    const pass = gate.enter(`n${mails}`, sender, `u${mails}@d${mails}.example`);
    if (!pass) throw new Error('It is not open.');
    return gate.leave(pass, result);
  };
  for (let n = 0; n < MAX_REFUSED_DOMAINS_IN_A_ROW; n += 1) tryNext(REFUSED);
  const later = (minutes: number): void => {
    now += minutes * 60_000;
  };
  return { gate, tryNext, later };
};

it('A sender that is refused while no mail is accepted is held: the next probe is a mail of another sender', () => {
  const { gate, tryNext, later } = failing();
  expect(gate.isOpen()).toBe(false);
  later(1);
  tryNext(SENDER, 'b@b.example');
  later(1);
  expect([gate.isOpen(), gate.isOpenFor('b@b.example'), gate.isOpenFor('a@a.example')]).toEqual([
    true,
    false,
    true,
  ]);
  expect(tryNext(ACCEPTED)).toBe('closed');
  expect(gate.outage).toBeUndefined();
});

it('What is only deferred costs no mail: the next one is tried within five minutes', () => {
  const { gate, tryNext, later } = failing();
  for (let n = 0; n < 12; n += 1) {
    later(5);
    expect(gate.isOpen()).toBe(true);
    tryNext(DEFERRED);
  }
});
