import { afterEach, expect, it, vi } from 'vitest';
import { ProjectionHealth } from './projection-health.js';
import type { ProjectionRunner } from './projection-runner.js';

let now = 0;
vi.spyOn(performance, 'now').mockImplementation(() => now);
afterEach(() => {
  now = 0;
});

const NEWER = { name: 'people', failure: {}, isNewer: true, written: '1' };
const runnerOf = (fields: object) => ({ ...NEWER, ...fields }) as unknown as ProjectionRunner;

it('newer documents that stand still for more than 10 s have no writer', () => {
  const health = new ProjectionHealth(runnerOf({}));
  for (const head of ['5', '6', '7', '8']) {
    health.look(head);
    now += 5_000;
  }
  health.look('9');
  expect(health.hasNoWriter).toBe(true);
  expect(health.troubles()).toEqual([expect.stringContaining('The read model people belongs to a newer')]);
});

it('newer documents that another instance writes have one, however long they are behind', () => {
  const runner = { ...NEWER };
  const health = new ProjectionHealth(runner as unknown as ProjectionRunner);
  for (let n = 2; n < 12; n += 1) {
    health.look('9999');
    now += 5_000;
    runner.written = String(n).padStart(4, '0');
  }
  health.look('9999');
  expect(health.hasNoWriter).toBe(false);
  expect(health.troubles()).toEqual([]);
});

it('nothing is concluded from a time in which nobody looked', () => {
  const health = new ProjectionHealth(runnerOf({}));
  health.look('5');
  health.look('6');
  now += 60_000;
  expect(health.hasNoWriter).toBe(false);
  health.look('7');
  expect(health.hasNoWriter).toBe(false);
});

it('documents of this version that take the place of newer ones are not behind since then', () => {
  const runner: object = { ...NEWER };
  const health = new ProjectionHealth(runner as unknown as ProjectionRunner);
  health.look('5');
  health.look('6');
  now += 60_000;
  Object.assign(runner, { isNewer: false, projector: { parking: { all: [] } } });
  health.look('7');
  expect(health.troubles()).toEqual([]);
});
