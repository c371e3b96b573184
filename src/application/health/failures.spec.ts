import { expect, it } from 'vitest';
import { MAX_REMEMBERED_FAILURES } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { Failures } from './failures.js';

const failuresInto = (lines: unknown[][]) =>
  new Failures({ error: (...line: unknown[]) => lines.push(line) });

it('A failure is logged with its error when it comes and when it changes, and counted until it is over', () => {
  const lines: unknown[][] = [];
  const failures = failuresInto(lines);
  const [away, full] = [new Error('away'), new HeraldError('event-store-unavailable', 'full')];
  for (const error of [away, away, full, full]) failures.note('a', error);
  expect(lines).toEqual([
    ['a: away', away],
    ['a: full', full],
  ]);
  expect(failures.health('delivery', 'fail')).toMatchObject({
    status: 'degraded',
    says: '1 fail; for example a (event-store-unavailable). See the log for the reasons.',
  });
  failures.note('a', undefined);
  expect(failures.health('delivery', 'fail')).toEqual({ part: 'delivery', status: 'ok' });
});

it('As many failures are remembered as the bound says, and the one that came first is forgotten first', () => {
  const failures = failuresInto([]);
  for (let n = 0; n <= MAX_REMEMBERED_FAILURES; n += 1) failures.note(`f${n}`, new Error('away'));
  expect(failures.health('delivery', 'fail').says).toMatch(
    new RegExp(`^${MAX_REMEMBERED_FAILURES} fail; for example f1 `),
  );
});
