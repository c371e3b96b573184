import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aggregates } from '../../src/application/aggregates/aggregates.js';
import { ownersOf, Partner, userOf } from '../../src/domain/partner/partner.js';
import { SocialAccount } from '../../src/domain/social-account/social-account.js';
import { Solution } from '../../src/domain/solution/solution.js';
import { aPost } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { publishAs } from './publishers.js';
import {
  anAccount,
  aPartner,
  aSolution,
  aUser,
  aurora,
  both,
  next,
  publishTwoSolutions,
  rival,
  unbound,
} from './two-solutions.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  expect(await publishTwoSolutions(herald)).toEqual(Array(8).fill('accepted'));
});
afterAll(() => herald.stop());

const aggregates = () => herald.herald.app.get(Aggregates);
const partner = (id: string) => aggregates().load(Partner, id);
const account = (id: string) => aggregates().load(SocialAccount, id);
/** How many events publishers with a key have caused; Herald's own clock may record others meanwhile. */
const recorded = async () =>
  (await herald.events()).filter(({ metadata }) => metadata.actor.startsWith('key:')).length;

/** What each take-over publishes as the rival. */
const TAKE_OVERS: readonly (readonly [name: string, event: () => unknown])[] = [
  ['connects an account of another partner to its own', () => anAccount('fb-1', 'mallory')],
  ['connects an account to the partner of another', () => anAccount('fb-new', 'linden')],
  ['removes an account of another partner', () => next('social-account.removed', { accountId: 'fb-1' })],
  [
    'renews an account',
    () =>
      next('social-account.authorisation-renewed', {
        accountId: 'fb-1',
        authorisationExpiresAt: '2027-01-01T00:00:00Z',
      }),
  ],
  [
    'ends the authorisation of an account',
    () => next('social-account.token-invalidated', { accountId: 'fb-1', reason: 'No.' }),
  ],
  [
    'dates the end of an authorisation',
    () =>
      next('social-account.token-expiring', {
        accountId: 'fb-1',
        authorisationExpiresAt: '2026-03-03T00:00:00Z',
      }),
  ],
  [
    'redirects the mails of a person',
    () => next('partner-user.changed', { userId: 'greta', partnerId: 'linden', email: 'mal@evil.example' }),
  ],
  ['adds a person', () => aUser('mal', 'linden', 'mal@evil.example')],
  ['removes a person', () => next('partner-user.removed', { userId: 'greta', partnerId: 'linden' })],
  [
    'silences a person',
    () =>
      next('partner-user.preferences-changed', {
        userId: 'greta',
        partnerId: 'linden',
        accountExpiration: 'off',
      }),
  ],
  ['moves a partner into its own solution', () => aPartner('linden', 'rival')],
  ['renames a partner within its solution', () => aPartner('linden', 'aurora')],
  ['registers a partner in the solution of another', () => aPartner('fresh', 'aurora')],
  [
    'moves the clock of a partner',
    () => next('partner.zone-changed', { partnerId: 'linden', timeZone: 'UTC' }),
  ],
  ['ends a partner', () => next('partner.left', { partnerId: 'linden' })],
  [
    'rewrites the sender of a solution',
    () => aSolution('aurora', { sender: { name: 'PayPal', address: 'security@paypal.example' } }),
  ],
  ['submits a post', () => aPost('foreign-post', { partnerId: 'linden' })],
  ['decides on a post', () => next('post.approved', { postId: 'post-1', partnerId: 'linden' })],
  ['rejects a post', () => next('post.rejected', { postId: 'post-1', partnerId: 'linden' })],
  ['withdraws a post', () => next('post.withdrawn', { postId: 'post-1', partnerId: 'linden' })],
  ['presses Send Now', () => next('digest.requested', { userId: 'greta', partnerId: 'linden' })],
];

