import { expect, it } from 'vitest';
import { MAX_ASKED_FIELDS } from '../../../domain/bounds.js';
import { askedOf } from './asked.js';

it('Of a list each item can be told from the next one', () => {
  const asked = askedOf({}, { partner: ['a', 'b'] }, { solutions: ['aurora', 'borealis'], role: 'auditor' });
  expect(asked).toEqual({ solutions: 'aurora, borealis', role: 'auditor', partner: 'a, b' });
});

it('What a request asks for is not displaced by parameters of its query that nobody reads', () => {
  const junk = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [String(n), 'x']));
  const asked = askedOf({ id: 'k1' }, { ...junk, id: 'other' }, { role: 'admin', solutions: 'all' });
  expect(asked).toMatchObject({ id: 'k1', role: 'admin', solutions: 'all' });
  expect(Object.keys(asked)).toHaveLength(MAX_ASKED_FIELDS);
});
