import { expect, it } from 'vitest';
import { MAX_REFUSED_DOMAINS_IN_A_ROW } from '../../domain/bounds.js';
import { fromMillis } from '../../domain/kernel/instant.js';
import type { SendResult } from '../ports/channel.js';
import type { Clock } from '../ports/clock.js';
import { DeliveryGate, type GateEffect } from './delivery-gate.js';

const REFUSED = { outcome: 'rejected', about: 'recipient', reason: '550 no' } as SendResult;
const DEFERRED = { outcome: 'deferred', about: 'mail', reason: '451 later' } as SendResult;
const SENDER = { outcome: 'not-tried', about: 'sender', reason: '550 5.7.60 no permission' } as SendResult;
const UNASKED = { ...REFUSED, isUnasked: true } as SendResult;
const AWAY = { outcome: 'not-tried', about: 'relay', reason: 'connection refused' } as SendResult;
const ACCEPTED = { outcome: 'accepted' } as SendResult;

/** A gate, and how to try the next mail, which is to a domain of its own. */
const working = () => {
  let now = 0;
  const gate = new DeliveryGate('email', { now: () => fromMillis(now) } as Clock);
  let mails = 0;
  const tryNext = (result: SendResult, sender = 'a@a.example'): GateEffect | undefined => {
    mails += 1;
    const pass = gate.enter(`n${mails}`, sender, `u${mails}@d${mails}.example`);
    if (!pass) throw new Error('It is not open.');
    return gate.leave(pass, result);
  };
  const later = (minutes: number): void => {
    now += minutes * 60_000;
  };
  return { gate, tryNext, later };
};

/** The same, with a relay that has refused recipients at so many domains that it counts as failing. */
const failing = () => {
  const gate = working();
  for (let n = 0; n < MAX_REFUSED_DOMAINS_IN_A_ROW; n += 1) gate.tryNext(REFUSED);
  return gate;
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

it('A deferred mail with which the relay fails afterwards is not the next probe again', () => {
  const { gate, later } = failing();
  const probe = (result: SendResult): void => {
    later(5);
    const pass = gate.enter('greylisted', 'a@a.example', 'u@d.example');
    if (!pass) throw new Error('It is not open.');
    gate.leave(pass, result);
  };
  probe(DEFERRED);
  expect(gate.deferred).toEqual(['greylisted']);
  probe(DEFERRED);
  expect(gate.deferred).toEqual(['greylisted']);
  probe(AWAY);
  expect(gate.deferred).toEqual([]);
});

it('What is only deferred costs no mail: the next one is tried within five minutes', () => {
  const { gate, tryNext, later } = failing();
  for (let n = 0; n < 12; n += 1) {
    later(5);
    expect(gate.isOpen()).toBe(true);
    tryNext(DEFERRED);
  }
});

it('What Herald refuses itself says nothing about the relay: it begins no streak, and ends neither one nor an outage', () => {
  const { gate, tryNext, later } = working();
  for (let n = 0; n < MAX_REFUSED_DOMAINS_IN_A_ROW; n += 1) expect(tryNext(UNASKED)).toBeUndefined();
  expect([gate.streak, gate.outage]).toEqual([undefined, undefined]);
  tryNext(AWAY);
  later(1);
  expect(tryNext(UNASKED)).toBeUndefined();
  expect(gate.outage).toBeDefined();
  // It was no probe: the next mail is one.
  expect(gate.isOpen()).toBe(true);
  expect(tryNext(ACCEPTED)).toBe('closed');

  const refused = failing();
  refused.later(1);
  expect(refused.tryNext(UNASKED)).toBeUndefined();
  expect([refused.gate.streak, refused.gate.isOpen()]).toEqual(['refused', true]);
});
