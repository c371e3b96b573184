import { QueryBus } from '@nestjs/cqrs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Dangling,
  type DanglingPage,
  ListDangling,
} from '../../src/application/audit/registry/list-dangling.js';
import type { Scope } from '../../src/domain/access/scope.js';
import { aPost } from '../http/events.js';
import { BATCH_TYPE, JSON_TYPE, startTestHerald, type TestHerald } from '../http/herald.js';
import { publishAs } from './publishers.js';
import { anAccount, aPartner, aUser, aurora, both, next, rival } from './two-solutions.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

const list = async (query = '') => {
  await herald.settled();
  return (await herald.get<DanglingPage>(`/v1/dangling${query}`)).body;
};
const nameOf = ({ kind, partnerId, userId, accountId }: Dangling) =>
  [kind, accountId ?? partnerId, userId].filter((part) => part !== undefined).join(' ');
const names = async () => (await list()).items.map(nameOf);
const seenBy = async (scope: Scope) => {
  await herald.settled();
  const page = await herald.herald.app.get(QueryBus).execute(new ListDangling(scope, 50));
  return page.items.map(nameOf);
};
const preference = (userId: string, partnerId: string) =>
  next('partner-user.preferences-changed', { userId, partnerId, contentApproval: 'daily' });

describe('A receipt', () => {
  const unknown = (...names: string[]) => Object.fromEntries(names.map((name) => [`unknown${name}`, true]));

  it.each([
    ['a user', () => aUser('greta', 'haus-lindn'), unknown('Partner')],
    ['a post', () => aPost('typo', { partnerId: 'haus-lindn' }), unknown('Partner')],
    [
      'a zone',
      () => next('partner.zone-changed', { partnerId: 'haus-lindn', timeZone: 'UTC' }),
      unknown('Partner'),
    ],
    ['a preference', () => preference('gretta', 'haus-lindn'), unknown('Partner', 'User')],
    [
      'a Send Now',
      () => next('digest.requested', { userId: 'gretta', partnerId: 'haus-lindn' }),
      unknown('Partner', 'User'),
    ],
    ['a removal', () => next('social-account.removed', { accountId: 'fb-typo' }), unknown('Account')],
    ['an account', () => anAccount('fb-of-typo', 'haus-lindn'), unknown('Partner')],
    [
      'a personal account',
      () => {
        const { data, ...event } = anAccount('fb-personal', 'haus-lindn');
        return { ...event, data: { ...data, kind: 'personal', ownerId: 'otto' } };
      },
      unknown('Partner', 'User'),
    ],
  ])(
    'of %s says what it is about and nobody has registered; it is accepted all the same',
    async (_, event, says) => {
      const sent = event();
      const { status, body } = await herald.publish<{ id: string }>(sent);
      expect({ status, body }).toEqual({
        status: 202,
        body: { status: 'accepted', source: '/test', id: sent.id, ...says },
      });
      expect((await herald.publish(sent)).body).toEqual({ ...body, status: 'duplicate' });
    },
  );

  it('says nothing of what is registered later in the same batch, and says it event by event', async () => {
    const batch = [
      ...[aPost('first', { partnerId: 'linden' }), preference('greta', 'linden')],
      ...[next('social-account.authorisation-renewed', { accountId: 'fb-1' }), preference('ben', 'linden')],
      ...[aPartner('linden', 'aurora'), aUser('greta', 'linden'), anAccount('fb-1', 'linden')],
    ];
    const { status, body } = await herald.post<{ results: object[] }>('/v1/events', BATCH_TYPE, batch);
    expect(status).toBe(202);
    const accepted = ({ id }: { id: string }, index: number) => ({
      index,
      status: 'accepted',
      source: '/test',
      id,
    });
    expect(body.results).toEqual(
      batch.map((event, n) => ({ ...accepted(event, n), ...(n === 3 ? unknown('User') : {}) })),
    );
  });

  it('says nothing of a person who has left', async () => {
    await herald.publishAll([
      aUser('leaver', 'linden'),
      next('partner-user.removed', { userId: 'leaver', partnerId: 'linden' }),
    ]);
    expect((await herald.publish(preference('leaver', 'linden'))).body).not.toHaveProperty('unknownUser');
  });

  it('says it in binary mode, too', async () => {
    const { status, body } = await herald.send<object>('/v1/events', {
      method: 'POST',
      headers: {
        ...{ 'content-type': JSON_TYPE, 'ce-specversion': '1.0', 'ce-id': 'binary', 'ce-source': '/test' },
        ...{ 'ce-type': 'herald.post.approved.v1', 'ce-time': '2026-03-02T09:00:00Z' },
      },
      body: JSON.stringify({ postId: 'p', partnerId: 'lindn' }),
    });
    expect({ status, body }).toMatchObject({ status: 202, body: { unknownPartner: true } });
  });
});

