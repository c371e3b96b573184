import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playedHerald } from '../http/eight-weeks.js';
import { anEvent } from '../http/events.js';
import type { TestHerald } from '../http/herald.js';
import { type Visited, type Visitor, visitorOf } from './visitor.js';

let herald: TestHerald;
let visitor: Visitor;

const shared = (partnerId: string) =>
  anEvent(`sasha-${partnerId}`, 'partner-user.added', {
    ...{ userId: 'sasha', partnerId, name: `Sasha at ${partnerId}`, email: 'sasha@agency.example' },
    role: 'member',
  });

beforeAll(async () => {
  herald = await playedHerald();
  const { status } = await herald.publishAll([
    anEvent('moved', 'partner-user.changed', {
      ...{ userId: 'greta', partnerId: 'haus-linden', email: 'greta@haus-linden.example' },
    }),
    shared('haus-linden'),
    shared('sakura-spa'),
    anEvent('new', 'post.awaiting-approval', {
      ...{ postId: 'post-new', partnerId: 'haus-linden', streamId: 'spring', streamName: 'Spring' },
      ...{ title: 'A new one', network: 'facebook', publishAt: '2026-03-20T09:00:00Z' },
    }),
    anEvent('again', 'solution.configured', {
      ...{ solutionId: 'tidewater', name: 'Tidewater Outdoor', entitled: true, locale: 'en-US' },
      ...{ timeZone: 'America/Chicago', baseUrl: 'https://partners.tidewater.example' },
      sender: { name: 'Tidewater Partners', address: 'hello@tidewater.example' },
      policies: { sendAt: '07:30', accountExpiredCadence: 'monday' },
    }),
  ]);
  expect(status).toBe(202);
  await herald.settled();
  visitor = await visitorOf(herald);
}, 120_000);
afterAll(() => herald.stop());

const opened = async (path: string): Promise<Visited> => {
  const page = await visitor.open(path);
  expect([path, page.status]).toEqual([path, 200]);
  return page;
};

/** The rows of all pages of a list, as the links that open them. */
const everyRow = async (path: string, of: RegExp): Promise<readonly string[]> => {
  const found: string[] = [];
  let next: string | undefined = path;
  while (next !== undefined) {
    const page: Visited = await opened(next);
    found.push(...page.links.filter((link) => of.test(link)));
    next = /href="([^"]*)"[^>]*rel="next"/
      .exec(page.html)?.[1]
      ?.replaceAll('&amp;', '&')
      .replaceAll('&#x3D;', '=');
  }
  return found;
};

const PERSON = /^\/console\/people\/[^/]+\?partner=/;

describe('the list of people', () => {
  it('leads page by page to everybody', async () => {
    const { body } = await herald.get<{ items: { userId: string; partnerId: string }[] }>(
      '/v1/people?limit=200',
    );
    const rows = await everyRow('/console/people?limit=4', PERSON);
    expect(rows).toEqual(
      body.items.map(({ userId, partnerId }) => `/console/people/${userId}?partner=${partnerId}`),
    );
  });

  it('finds people by partner, by id and by a former address, and keeps the filter in the fields', async () => {
    const haus = await everyRow('/console/people?partner=haus-linden', PERSON);
    expect(haus.length).toBe(5);
    expect(haus.every((row) => row.endsWith('partner=haus-linden'))).toBe(true);
    for (const person of ['greta', 'greta.lindner@haus-linden.example', 'GRETA@haus-linden.example'])
      expect(await everyRow(`/console/people?person=${person}`, PERSON)).toEqual([
        '/console/people/greta?partner=haus-linden',
      ]);
    expect((await opened('/console/people?person=greta')).html).toContain('name="person" value="greta"');
  });

  it('says what would be there if nobody matches', async () => {
    expect((await opened('/console/people?partner=unheard')).text).toContain('Nobody matches.');
  });

  it('says which filter is wrong', async () => {
    const page = await visitor.open('/console/people?limit=0');
    expect(page.status).toBe(400);
    expect(page.text).toContain('Limit');
  });
});

