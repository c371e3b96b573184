import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEvent } from './events.js';
import { startTestHerald, type TestHerald } from './herald.js';

interface Entry {
  readonly notificationId: string;
  readonly slotAt: string;
  readonly slotDate: string;
}

/** The zones whose dates differ most from UTC: 14 hours ahead, and 11 behind. */
const ZONES = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'];

let herald: TestHerald;
let all: readonly Entry[];
beforeAll(async () => {
  herald = await startTestHerald();
  const common = { name: 'Aurora', timeZone: 'Europe/Berlin', locale: 'en' };
  await herald.publishAll([
    anEvent('s', 'solution.configured', {
      ...{ ...common, solutionId: 's', entitled: true, baseUrl: 'https://portal.aurora.example' },
      sender: { name: 'Aurora', address: 'no-reply@aurora.example' },
      escalationEmail: 'help@aurora.example',
    }),
    ...ZONES.flatMap((timeZone, n) => [
      anEvent(`p${n}`, 'partner.registered', { partnerId: `p${n}`, solutionId: 's', name: 'P', timeZone }),
      anEvent(`a${n}`, 'social-account.connected', {
        ...{ accountId: `a${n}`, partnerId: `p${n}`, network: 'facebook', kind: 'company' },
        ...{ displayName: 'A', authorisationExpiresAt: '2026-03-20T05:00:00Z' },
      }),
    ]),
  ]);
  await herald.moveTo('2026-05-16T10:00:00Z');
  await herald.settled();
  all = await entriesOf('order=oldest');
});
afterAll(() => herald.stop());

const entriesOf = async (query: string): Promise<readonly Entry[]> =>
  (await herald.get<{ items: Entry[] }>(`/v1/notifications?limit=200&${query}`)).body.items;

const later = (instant: string, millis: number): string =>
  new Date(Date.parse(instant) + millis).toISOString();

it('Decisions are found by a period of their slots of any length, whatever the date is in the zone of the slot', async () => {
  expect(all.length).toBeGreaterThan(8);
  expect(all.some(({ slotAt, slotDate }) => slotDate > slotAt.slice(0, 10))).toBe(true);
  expect(all.some(({ slotAt, slotDate }) => slotDate < slotAt.slice(0, 10))).toBe(true);
  const DAY = 86_400_000;
  for (const { slotAt } of all)
    for (const length of [1, DAY - 1, DAY, 7 * DAY, 31 * DAY, 62 * DAY, 63 * DAY])
      for (const slotFrom of [slotAt, later(slotAt, 1 - length)]) {
        const slotTo = later(slotFrom, length);
        const wanted = all.filter((one) => one.slotAt >= slotFrom && one.slotAt < slotTo);
        expect(wanted.length).toBeGreaterThan(0);
        expect(await entriesOf(`order=oldest&slotFrom=${slotFrom}&slotTo=${slotTo}`)).toEqual(wanted);
      }
});
