import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aggregates } from '../../src/application/aggregates/aggregates.js';
import { ownersOf, Partner } from '../../src/domain/partner/partner.js';
import { aPost } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { publishAs } from './publishers.js';
import { anAccount, aPartner, aUser, aurora, both, next, rival, unbound } from './two-solutions.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

const owners = async (id: string) => ownersOf(await herald.herald.app.get(Aggregates).load(Partner, id));
const removed = (accountId: string) => next('social-account.removed', { accountId });

describe('What a bound publisher reports about a partner that is not registered yet', () => {
  const reports = (partnerId: string): readonly (readonly [string, () => unknown])[] => [
    ['a user', () => aUser('planted', partnerId)],
    [
      'a preference',
      () => next('partner-user.preferences-changed', { userId: 'x', partnerId, contentApproval: 'daily' }),
    ],
    ['a zone', () => next('partner.zone-changed', { partnerId, timeZone: 'UTC' })],
    ['that it left', () => next('partner.left', { partnerId })],
    ['an account', () => anAccount(`fb-${partnerId}`, partnerId)],
    ['a post', () => aPost(`post-${partnerId}`, { partnerId })],
    ['a decision on a post', () => next('post.approved', { postId: 'p', partnerId })],
    ['a Send Now', () => next('digest.requested', { userId: 'x', partnerId })],
  ];
  it.each(reports('x').map(([name], n) => [name, n] as const))(
    'belongs to its solution: nobody else can take it over or be given it (%s)',
    async (_, n) => {
      const id = `early-${n}`;
      const report = () => reports(id)[n]?.[1]();
      expect(await publishAs(herald, rival, report())).toEqual(['accepted']);
      expect(await owners(id)).toEqual(['rival']);
      // The honest one learns that the id is taken, instead of a partner with people that somebody else planted.
      expect(await publishAs(herald, aurora, aPartner(id, 'aurora'))).toEqual(['owned-elsewhere']);
      expect(await publishAs(herald, aurora, aUser('own', id))).toEqual(['owned-elsewhere']);
      expect(await publishAs(herald, rival, aPartner(id, 'rival'))).toEqual(['accepted']);
    },
  );

  it('may come in any order, also within one batch', async () => {
    const batch = [
      ...[aPost('first', { partnerId: 'any' }), anAccount('fb-any', 'any'), aUser('u', 'any')],
      ...[aPartner('any', 'aurora'), next('digest.requested', { userId: 'u', partnerId: 'any' })],
    ];
    expect(await publishAs(herald, aurora, ...batch)).toEqual(batch.map(() => 'accepted'));
    expect(await publishAs(herald, rival, ...batch)).toEqual(batch.map(() => 'owned-elsewhere'));
  });

  it('is moved by whoever is bound to nothing', async () => {
    await publishAs(herald, rival, aUser('squatter', 'squatted'));
    expect(await publishAs(herald, unbound, aPartner('squatted', 'aurora'))).toEqual(['accepted']);
    expect(await publishAs(herald, aurora, aUser('own', 'squatted'))).toEqual(['accepted']);
    expect(await publishAs(herald, rival, aUser('again', 'squatted'))).toEqual(['owned-elsewhere']);
  });

  it('by a publisher of two solutions belongs to whoever covers both', async () => {
    await publishAs(herald, both, aUser('u', 'of-both'));
    expect(await publishAs(herald, aurora, aPartner('of-both', 'aurora'))).toEqual(['owned-elsewhere']);
    expect(await publishAs(herald, both, aPartner('of-both', 'aurora'))).toEqual(['accepted']);
    expect(await publishAs(herald, aurora, aUser('v', 'of-both'))).toEqual(['accepted']);
  });

  it('may be registered by a bound publisher if only unbound ones have reported on it', async () => {
    await publishAs(herald, unbound, aUser('u', 'open'), aPost('open-post', { partnerId: 'open' }));
    expect(await owners('open')).toEqual([]);
    expect(await publishAs(herald, aurora, aPartner('open', 'aurora'))).toEqual(['accepted']);
    expect(await publishAs(herald, rival, aUser('v', 'open'))).toEqual(['owned-elsewhere']);
  });
});

describe('What a bound publisher reports about an account that is not connected yet', () => {
  it('belongs to its solution', async () => {
    await publishAs(herald, unbound, aPartner('theirs', 'rival'), aPartner('ours', 'aurora'));
    expect(await publishAs(herald, rival, removed('fb-early'))).toEqual(['accepted']);
    expect(await publishAs(herald, aurora, removed('fb-early'))).toEqual(['owned-elsewhere']);
    expect(await publishAs(herald, aurora, anAccount('fb-early', 'ours'))).toEqual(['owned-elsewhere']);
    expect(await publishAs(herald, rival, anAccount('fb-early', 'theirs'))).toEqual(['accepted']);
  });

  it('and refuses no connection that the same publisher sends in the same batch', async () => {
    const batch = [removed('fb-batch'), anAccount('fb-batch', 'ours'), anAccount('fb-batch', 'ours')];
    expect(await publishAs(herald, aurora, ...batch)).toEqual(batch.map(() => 'accepted'));
  });

  it('claims the unregistered partner of an account that only unbound publishers reported', async () => {
    await publishAs(herald, unbound, anAccount('fb-open', 'unregistered'));
    expect(await publishAs(herald, aurora, removed('fb-open'))).toEqual(['accepted']);
    expect(await owners('unregistered')).toEqual(['aurora']);
    expect(await publishAs(herald, rival, removed('fb-open'))).toEqual(['owned-elsewhere']);
  });
});

describe('Two publishers at the same moment', () => {
  /** Publishes both at once, a number of times. @returns who was accepted each time. */
  const race = async (eventsOf: (n: number) => readonly [ofAurora: unknown[], ofRival: unknown[]]) =>
    Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const [ofAurora, ofRival] = eventsOf(n);
        return Promise.all([publishAs(herald, aurora, ...ofAurora), publishAs(herald, rival, ...ofRival)]);
      }),
    );

  it('cannot both register a partner', async () => {
    const answers = await race((n) => [[aPartner(`race-${n}`, 'aurora')], [aPartner(`race-${n}`, 'rival')]]);
    for (const answer of answers) expect(answer.flat().sort()).toEqual(['accepted', 'owned-elsewhere']);
  });

  it('cannot both report on a partner that nobody has registered', async () => {
    const answers = await race((n) => [
      [aPost(`a-${n}`, { partnerId: `race-post-${n}` })],
      [anAccount(`fb-race-${n}`, `race-post-${n}`)],
    ]);
    for (const answer of answers) expect(answer.flat().sort()).toEqual(['accepted', 'owned-elsewhere']);
  });

  it('cannot both connect an account', async () => {
    await publishAs(herald, unbound, aPartner('race-a', 'aurora'), aPartner('race-r', 'rival'));
    const answers = await race((n) => [
      [anAccount(`race-fb-${n}`, 'race-a')],
      [anAccount(`race-fb-${n}`, 'race-r')],
    ]);
    for (const answer of answers) expect(answer.flat().sort()).toEqual(['accepted', 'owned-elsewhere']);
  });
});
