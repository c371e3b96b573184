import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verification } from '../../src/application/audit/verify/verify-notification.js';
import {
  admin,
  at,
  type Entry,
  LATER,
  MONDAY,
  partner,
  post,
  refused,
  SLOT,
  solution,
  World,
} from './away.js';

const CONTACT = 'contact@x.example';
/** The contact of a solution that names another one later. */
const FIRST_CONTACT = 'first@x.example';
const POLICY = '550 5.7.26 This mail is unauthenticated, which poses a security risk';

let world: World;
let all: readonly Entry[];

const settled = (partnerId: string, solutionId: string, escalationEmail = CONTACT) => [
  solution(solutionId, { escalationEmail }),
  ...partner(partnerId, solutionId),
];

beforeAll(async () => {
  world = await World.start();
  const { herald } = world;
  await world.publish(
    ...settled('rejected', 'acme'),
    ...settled('moves', 'acme'),
    ...settled('leaves', 'acme'),
    ...settled('held', 'blocked'),
    ...settled('deferred', 'changing', FIRST_CONTACT),
    post('rejected', 'one'),
    post('deferred', 'three'),
    post('moves', 'two'),
    // Nobody at this partner can be told.
    at(MONDAY, 'partner.registered', {
      ...{ partnerId: 'empty', solutionId: 'acme', name: 'Empty', timeZone: 'Europe/Berlin' },
    }),
    at(MONDAY, 'social-account.connected', {
      ...{ accountId: 'empty-fb', partnerId: 'empty', network: 'x', kind: 'company', displayName: 'E' },
    }),
  );
  world.replies.set('rejected-ada@x.example', '550 5.1.1 No such user');
  world.replies.set('deferred-ada@x.example', '550 5.1.1 No such user');
  for (const address of ['moves-ada@x.example', 'leaves-ada@x.example', FIRST_CONTACT])
    world.replies.set(address, '451 4.3.0 Try again later');
  world.replies.set('held-ada@x.example', POLICY);
  await world.moveTo(SLOT);
  await world.publish(
    ...['rejected', 'moves', 'leaves', 'held'].map((partnerId) => refused(`${partnerId}-fb`)),
    refused('empty-fb'),
  );
  await world.moveTo(LATER);
  // While their mails wait, one person gets another address, another one takes the place of the third, and a contact changes.
  await world.publish(
    solution('changing', { escalationEmail: CONTACT }, LATER),
    at(LATER, 'partner-user.changed', {
      ...{ userId: 'moves-ada', partnerId: 'moves', email: 'moves-new@x.example' },
    }),
    admin('leaves', 'leaves-ben', LATER),
    at(LATER, 'partner-user.removed', { userId: 'leaves-ada', partnerId: 'leaves' }),
  );
  await world.moveTo('2026-03-03T20:00:00.000Z');
  await world.moveTo('2026-03-10T09:00:00.000Z');
  await herald.settled();
  const path = '/v1/notifications?limit=200&order=oldest';
  all = (await herald.get<{ items: readonly Entry[] }>(path)).body.items;
}, 120_000);
afterAll(() => world.stop());

const decisionOf = async (id: string) =>
  (await world.herald.get<{ details: Readonly<Record<string, unknown>> }>(`/v1/notifications/${id}`)).body
    .details;

describe('What follows from a mail that was not sent, or did not arrive', () => {
  it('was decided: in the place of others, to the contact, and about a sender that is refused', async () => {
    const details = await Promise.all(all.map(({ notificationId }) => decisionOf(notificationId)));
    const inPlace = details.filter(({ instead }) => instead);
    expect(inPlace.some(({ escalation }) => !escalation)).toBe(true);
    expect(inPlace.some(({ escalation, undelivered }) => escalation && undelivered)).toBe(true);
    const outcomes = details.flatMap(
      ({ undelivered }) => (undelivered as { outcome: string })?.outcome ?? [],
    );
    expect(outcomes).toEqual(expect.arrayContaining(['rejected', 'sender-refused']));
    expect(all.some(({ recipientId, escalation }) => recipientId === '*escalation' && escalation)).toBe(true);
  });

  it('is verified like any other decision', async () => {
    for (const { notificationId, rule, recipientId } of all) {
      const { body } = await world.herald.get<Verification>(`/v1/notifications/${notificationId}/verify`);
      const differing = body.checks.filter(({ ok }) => !ok);
      expect({ rule, recipientId, differing }).toEqual({ rule, recipientId, differing: [] });
    }
  });
});