describe('What never got its registration', () => {
  it('is listed with since when and by which event, the oldest first', async () => {
    const post = aPost('dangling-1', { partnerId: 'd-partner' });
    await herald.publish(post);
    await herald.publish(preference('d-user', 'd-partner'));
    await herald.publish(next('social-account.token-invalidated', { accountId: 'd-account', reason: 'No.' }));
    const { items, next: more } = await list('?limit=200');
    expect(more).toBeNull();
    expect(items.map(nameOf)).toEqual(
      expect.arrayContaining(['partner d-partner', 'user d-partner d-user', 'account d-account']),
    );
    expect(items.find((item) => nameOf(item) === 'partner d-partner')).toEqual({
      kind: 'partner',
      partnerId: 'd-partner',
      since: '2026-03-02T09:00:00.000Z',
      event: { eventId: expect.any(String), type: 'PostAwaitingApproval', source: '/test', id: 'dangling-1' },
    });
  });

  it('comes in pages', async () => {
    const all = (await list('?limit=200')).items.map(nameOf);
    const paged: string[] = [];
    for (let query = '?limit=2'; ; ) {
      const { items, next: more } = await list(query);
      paged.push(...items.map(nameOf));
      if (more === null) break;
      query = `?limit=2&after=${encodeURIComponent(more)}`;
    }
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThan(4);
  });

  it('leaves the list when the registration comes, and does not come back', async () => {
    await herald.publishAll([
      aUser('d-user', 'd-partner'),
      anAccount('d-account', 'd-partner'),
      aPartner('d-partner', 'aurora'),
    ]);
    const about = async () => (await names()).filter((name) => / d-/.test(name));
    expect(await about()).toEqual([]);
    await herald.publishAll([
      ...[
        next('partner-user.removed', { userId: 'd-user', partnerId: 'd-partner' }),
        preference('d-user', 'd-partner'),
      ],
      ...[
        next('social-account.removed', { accountId: 'd-account' }),
        next('partner.left', { partnerId: 'd-partner' }),
      ],
      aPost('dangling-2', { partnerId: 'd-partner' }),
    ]);
    expect(await about()).toEqual([]);
  });

  it('is seen by whom it belongs to', async () => {
    await publishAs(
      herald,
      aurora,
      aPost('of-aurora', { partnerId: 'a-partner' }),
      next('social-account.removed', { accountId: 'a-account' }),
    );
    await publishAs(herald, rival, preference('r-user', 'r-partner'));
    await publishAs(herald, both, aPost('of-both', { partnerId: 'b-partner' }));
    await publishAs(herald, aurora, preference('l-user', 'linden'));
    const [ofAurora, ofRival, ofBoth] = [
      await seenBy(['aurora']),
      await seenBy(['rival']),
      await seenBy(['rival', 'aurora']),
    ];
    expect(new Set(ofBoth)).toEqual(new Set([...ofAurora, ...ofRival, 'partner b-partner']));
    expect(await seenBy([])).toEqual([]);
    expect(ofAurora).toEqual(
      expect.arrayContaining(['partner a-partner', 'account a-account', 'user linden l-user']),
    );
    expect(ofRival).toEqual(['partner r-partner', 'user r-partner r-user']);
    expect(ofAurora.filter((name) => /haus-lindn|b-partner| r-/.test(name))).toEqual([]);
  });

  it('goes to the new owner with its partner', async () => {
    await publishAs(herald, both, aPartner('linden', 'rival'));
    expect(await seenBy(['rival'])).toContain('user linden l-user');
    expect(await seenBy(['aurora'])).not.toContain('user linden l-user');
  });

  it('is no nameless person in the list of people', async () => {
    await herald.settled();
    const people = (await herald.get<{ items: { userId: string; name?: string }[] }>('/v1/people?limit=200'))
      .body.items;
    expect(people.filter(({ name }) => name === undefined)).toEqual([]);
    expect(people.map(({ userId }) => userId)).toContain('greta');
    expect((await herald.get<{ items: object[] }>('/v1/people?person=gretta')).body.items).toEqual([]);
  });
});