describe('the page of a person', () => {
  it('shows their address now and before, their choices, and who changed what by which event', async () => {
    const { text } = await opened('/console/people/greta?partner=haus-linden');
    expect(text).toContain('Greta Lindner Person of Haus Linden Kosmetik');
    expect(text).toContain('Address greta@haus-linden.example');
    expect(text).toContain('Former address greta.lindner@haus-linden.example until Mon 2 Mar 2026, 10:00');
    expect(text).toContain('Approval digests Weekly (the default of the solution for their role)');
    expect(text).toContain('Time zone Europe/Berlin (of the partner)');
    expect(text).toContain('Email greta@haus-linden.example (before: greta.lindner@haus-linden.example)');
    expect(text).toContain('CloudEvent moved of /test');
    const mira = (await opened('/console/people/mira?partner=haus-linden')).text;
    expect(mira).toContain('Approval digests Daily (their choice)');
  });

  it('shows what they were told and will be told, and leads to why not, to the history and to their accounts', async () => {
    const { links, text } = await opened('/console/people/mira?partner=haus-linden');
    expect(links).toContain('/console/history?recipient=mira&partner=haus-linden');
    expect(links).toContain('/console/why-not?person=mira&partner=haus-linden');
    expect(links).toContain('/console/accounts/li-mira');
    expect(links).toContain('/console/partners/haus-linden');
    expect(links.some((link) => link.startsWith('/console/notifications/'))).toBe(true);
    const [, planned] = text.split('What comes next');
    expect(planned).toMatch(/Content needs approval mira haus-linden/);
    expect(planned).not.toContain('greta');
    expect(planned).toMatch(/Account expired li-mira/);
    // A company account is a matter of admins.
    expect(planned).not.toContain('fb-haus-linden');
  });

  it('leads from an id that several people have to all of them', async () => {
    const page = await visitor.open('/console/people/sasha');
    expect([page.status, page.location]).toEqual([303, '/console/people?person=sasha']);
    expect(await everyRow('/console/people?person=sasha', PERSON)).toHaveLength(2);
    expect((await opened('/console/people/sasha?partner=sakura-spa')).text).toContain('Sasha at sakura-spa');
  });

  it('says so if nobody is known by that name', async () => {
    const page = await visitor.open('/console/people/unheard');
    expect(page.status).toBe(404);
    expect(page.text).toContain('Herald does not know unheard');
  });

  it('lists every change, page by page', async () => {
    const first = await opened('/console/people/greta/changes?partner=haus-linden&limit=1');
    expect(first.text).toContain('A person’s data changed.');
    expect(first.text).not.toContain('A person was added.');
    const next = first.links.find((link) => link.includes('after='));
    expect((await opened(next ?? '')).text).toContain('A person was added.');
  });
});

describe('accounts', () => {
  it('are found by partner, owner and status', async () => {
    const rows = (query: string) => everyRow(`/console/accounts?${query}`, /^\/console\/accounts\/./);
    expect(await rows('owner=mira')).toEqual(['/console/accounts/li-mira']);
    expect(await rows('status=removed')).toEqual(['/console/accounts/x-sakura-spa']);
    expect(await rows('partner=haus-linden&limit=2')).toHaveLength(3);
  });

  it('show network, kind, state, end and owner', async () => {
    const { text, links } = await opened('/console/accounts/li-mira');
    expect(text).toContain('Authorisation Expiring');
    expect(text).toContain('Ends Wed 4 Mar 2026, 10:00 Europe/Berlin');
    expect(text).toContain('Network linkedin');
    expect(text).toContain('Kind Personal');
    expect(links).toContain('/console/people/mira?partner=haus-linden');
    expect(links).toContain('/console/history?account=li-mira');
    expect(links).toContain('/console/why-not?person=mira&partner=haus-linden&account=li-mira');
  });

  it('show every change with the reason of the network, in the zone of the partner', async () => {
    const { text } = await opened('/console/accounts/x-sakura-spa');
    expect(text).toContain('The network refused the authorisation.');
    expect(text).toContain('X refused the token: the permission was revoked in the account settings.');
    expect(text).toContain('Fri 6 Feb 2026, 11:30 Asia/Tokyo, by the platform');
    expect(text).toContain('The account was removed.');
  });

  it('show what is planned about them, and of no other account', async () => {
    const { text } = await opened('/console/accounts/fb-lakeside-gear');
    expect(text).toContain('What comes next');
    const [, planned] = (await opened('/console/accounts/li-mira')).text.split('What comes next');
    expect(planned).toContain('li-mira');
    expect(planned).not.toContain('fb-haus-linden');
  });
});