describe('A publisher of one solution', () => {
  it.each(TAKE_OVERS)('that %s is refused, and nothing is recorded', async (_, event) => {
    const before = await recorded();
    expect(await publishAs(herald, rival, event())).toEqual(['owned-elsewhere']);
    expect(await recorded()).toBe(before);
  });

  it('is refused whole batches, event by event, and its own events in them are recorded', async () => {
    const before = await recorded();
    const own = next('partner.zone-changed', { partnerId: 'mallory', timeZone: 'Europe/Paris' });
    const results = await publishAs(herald, rival, ...TAKE_OVERS.map(([, event]) => event()), own);
    expect(results).toEqual([...TAKE_OVERS.map(() => 'owned-elsewhere'), 'accepted']);
    expect(await recorded()).toBe(before + 1);
  });

  it('leaves everything of the other solution as it was', async () => {
    expect(ownersOf(await partner('linden'))).toEqual(['aurora']);
    expect(userOf(await partner('linden'), 'greta')?.fields.email?.value).toBe('greta@linden.example');
    expect(await account('fb-1')).toMatchObject({ connection: { value: { partnerId: 'linden' } } });
    expect(await account('fb-1')).not.toHaveProperty('removed');
    expect((await aggregates().load(Solution, 'aurora')).settings?.sender.address).toBe(
      'mail@aurora.example',
    );
  });

  it('publishes all there is about its own', async () => {
    const events = [
      ...[aSolution('aurora'), aPartner('linden', 'aurora'), aUser('ben', 'linden')],
      ...[anAccount('fb-1', 'linden'), aPost('own-post', { partnerId: 'linden' })],
      next('social-account.authorisation-renewed', { accountId: 'fb-1' }),
      next('digest.requested', { userId: 'greta', partnerId: 'linden' }),
    ];
    expect(await publishAs(herald, aurora, ...events)).toEqual(events.map(() => 'accepted'));
  });

  it('is not told whose it is', async () => {
    const answers = await Promise.all(
      ['linden', 'mallory'].map((partnerId) =>
        publishAs(herald, { ...rival, scope: ['third'] }, next('partner.left', { partnerId })),
      ),
    );
    expect(answers).toEqual([['owned-elsewhere'], ['owned-elsewhere']]);
  });
});

describe('A principal that is bound to no solution that exists', () => {
  it('may change nothing, and claims nothing', async () => {
    const before = await recorded();
    const nobody = { ...rival, scope: [] };
    const events = [
      ...[aPartner('new', 'rival'), aUser('u', 'new'), anAccount('fb-3', 'new'), aSolution('new')],
      ...[aPost('of-nobody', { partnerId: 'new' }), next('social-account.removed', { accountId: 'fb-3' })],
    ];
    expect(await publishAs(herald, nobody, ...events)).toEqual(events.map(() => 'owned-elsewhere'));
    expect(await recorded()).toBe(before);
  });
});

describe('A move', () => {
  it('of a partner needs a principal of both solutions', async () => {
    await publishAs(herald, unbound, aPartner('mover', 'aurora'));
    expect(await publishAs(herald, aurora, aPartner('mover', 'rival'))).toEqual(['owned-elsewhere']);
    expect(await publishAs(herald, rival, aPartner('mover', 'rival'))).toEqual(['owned-elsewhere']);
    expect(await publishAs(herald, both, aPartner('mover', 'rival'))).toEqual(['accepted']);
    expect(ownersOf(await partner('mover'))).toEqual(['rival']);
    expect(await publishAs(herald, aurora, aUser('late', 'mover'))).toEqual(['owned-elsewhere']);
    expect(await publishAs(herald, rival, aUser('now', 'mover'))).toEqual(['accepted']);
  });

  it('of an account needs a principal of both', async () => {
    await publishAs(herald, unbound, anAccount('fb-move', 'linden'));
    expect(await publishAs(herald, aurora, anAccount('fb-move', 'mallory'))).toEqual(['owned-elsewhere']);
    expect(await publishAs(herald, both, anAccount('fb-move', 'mallory'))).toEqual(['accepted']);
    expect(await publishAs(herald, aurora, next('social-account.removed', { accountId: 'fb-move' }))).toEqual(
      ['owned-elsewhere'],
    );
    expect(await publishAs(herald, rival, next('social-account.removed', { accountId: 'fb-move' }))).toEqual([
      'accepted',
    ]);
  });

  it('is made by whoever is bound to nothing', async () => {
    expect(await publishAs(herald, unbound, anAccount('fb-move', 'linden'))).toEqual(['accepted']);
    expect(await publishAs(herald, unbound, aPartner('mover', 'aurora'))).toEqual(['accepted']);
  });

  it('takes the accounts of a partner along', async () => {
    await publishAs(herald, unbound, aPartner('family', 'aurora'), anAccount('fb-family', 'family'));
    await publishAs(herald, both, aPartner('family', 'rival'));
    const removed = next('social-account.removed', { accountId: 'fb-family' });
    expect(await publishAs(herald, aurora, removed)).toEqual(['owned-elsewhere']);
    expect(await publishAs(herald, rival, removed)).toEqual(['accepted']);
  });
});
