import { describe, expect, it } from 'vitest';
import { type Sample, samples, story } from '../samples.js';
import { anEvent } from './events.js';
import { startTestHerald, type TestHerald } from './herald.js';

interface Listed {
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

const NOW = '2026-07-01T00:00:00.000Z';

const withHerald = async (test: (herald: TestHerald) => Promise<void>): Promise<void> => {
  const herald = await startTestHerald({ HERALD_CLOCK_START: NOW });
  try {
    await test(herald);
  } finally {
    await herald.stop();
  }
};

/** Publishes one event after the other, and fails at the first that is not accepted. */
const publishEach = async (herald: TestHerald, events: readonly unknown[]): Promise<void> => {
  for (const event of events) {
    const { status, body } = await herald.publish<{ status: string }>(event);
    expect({ status, body }).toMatchObject({ status: 202, body: { status: 'accepted' } });
  }
};

const ACCOUNT = { accountId: 'constructor', partnerId: 'toString', network: 'x', kind: 'company' };

const connected = anEvent('connected', 'social-account.connected', { ...ACCOUNT, displayName: '@ada' });
const at = (time: string, id: string, name: string, data: Readonly<Record<string, unknown>>) => ({
  ...anEvent(id, name, { accountId: 'constructor', ...data }),
  time,
});
const invalidated = at('2026-05-02T00:00:00Z', 'invalidated', 'social-account.token-invalidated', {
  reason: 'The permission was revoked.',
});
const renewedAt = (time: string) => at(time, 'renewed', 'social-account.authorisation-renewed', {});

/** How the account stands after these events, in the order in which they come. */
const statusAfter = async (herald: TestHerald, events: readonly unknown[]): Promise<unknown> => {
  await publishEach(herald, events);
  await herald.settled();
  const { items } = (await herald.get<Listed>('/v1/social-accounts')).body;
  expect(items).toHaveLength(1);
  return items[0]?.status;
};

describe('events in any order', () => {
  it('an older renewal does not revive what was refused since', () =>
    withHerald(async (herald) => {
      const events = [connected, invalidated, renewedAt('2026-05-01T00:00:00Z')];
      expect(await statusAfter(herald, events)).toBe('ended');
    }));

  it('a newer renewal does', () =>
    withHerald(async (herald) => {
      const events = [connected, renewedAt('2026-05-03T00:00:00Z'), invalidated];
      expect(await statusAfter(herald, events)).toBe('connected');
    }));

  it('what comes before its aggregate exists applies once it exists, regardless of ids', () =>
    withHerald(async (herald) => {
      expect(await statusAfter(herald, [invalidated])).toBe('unknown');
      expect(await statusAfter(herald, [connected])).toBe('ended');
    }));

  it('the zone with the latest time holds, not the one that arrived last', () =>
    withHerald(async (herald) => {
      const zone = (id: string, time: string, timeZone: string) => ({
        ...anEvent(id, 'partner.zone-changed', { partnerId: 'partner-1', timeZone }),
        time,
      });
      await publishEach(herald, [
        zone('later', '2026-03-02T10:00:00Z', 'Asia/Tokyo'),
        zone('earlier', '2026-03-02T09:30:00Z', 'Europe/Berlin'),
        anEvent('registered', 'partner.registered', {
          ...{ partnerId: 'partner-1', solutionId: 'solution-1', name: 'Nordlicht' },
          timeZone: 'America/New_York',
        }),
        anEvent('solution', 'solution.configured', {
          ...{ solutionId: 'solution-1', name: 'Acme', entitled: true, timeZone: 'UTC', locale: 'en' },
          baseUrl: 'https://portal.acme.example',
          sender: { name: 'Acme', address: 'no-reply@acme.example' },
        }),
        { ...connected, data: { ...connected.data, partnerId: 'partner-1' } },
        at('2026-03-02T09:00:00Z', 'expiry', 'social-account.token-expiring', {
          authorisationExpiresAt: '2026-07-30T00:00:00Z',
        }),
      ]);
      await herald.settled();
      const { items } = (await herald.get<Listed>('/v1/agenda?days=20')).body;
      expect(items.find(({ what }) => what === 'decision')).toMatchObject({ at: '2026-07-13T00:00:00.000Z' });
      await publishEach(herald, [zone('latest', '2026-03-03T00:00:00Z', 'Europe/London')]);
      await herald.settled();
      const moved = (await herald.get<Listed>('/v1/agenda?days=20')).body.items;
      expect(moved.find(({ what }) => what === 'decision')).toMatchObject({ at: '2026-07-13T08:00:00.000Z' });
    }));
});

const LISTS = ['/v1/people', '/v1/social-accounts', '/v1/approval-queues'];

/** The read models that follow from the events alone, and not from when they came. */
const listsAfter = async (herald: TestHerald, events: readonly Sample[]) => {
  await publishEach(herald, events);
  // what time alone brings about is recorded, too
  expect(await herald.moveTo(NOW)).toMatchObject({ status: 200 });
  await herald.settled();
  const pages = await Promise.all(LISTS.map((path) => herald.get<Listed>(`${path}?limit=200`)));
  return pages.map(({ body }) => body.items);
};

/** Every second event, then the others backwards. */
const shuffled = (events: readonly Sample[]): readonly Sample[] => [
  ...events.filter((_, index) => index % 2 === 0),
  ...events.filter((_, index) => index % 2 === 1).reverse(),
];

describe('the eight weeks', () => {
  it.each([
    ['backwards', story.toReversed()],
    ['shuffled', shuffled(story)],
  ])('told %s come to the same', async (_order, told) => {
    await withHerald(async (one) => {
      const inOrder = await listsAfter(one, story);
      expect(inOrder.map((items) => items.length)).toEqual([12, 8, 28]);
      await withHerald(async (other) => expect(await listsAfter(other, told)).toEqual(inOrder));
    });
  });
});

describe('the samples', () => {
  it('are all taken once their time has come, in one go', () =>
    withHerald(async (herald) => {
      await publishEach(
        herald,
        samples.map(([, sample]) => sample),
      );
      const told = new Set((await herald.events()).map(({ metadata }) => metadata.sourceId));
      for (const [type, sample] of samples) expect(told, type).toContain(sample.id);
    }));

  it('are refused a day before it', async () => {
    const herald = await startTestHerald({ HERALD_CLOCK_START: '2026-03-01T00:00:00.000Z' });
    try {
      for (const [type, sample] of samples)
        expect(await herald.publish(sample), type).toMatchObject({
          status: 400,
          body: { errors: [{ field: 'time' }] },
        });
      expect(await herald.head()).toBeUndefined();
    } finally {
      await herald.stop();
    }
  });
});