describe('queues', () => {
  it('are found by partner and by what became of the posts', async () => {
    const { text } = await opened('/console/queues?partner=haus-linden&status=rejected');
    expect(text).toContain('Why we test every batch twice');
    expect(text).not.toContain('Refill instead of rebuy');
  });

  it('list the posts that wait, with when they are published', async () => {
    const { text, links } = await opened('/console/queues/haus-linden');
    expect(text).toContain('Refill instead of rebuy');
    expect(text).toContain('Tue 10 Mar 2026, 10:00 Europe/Berlin');
    expect(text).not.toContain('Spring Dew is here linkedin');
    expect(links).toContain('/console/queues/haus-linden?status=approved');
    expect(links).toContain('/console/partners/haus-linden');
    expect(links).toContain('/console/history?partner=haus-linden&rule=content-needs-approval');
  });

  it('say that a post which waits too long is in no mail any more', async () => {
    expect((await opened('/console/queues/haus-linden')).text).toContain(
      'The five-minute evening routine facebook, Skincare Tips Waiting Tue 3 Feb 2026, 18:00 Europe/Berlin Its time has passed',
    );
  });

  it('show those that were decided on request, and every change', async () => {
    const { text } = await opened('/console/queues/haus-linden?status=all');
    expect(text).toContain('Why we test every batch twice');
    expect(text).toContain('Refill instead of rebuy');
    const changes = await opened('/console/queues/haus-linden/changes?limit=200');
    expect(changes.text).toContain('Somebody pressed Send Now.');
    expect(changes.text).toContain('A post was withdrawn.');
  });
});

describe('partners', () => {
  it('are found by solution and state', async () => {
    const rows = (query: string) => everyRow(`/console/partners?${query}`, /^\/console\/partners\/./);
    expect(await rows('solution=aurora&limit=2')).toEqual([
      '/console/partners/haus-linden',
      '/console/partners/hudson-glow',
      '/console/partners/sakura-spa',
    ]);
    expect(await rows('status=left')).toEqual(['/console/partners/lakeside-gear']);
  });

  it('show their zone, people, accounts, queue and changes', async () => {
    const { text, links } = await opened('/console/partners/hudson-glow');
    expect(text).toContain('Time zone America/Los_Angeles');
    expect(text).toContain('Spring Dew, now in Los Angeles');
    expect(links).toEqual(
      expect.arrayContaining([
        '/console/solutions/aurora',
        '/console/people/olivia?partner=hudson-glow',
        '/console/accounts/ig-hudson-glow',
        '/console/queues/hudson-glow',
        '/console/history?partner=hudson-glow',
        '/console/agenda?partner=hudson-glow&days=30',
        '/console/partners/hudson-glow/changes',
      ]),
    );
    expect((await opened('/console/partners/hudson-glow/changes')).text).toContain('The time zone changed.');
  });
});

describe('solutions', () => {
  it('show settings, policies, sender and partners', async () => {
    const { text, links } = await opened('/console/solutions/tidewater');
    expect(text).toContain('Sent at 07:30 in the zone of the partner');
    expect(text).toContain('Sender Tidewater Partners <hello@tidewater.example>');
    expect(text).toContain('Reminded every Monday');
    expect(links).toContain('/console/partners/lakeside-gear');
    expect((await opened('/console/solutions')).links).toContain('/console/solutions/tidewater');
  });

  it('show of a change what is different by it', async () => {
    const { text } = await opened('/console/solutions/tidewater/changes');
    expect(text).toContain('Policies, send at 07:30 (before: 09:00)');
    expect(text).toContain('Has notifications yes (before: no)');
    expect(text.split('The solution was configured.')[1]).not.toContain('America/Chicago');
  });
});

it('leads from each of its pages only to pages that there are', async () => {
  const OWN = /^\/console\/(people|accounts|queues|partners|solutions)(\/|\?|$)/;
  const seen = new Set(['/console/people', '/console/accounts', '/console/queues', '/console/solutions']);
  for (const path of seen) {
    const { links } = await opened(path);
    for (const link of links) if (OWN.test(link)) seen.add(link);
  }
  expect(seen.size).toBeGreaterThan(60);
});
