import { describe, expect, it } from 'vitest';
import type { WorkersStatus } from '../../src/application/operations/get-workers.js';
import {
  type Attention,
  attentionOf,
  type OperationsState,
} from '../../src/infrastructure/console/overview/attention.js';

const NOW = '2026-03-02T09:00:00.000Z';

const QUIET: WorkersStatus = {
  ...{ now: NOW, instance: 'here', workers: [], leases: [] },
  readModels: [{ projection: 'history', writes: true, behind: 0, parked: 0 }],
  channels: [{ channel: 'email', relay: { state: 'closed' }, heldSenders: [] }],
};

const state = (changes: Partial<OperationsState>): OperationsState => ({
  health: { status: 'ok', parts: [{ part: 'clock', status: 'ok' }] },
  sending: undefined,
  clock: { now: NOW, trusted: true },
  workers: QUIET,
  ...changes,
});

const NO_DOUBTS = { count: 0, more: false };
const NOTHING_MISSING = { missing: [], more: 0 };

const cards = (changes: Partial<OperationsState>): readonly Attention[] =>
  attentionOf(NO_DOUBTS, NOTHING_MISSING, state(changes));

describe('What needs a person', () => {
  it('is nothing while all is well', () => {
    expect(cards({})).toEqual([]);
  });

  it('is each mail whose outcome nobody knows, also to those who do not see operations', () => {
    const href = '/console/history?outcome=outcome-unknown';
    expect(attentionOf({ count: 2, more: false }, NOTHING_MISSING, undefined)).toMatchObject([
      { title: 'Outcomes in doubt', figure: '2', href },
    ]);
    expect(attentionOf({ count: 100, more: true }, NOTHING_MISSING, state({}))).toMatchObject([
      { figure: '100+', href },
    ]);
  });

  it('is a relay that fails, and senders that are refused', () => {
    const channel = {
      channel: 'email' as const,
      relay: { state: 'open', since: NOW, reason: '421 closing' } as const,
      heldSenders: ['a', 'b', 'c', 'd'].map(
        (name) => ({ sender: `${name}@acme.example`, state: 'open' }) as const,
      ),
    };
    expect(cards({ workers: { ...QUIET, channels: [channel] } })).toMatchObject([
      { title: 'The mail server fails', figure: 'Email', says: expect.stringContaining('421 closing') },
      {
        title: 'Held senders',
        figure: '4',
        says: expect.stringContaining('a@acme.example, b@acme.example, c@acme.example and 1 more'),
      },
    ]);
  });

  it('is a parked document, a clock in doubt, and a hold', () => {
    const readModels = [{ projection: 'people', writes: true, behind: 3, parked: 4 }];
    expect(cards({ workers: { ...QUIET, readModels } })).toMatchObject([
      { title: 'Parked documents', figure: '4', href: '/console/projections' },
    ]);
    const clock = { now: NOW, trusted: false, expected: '2026-03-01T09:00:00.000Z', needsConfirmation: true };
    expect(cards({ clock })).toMatchObject([
      { title: 'The clock is in doubt', says: expect.stringContaining('If it is right, confirm it.') },
    ]);
    const begunSince = [{ notificationId: 'n', begunAt: NOW }];
    const sending = { held: true, why: 'log-restored', begunSince, more: false } as const;
    expect(cards({ sending })).toMatchObject([{ title: 'Sending is held', figure: '1 mail' }]);
  });

  it('is every part that is not well, once', () => {
    const says = 'It does not answer.';
    const parts = [
      { part: 'event-store', status: 'down', says },
      { part: 'read-models', status: 'degraded', says },
      { part: 'mail-quota', status: 'degraded', says },
    ] as const;
    const health = { status: 'down', parts } as const;
    const readModels = [{ projection: 'people', writes: true, behind: 0, parked: 1 }];
    const titles = cards({ health, workers: { ...QUIET, readModels } }).map(({ title }) => title);
    expect(titles).toEqual(['Parked documents', 'Event store', 'Mail quota']);
  });
});
