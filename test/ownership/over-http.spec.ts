import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dangling } from '../../src/application/audit/registry/list-dangling.js';
import { aPost } from '../http/events.js';
import { type KeyClient, type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { anAccount, aPartner, aSolution, aUser, next, publishTwoSolutions } from './two-solutions.js';

let herald: TestHerald;
let keys: Readonly<Record<'admin' | 'aurora' | 'rival' | 'both' | 'auditor' | 'posts', KeyClient>>;
beforeAll(async () => {
  herald = await startTestHerald();
  await publishTwoSolutions(herald);
  keys = await herald.withKeys({
    aurora: { role: 'publisher', solutions: ['aurora'] },
    rival: { role: 'publisher', solutions: ['rival'] },
    both: { role: 'publisher', solutions: ['aurora', 'rival'] },
    auditor: { role: 'auditor', solutions: ['aurora'] },
    posts: { role: 'publisher', solutions: ['aurora'], sources: ['/posts'] },
  });
});
afterAll(() => herald.stop());

const codeOf = ({ status, body }: { status: number; body: unknown }) => [status, (body as ProblemBody).code];
const refused = [409, 'owned-elsewhere'];

describe('The take-overs that one publisher could make of another', () => {
  it('a) moves no account to a partner of its own', async () => {
    expect(codeOf(await keys.rival.publish(anAccount('fb-1', 'mallory')))).toEqual(refused);
  });

  it('b) removes, renews and ends no account, though the event names no partner', async () => {
    const accountId = 'fb-1';
    for (const event of [
      next('social-account.removed', { accountId }),
      next('social-account.authorisation-renewed', { accountId }),
      next('social-account.token-invalidated', { accountId, reason: 'No.' }),
      next('social-account.token-expiring', { accountId, authorisationExpiresAt: '2026-03-03T00:00:00Z' }),
    ])
      expect(codeOf(await keys.rival.publish(event))).toEqual(refused);
  });

  it('c) redirects nobody’s mails', async () => {
    const changed = { userId: 'greta', partnerId: 'linden', email: 'mal@evil.example' };
    expect(codeOf(await keys.rival.publish(next('partner-user.changed', changed)))).toEqual(refused);
  });

  it('d) moves no partner into its own solution', async () => {
    expect(codeOf(await keys.rival.publish(aPartner('linden', 'rival')))).toEqual(refused);
  });

  it('e) rewrites no sender of another solution', async () => {
    const sender = { name: 'PayPal', address: 'security@paypal.example' };
    expect(codeOf(await keys.rival.publish(aSolution('aurora', { sender })))).toEqual(refused);
  });

  it('uses up no idempotency key of another publisher', async () => {
    const real = next('partner-user.removed', { userId: 'greta', partnerId: 'linden' });
    const junk = { ...aPost(real.id, { partnerId: 'mallory' }), source: real.source };
    expect((await keys.rival.publish(junk)).body).toMatchObject({ status: 'accepted' });
    expect((await keys.aurora.publish(real)).body).toMatchObject({ status: 'accepted' });
    expect((await keys.aurora.publish(real)).body).toMatchObject({ status: 'duplicate' });
    expect(codeOf(await keys.aurora.publish({ ...real, data: { ...real.data, userId: 'ben' } }))).toEqual([
      ...[409, 'idempotency-conflict'],
    ]);
  });

  it('left nothing behind: nothing of another solution has the rival as its actor', async () => {
    const caused = (await herald.events()).filter(
      ({ metadata }) => metadata.actor === `key:${keys.rival.id}`,
    );
    expect(caused.map(({ stream }) => stream)).toEqual(['approvalQueue-mallory']);
  });

  it('are told apart in a batch, event by event', async () => {
    const batch = [
      ...[anAccount('fb-1', 'mallory'), aUser('mia', 'mallory'), aPartner('linden', 'rival')],
      ...[
        aPartner('fresh', 'rival'),
        anAccount('fb-9', 'fresh'),
        aPost('batch-post', { partnerId: 'fresh' }),
      ],
    ];
    const { status, body } = await keys.rival.publishAll<{
      results: { status: string; problem?: ProblemBody }[];
    }>(batch);
    expect(status).toBe(207);
    expect(body.results.map((one) => one.problem?.code ?? one.status)).toEqual([
      ...['owned-elsewhere', 'accepted', 'owned-elsewhere', 'accepted', 'accepted', 'accepted'],
    ]);
  });
});

describe('A refusal', () => {
  it('is the same whosesoever it is, and names nobody', async () => {
    const details = await Promise.all(
      ['linden', 'mallory'].map(async (partnerId) => {
        const by = partnerId === 'linden' ? keys.rival : keys.aurora;
        return (await by.publish<ProblemBody>(next('partner.left', { partnerId }))).body.detail;
      }),
    );
    expect(new Set(details).size).toBe(1);
    expect(details[0]).not.toMatch(/linden|mallory|aurora|rival/);
  });

  it('is made of a source that the key is not bound to', async () => {
    const post = aPost('sourced', { partnerId: 'linden' });
    expect(codeOf(await keys.posts.publish(post))).toEqual([403, 'source-not-yours']);
    expect((await keys.posts.publish({ ...post, source: '/posts' })).body).toMatchObject({
      status: 'accepted',
    });
  });
});

describe('A move', () => {
  it('is accepted from a key of both solutions', async () => {
    expect((await keys.both.publish(anAccount('fb-1', 'mallory'))).body).toMatchObject({
      status: 'accepted',
    });
    expect((await keys.both.publish(anAccount('fb-1', 'linden'))).body).toMatchObject({ status: 'accepted' });
  });
});

describe('The idempotency keys of an API key', () => {
  it('survive its rotation', async () => {
    const post = aPost('rotated', { partnerId: 'linden' });
    expect((await keys.aurora.publish(post)).body).toMatchObject({ status: 'accepted' });
    const { body } = await keys.admin.post<{ key: string }>(
      `/v1/keys/${keys.aurora.id}/rotate`,
      'application/json',
      {},
    );
    const rotated = herald.clientWith(body.key);
    expect((await rotated.publish(post)).body).toMatchObject({ status: 'duplicate' });
  });
});

describe('GET /v1/dangling', () => {
  it('shows an auditor what belongs to their solutions', async () => {
    const early = (partnerId: string) =>
      next('partner-user.preferences-changed', { userId: 'early', partnerId, contentApproval: 'daily' });
    await keys.posts.publish({ ...early('of-aurora'), source: '/posts' });
    await keys.rival.publish(early('of-rival'));
    await keys.both.publish(early('of-both'));
    await herald.settled();
    const seenBy = async (client: KeyClient) =>
      (await client.get<{ items: Dangling[] }>('/v1/dangling')).body.items.map(({ partnerId }) => partnerId);
    expect(new Set(await seenBy(keys.auditor))).toEqual(new Set(['of-aurora']));
    expect(new Set(await seenBy(keys.admin))).toEqual(new Set(['of-aurora', 'of-rival', 'of-both']));
  });
});
