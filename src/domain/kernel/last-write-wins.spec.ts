import { expect, it } from 'vitest';
import { causeOf } from './event.js';
import { HeraldError, hasCode, messageOf } from './herald-error.js';
import { isNews, newer, newerFields } from './last-write-wins.js';

const [EARLY, LATE] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];

it('What happened later is news; of two at the same moment, the one recorded later', () => {
  expect([isNews(undefined, EARLY), isNews('', EARLY), isNews({ at: EARLY }, LATE)]).toEqual([
    true,
    true,
    true,
  ]);
  expect([isNews({ at: EARLY }, EARLY), isNews({ at: LATE }, EARLY)]).toEqual([true, false]);
  expect(newer(undefined, 1, EARLY)).toEqual({ value: 1, at: EARLY });
  expect(newer({ value: 1, at: EARLY }, 2, EARLY)).toEqual({ value: 2, at: EARLY });
  expect(newer({ value: 1, at: LATE }, 2, EARLY)).toEqual({ value: 1, at: LATE });
});

it('Each field is news by itself, and fields that are not reported stay', () => {
  const known = { name: { value: 'a', at: LATE }, email: { value: 'b', at: EARLY } };
  const told: Partial<{ name: string; email: string; locale: string }> = { name: 'x', email: 'y' };
  expect(newerFields<{ name: string; email: string; locale: string }>(known, told, EARLY)).toEqual({
    ...{ name: { value: 'a', at: LATE }, email: { value: 'y', at: EARLY } },
  });
});

it('An event is named as a cause by its id, position and type', () => {
  const event = { type: 'T', data: {}, occurredAt: EARLY, recordedAt: LATE, eventId: 'e', position: '7' };
  expect(causeOf(event)).toEqual({ eventId: 'e', position: '7', type: 'T' });
});

it('An error has a code, what to do, and the field', () => {
  const error = new HeraldError('not-found', 'Look there.', 'id');
  expect(error).toMatchObject({
    name: 'HeraldError',
    code: 'not-found',
    message: 'Look there.',
    field: 'id',
  });
  expect([
    hasCode(error, 'not-found'),
    hasCode(error, 'no-inbox'),
    hasCode({ code: 'not-found' }, 'not-found'),
  ]).toEqual([true, false, false]);
  expect([messageOf(error), messageOf('text'), messageOf(undefined)]).toEqual([
    'Look there.',
    'text',
    'undefined',
  ]);
});
