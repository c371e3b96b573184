import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserOf, linksOf } from '../console/opened.js';
import { everyPage } from './eight-weeks.js';
import { anEvent } from './events.js';
import { startTestHerald, type TestHerald } from './herald.js';

interface Person {
  readonly userId: string;
  readonly partnerId: string;
}

/** More than the page of why-not offers at once. */
const MANY = 25;

const partner = (partnerId: string) =>
  anEvent(`partner ${partnerId}`, 'partner.registered', {
    ...{ partnerId, solutionId: 'acme', name: partnerId, timeZone: 'Europe/Berlin' },
  });

const user = (userId: string, partnerId: string, email: string) =>
  anEvent(`user ${userId} of ${partnerId}`, 'partner-user.added', {
    ...{ userId, partnerId, name: `${userId} of ${partnerId}`, email, role: 'member' },
  });

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  const { status } = await herald.publishAll([
    anEvent('solution', 'solution.configured', {
      ...{ solutionId: 'acme', name: 'Acme', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
      baseUrl: 'https://portal.acme.example',
      sender: { name: 'Acme Portal', address: 'no-reply@acme.example' },
    }),
    ...[partner('nordlicht'), partner('seeblick')],
    ...[user('ada', 'nordlicht', 'Office@Nordlicht.Example'), user('ben', 'nordlicht', 'ben@mail.example')],
    ...[user('cem', 'seeblick', 'office@nordlicht.example'), user('dana', 'seeblick', 'dana@mail.example')],
    // It is also the user id of somebody.
    user('office@nordlicht.example', 'seeblick', 'eve@mail.example'),
    ...Array.from({ length: MANY }, (_, n) => user(`u${n}`, 'seeblick', 'crowd@mail.example')),
  ]);
  expect(status).toBe(202);
  // Ben had the address for an hour, and Ada has another one now.
  const moved = (id: string, userId: string, email: string, time: string) => ({
    ...anEvent(id, 'partner-user.changed', { userId, partnerId: 'nordlicht', email }),
    time,
  });
  await herald.moveTo('2026-03-03T09:00:00.000Z');
  await herald.publishAll([
    moved('ben-1', 'ben', 'office@nordlicht.example', '2026-03-03T07:00:00Z'),
    moved('ben-2', 'ben', 'ben@mail.example', '2026-03-03T08:00:00Z'),
    moved('ada-1', 'ada', 'ada@mail.example', '2026-03-03T08:00:00Z'),
    // Of this one only a preference is known.
    anEvent('ghost', 'partner-user.preferences-changed', {
      ...{ userId: 'dana', partnerId: 'nordlicht', accountExpiration: 'off' },
    }),
  ]);
  await herald.settled();
});
afterAll(() => herald.stop());

const SHARED = 'OFFICE@nordlicht.example';

const people = async (query: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await everyPage<Person>(herald, '/v1/people', { limit: '2', ...query }))
    .flat()
    .map(({ userId, partnerId }) => `${userId} of ${partnerId}`);

describe('The list of people has everybody whom a text names', () => {
  it('by an address that they have or ever had, in any case, page by page', async () => {
    const named = ['ada of nordlicht', 'ben of nordlicht', 'cem of seeblick'];
    expect(await people({ person: SHARED })).toEqual(named);
    expect(await people({ person: SHARED.toLowerCase() })).toEqual([
      ...named,
      'office@nordlicht.example of seeblick',
    ]);
    expect(await people({ person: SHARED, partner: 'seeblick' })).toEqual(['cem of seeblick']);
    expect(await people({ person: 'Crowd@mail.example', limit: '7' })).toHaveLength(MANY);
    expect(await people({ person: 'nobody@mail.example' })).toEqual([]);
  });

  it('by a user id, but for those who were never added', async () => {
    expect(await people({ person: 'dana' })).toEqual(['dana of seeblick']);
    expect(await people({ person: 'office@nordlicht.example', partner: 'seeblick' })).toEqual([
      ...['cem of seeblick', 'office@nordlicht.example of seeblick'],
    ]);
  });
});

describe('Somebody whom a text does not name alone', () => {
  const whyNot = (person: string, more: Readonly<Record<string, string>> = {}) =>
    `why-not?${new URLSearchParams({ person, rule: 'content-needs-approval', ...more })}`;

  it('is offered by the page of why-not: everybody, whatever the capitals', async () => {
    const page = await browserOf(herald.url).open(`/console/${whyNot(SHARED)}`);
    expect(page.status).toBe(400);
    const offered = [
      ['ada', 'nordlicht'],
      ['ben', 'nordlicht'],
      ['cem', 'seeblick'],
    ] as const;
    for (const [name, partnerId] of offered) {
      const [link = ''] = linksOf(page, `${name} of ${partnerId}`);
      expect(link).toBe(`/console/${whyNot(name, { partner: partnerId })}`);
    }
    expect(page.text).not.toContain('All people who could be meant');
  });

  it('is offered in part where there are many, with a link to the list of all', async () => {
    const page = await browserOf(herald.url).open(`/console/${whyNot('Crowd@Mail.example')}`);
    expect(linksOf(page, 'All people who could be meant')).toEqual([
      '/console/people?person=Crowd%40Mail.example',
    ]);
  });

  it('is the one who was added, if another user of that name never was', async () => {
    const { body } = await herald.get<{ person: Person }>(`/v1/${whyNot('dana')}`);
    expect(body.person).toMatchObject({ userId: 'dana', partnerId: 'seeblick' });
    const never = await herald.get<{ person: Person }>('/v1/people/dana/history?partner=nordlicht');
    expect(never.body.person).toMatchObject({ userId: 'dana', partnerId: 'nordlicht' });
  });

  it('is listed by the page of people, which the page of a person leads to', async () => {
    const { open } = browserOf(herald.url);
    const { headers } = await open(`/console/people/${encodeURIComponent(SHARED)}`);
    const page = await open(headers.get('location') ?? '');
    for (const name of ['ada of nordlicht', 'ben of nordlicht', 'cem of seeblick'])
      expect(page.text).toContain(name);
  });
});

it('The list of people has them for a principal of one solution as well, and not for one of another', async () => {
  const keys = await herald.withKeys({
    acme: { role: 'auditor', solutions: ['acme'] },
    other: { role: 'auditor', solutions: ['other'] },
  });
  const path = `/v1/people?person=${SHARED}`;
  expect((await keys.acme.get<{ items: readonly Person[] }>(path)).body.items).toHaveLength(3);
  expect((await keys.other.get<{ items: readonly Person[] }>(path)).body.items).toEqual([]);
});
