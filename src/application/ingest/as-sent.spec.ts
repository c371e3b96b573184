import { expect, it } from 'vitest';
import { asSentOf } from './as-sent.js';

it('Texts and addresses that differ are kept as sent, by the path of the field', () => {
  const kept = {
    name: 'Two lines',
    sender: { address: 'a@xn--bcher-kva.example', name: 'Ada' },
    title: 'One',
  };
  const sent = { name: 'Two\r\nlines', sender: { address: 'a@bücher.example', name: ' Ada ' }, title: 'One' };
  expect(asSentOf(kept, sent)).toEqual({ name: 'Two\r\nlines', 'sender.address': 'a@bücher.example' });
});

it('There is nothing to keep where only the notation differs, or nothing was sent', () => {
  const kept = {
    name: 'Ada',
    timeZone: 'Europe/Berlin',
    publishAt: '2026-03-02T08:00:00.000Z',
    locale: 'de-AT',
  };
  const sent = {
    name: '  Ada\n',
    timeZone: 'europe/berlin',
    publishAt: '2026-03-02T08:00:00Z',
    locale: 'de_AT',
  };
  expect(asSentOf(kept, sent)).toBeUndefined();
  expect(asSentOf({ policies: { name: 'x' } }, {})).toBeUndefined();
  expect(asSentOf({ name: 'x' }, null)).toBeUndefined();
  expect(asSentOf({ name: 'x', users: ['y'] }, { name: 7, users: ['z'] })).toBeUndefined();
  expect(asSentOf({ sender: { name: 'x' } }, Object.create({ sender: { name: 'y' } }))).toBeUndefined();
});
