import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { ProcessIdentity, type ProcessSpace } from '../../src/infrastructure/process/process-identity.js';

/** A process in a PID namespace; those that run there, with when they began. */
const at = (
  space: string | undefined,
  pid: number,
  running: Readonly<Record<number, string>>,
): ProcessSpace => ({
  host: 'herald-0',
  pid,
  space,
  startOf: (one) => running[one] ?? 'none',
});

it('An instance that runs is never taken for gone, by itself or by another of its process', () => {
  const [one, other] = [new ProcessIdentity(), new ProcessIdentity()];
  expect(one.id).not.toBe(other.id);
  expect([one.isGone(one.id), one.isGone(other.id), other.isGone(one.id)]).toEqual([false, false, false]);
});

it('An instance with the same host name and process id in another container is not taken for gone', () => {
  const mine = new ProcessIdentity();
  // As instances of older versions named themselves.
  expect(mine.isGone(`${hostname()}/${process.pid}/6f1c2a53-0000-4000-8000-000000000000`)).toBe(false);
  const one = new ProcessIdentity(at('boot-a:4026531836', 1, { 1: '100' }));
  const otherNamespace = new ProcessIdentity(at('boot-a:4026532000', 1, { 1: '200' }));
  const otherMachine = new ProcessIdentity(at('boot-b:4026531836', 1, { 1: '100' }));
  for (const other of [otherNamespace, otherMachine])
    expect([one.isGone(other.id), other.isGone(one.id)]).toEqual([false, false]);
});

it('An instance whose process was killed, or whose process id another process has now, is gone', () => {
  const killed = new ProcessIdentity(at('boot-a:1', 7, { 7: '100' }));
  expect(new ProcessIdentity(at('boot-a:1', 8, { 8: '300' })).isGone(killed.id)).toBe(true);
  expect(new ProcessIdentity(at('boot-a:1', 8, { 7: '200', 8: '300' })).isGone(killed.id)).toBe(true);
  // A container that was started again has the same process id and namespace, and began later.
  expect(new ProcessIdentity(at('boot-a:1', 7, { 7: '400' })).isGone(killed.id)).toBe(true);
  expect(new ProcessIdentity(at('boot-a:1', 8, { 7: '100', 8: '300' })).isGone(killed.id)).toBe(false);
});

it('Where the system cannot identify processes, no holder is considered gone', () => {
  const unknown = new ProcessIdentity(at(undefined, 7, { 7: '100' }));
  const known = new ProcessIdentity(at('boot-a:1', 8, { 8: '300' }));
  const hidden = new ProcessIdentity({ ...at('boot-a:1', 9, {}), startOf: () => undefined });
  expect(known.isGone(unknown.id)).toBe(false);
  expect(unknown.isGone(known.id)).toBe(false);
  expect(unknown.isGone(new ProcessIdentity(at(undefined, 5, {})).id)).toBe(false);
  expect(hidden.isGone(known.id)).toBe(false);
  expect(known.isGone(hidden.id)).toBe(false);
});
