import { afterEach, describe, expect, it, vi } from 'vitest';
import { EventStore } from '../../src/application/ports/event-store.js';
import { DueAgenda } from '../../src/application/read-models/agenda/due-agenda.js';
import { AskWhatIf, AskWhatIfHandler } from '../../src/application/what-if/ask-what-if.js';
import { HOUR, plus } from '../../src/domain/kernel/instant.js';
import { until } from '../until.js';
import { at, type Entry, LATER, MONDAY, partner, post, refused, SLOT, solution, World } from './away.js';

const TO = 'p-ada@x.example';
const CONTACT = 'contact@x.example';
const NEXT_DAY = '2026-03-04T08:00:00.000Z';

let world: World;
afterEach(() => world.stop());

/** A partner with one reader of daily digests, two posts that wait, and an escalation contact. */
const start = async (): Promise<void> => {
  world = await World.start();
  await world.publish(
    solution('s', { escalationEmail: CONTACT }),
    ...[...partner('p', 's'), post('p', 'first'), post('p', 'second')],
  );
};

const shown = ({ rule, recipientAddress, outcome }: Entry): string =>
  `${rule} ${recipientAddress} ${outcome}`;

const mailTo = (address: string): string =>
  world.smtp.bodies[world.smtp.received.lastIndexOf(address)]?.replaceAll('=\r\n', '') ?? '';

describe('A digest that the mail server refuses', () => {
  const refuse = async (): Promise<void> => {
    await start();
    world.replies.set(TO, '550 5.2.2 Mailbox full');
    await world.moveTo(SLOT);
  };

  it('gives its posts back: the next digest lists them, at its slot and not before', async () => {
    await refuse();
    world.replies.clear();
    await world.moveTo('2026-03-03T20:00:00.000Z');
    const digests = (await world.history('rule=content-needs-approval')).filter(
      ({ escalation }) => !escalation,
    );
    expect(digests.map(shown)).toEqual([`content-needs-approval ${TO} rejected`]);
    await world.moveTo(NEXT_DAY);
    const [, second, ...more] = (await world.history('recipient=p-ada')).filter(
      ({ escalation }) => !escalation,
    );
    expect(second).toMatchObject({ outcome: 'accepted', slotAt: NEXT_DAY, lateByMs: 0 });
    expect(more).toEqual([]);
    expect(mailTo(TO)).toContain('first');
    expect(mailTo(TO)).toContain('second');
    await world.moveTo('2026-03-06T20:00:00.000Z');
    expect((await world.history('recipient=p-ada')).length).toBe(2);
  });

  it('gives its posts back where the log refuses the record in the queue until all that follows is done', async () => {
    await start();
    world.replies.set(TO, '550 5.2.2 Mailbox full');
    const log = world.herald.herald.app.get(EventStore);
    const append = log.append.bind(log);
    let isFollowedUp = false;
    const away = vi.spyOn(log, 'append').mockImplementation(async (stream, events, ...rest) => {
      const types = events.map(({ type }) => type);
      // What comes back tells the queue as well.
      const isTelling = types.some((type) => type === 'DigestRaised' || type === 'SlotDecided');
      if (!isFollowedUp && isTelling && !types.includes('DigestReturned'))
        throw new Error('The log is away.');
      const appended = await append(stream, events, ...rest);
      isFollowedUp ||= types.includes('FollowedUp');
      return appended;
    });
    await world.moveTo(SLOT);
    await until(
      async () => isFollowedUp,
      (isDone) => isDone,
    );
    await world.moveTo(plus(SLOT, HOUR));
    away.mockRestore();
    world.replies.clear();
    await world.moveTo(NEXT_DAY);
    expect((await world.history('recipient=p-ada')).map(shown)).toEqual([
      ...[`content-needs-approval ${TO} rejected`, `content-needs-approval ${TO} accepted`],
    ]);
    expect(mailTo(TO)).toContain('first');
  });

  it('gives its posts back where the queue is told between the refusal and what follows from it', async () => {
    await start();
    world.replies.set(TO, '550 5.2.2 Mailbox full');
    const log = world.herald.herald.app.get(EventStore);
    const append = log.append.bind(log);
    let [isRefused, isTold] = [false, false];
    const away = vi.spyOn(log, 'append').mockImplementation(async (stream, events, ...rest) => {
      const types = events.map(({ type }) => type);
      const isTelling = types.some((type) => type === 'DigestRaised' || type === 'SlotDecided');
      isRefused ||= types.includes('Rejected');
      if ((isTelling && !isRefused) || (types.includes('FollowedUp') && !isTold))
        throw new Error('The log is away.');
      const appended = await append(stream, events, ...rest);
      isTold ||= isTelling;
      return appended;
    });
    await world.moveTo(SLOT);
    await until(
      async () => isRefused,
      (isDone) => isDone,
    );
    await world.moveTo(plus(SLOT, HOUR));
    await until(
      async () => isTold,
      (isDone) => isDone,
    );
    away.mockRestore();
    world.replies.clear();
    await world.moveTo(NEXT_DAY);
    expect((await world.history('recipient=p-ada')).map(shown)).toEqual([
      ...[`content-needs-approval ${TO} rejected`, `content-needs-approval ${TO} accepted`],
    ]);
  });

  it('gives its posts back: what-if with the same rules notifies the same people at the same moments', async () => {
    await refuse();
    world.replies.clear();
    await world.moveTo('2026-03-06T20:00:00.000Z');
    const handler = new AskWhatIfHandler(world.herald.herald.app.get(EventStore));
    const { would, did } = await handler.execute(new AskWhatIf(MONDAY, '2026-03-07T00:00:00.000Z', {}));
    expect(did.map(({ at: when }) => when)).toEqual([SLOT, NEXT_DAY]);
    expect(would).toEqual(did);
  });

  it('gives its posts back: Send Now lists them', async () => {
    await refuse();
    world.replies.clear();
    await world.moveTo(LATER);
    await world.publish(at(LATER, 'digest.requested', { userId: 'p-ada', partnerId: 'p' }));
    await world.moveTo('2026-03-03T08:31:00.000Z');
    expect((await world.history('recipient=p-ada')).map(shown)).toEqual([
      ...[`content-needs-approval ${TO} rejected`, `content-needs-approval ${TO} accepted`],
    ]);
    expect(mailTo(TO)).toContain('first');
  });

  it('does not give posts back that were decided meanwhile', async () => {
    await refuse();
    world.replies.clear();
    await world.publish(
      at(SLOT, 'post.approved', { postId: 'first', partnerId: 'p' }),
      at(SLOT, 'post.approved', { postId: 'second', partnerId: 'p' }),
    );
    await world.moveTo('2026-03-06T20:00:00.000Z');
    expect((await world.history('recipient=p-ada')).map(shown)).toEqual([
      `content-needs-approval ${TO} rejected`,
    ]);
  });

  it('is escalated once: who was not reached and why', async () => {
    await refuse();
    const [digest] = await world.history('recipient=p-ada');
    await world.moveTo('2026-03-03T20:00:00.000Z');
    expect(world.smtp.received.filter((to) => to === CONTACT)).toHaveLength(1);
    const mail = mailTo(CONTACT);
    for (const part of ['p-ada', TO, 'Mailbox full']) expect(mail).toContain(part);
    const [escalation] = (await world.history()).filter((one) => one.escalation);
    expect(escalation).toMatchObject({ rule: 'content-needs-approval', outcome: 'accepted' });
    const trail = await world.trail(digest as Entry);
    expect(trail.at(-1)).toMatchObject({
      ...{ type: 'FollowedUp', data: { escalation: escalation?.notificationId } },
    });
    const path = `/v1/notifications/${escalation?.notificationId}/why`;
    const { body } = await world.herald.get<{ sentence: string; recomputed: { agrees: boolean } }>(path);
    expect(body.sentence).toContain('the mail to p-ada <p-ada@x.example> was refused by the mail server');
  });

  it('is not escalated again where the contact cannot be reached either', async () => {
    await start();
    world.replies.set(TO, '550 5.2.2 Mailbox full');
    world.replies.set(CONTACT, '550 5.2.2 Mailbox full');
    await world.moveTo(SLOT);
    await world.moveTo('2026-03-03T20:00:00.000Z');
    expect((await world.history()).map(shown)).toEqual([
      ...[`content-needs-approval ${TO} rejected`, `content-needs-approval ${CONTACT} rejected`],
    ]);
  });
});

describe('A digest that is missed by a reader whose address is refused', () => {
  it('is a decision about this reader alone, and is verified', async () => {
    await start();
    world.replies.set(TO, '550 5.1.1 No such user');
    await world.moveTo(SLOT);
    const idle = vi.spyOn(world.herald.herald.app.get(DueAgenda), 'due').mockImplementation(async () => []);
    await world.moveTo('2026-03-04T12:00:00.000Z');
    for (const postId of ['first', 'second'])
      await world.publish(at('2026-03-04T12:00:00.000Z', 'post.approved', { postId, partnerId: 'p' }));
    const published = { ...post('p', 'third').data, publishAt: '2026-03-05T12:00:00.000Z' };
    await world.publish(at('2026-03-04T12:00:00.000Z', 'post.awaiting-approval', published));
    await world.moveTo('2026-03-05T13:00:00.000Z');
    idle.mockRestore();
    await world.moveTo('2026-03-05T13:00:01.000Z');
    await world.herald.settled();
    const { body } = await world.herald.get<{ items: readonly (Entry & { slotDate: string })[] }>(
      '/v1/notifications?reason=missed',
    );
    expect(body.items.map(({ recipientId, slotDate }) => `${slotDate} ${recipientId}`)).toEqual([
      '2026-03-05 p-ada',
    ]);
    const path = `/v1/notifications/${body.items[0]?.notificationId}/verify`;
    expect((await world.herald.get<{ verified: boolean }>(path)).body.verified).toBe(true);
  });
});

describe('A mail about an account that the mail server refuses', () => {
  it('is escalated, one mail for each person, and not given back', async () => {
    await start();
    await world.publish(
      at(MONDAY, 'partner-user.added', {
        ...{ userId: 'p-ben', partnerId: 'p', name: 'p-ben', email: 'p-ben@x.example', role: 'admin' },
      }),
    );
    world.replies.set(TO, '550 5.2.2 Mailbox full');
    world.replies.set('p-ben@x.example', '550 5.2.2 Mailbox full');
    await world.publish(refused('p-fb', MONDAY));
    await world.moveTo('2026-03-02T09:00:01.000Z');
    expect((await world.history('rule=account-expired')).map(shown).sort()).toEqual([
      `account-expired ${CONTACT} accepted`,
      `account-expired ${CONTACT} accepted`,
      `account-expired ${TO} rejected`,
      'account-expired p-ben@x.example rejected',
    ]);
    expect(mailTo(CONTACT)).toContain('Mailbox full');
  });

  const REPLIES = [
    ['another mail may arrive', '550 5.2.2 Mailbox full'],
    ['the address is refused, and with it the last who can be told', '550 5.1.1 No such user'],
  ];

  const escalationAfter = async (reply: string): Promise<Entry | undefined> => {
    await start();
    world.replies.set(TO, reply);
    world.replies.set(CONTACT, '451 4.2.0 Greylisted');
    await world.publish(refused('p-fb', MONDAY));
    await world.moveTo('2026-03-02T09:00:01.000Z');
    return (await world.history('rule=account-expired')).find((one) => one.escalation);
  };

  const comesOutTheSame = async (one: Entry | undefined): Promise<void> => {
    const path = `/v1/notifications/${one?.notificationId}`;
    const { body: why } = await world.herald.get<{ recomputed: { agrees: boolean } }>(`${path}/why`);
    const { body } = await world.herald.get<{ verified: boolean }>(`${path}/verify`);
    expect({ agrees: why.recomputed.agrees, verified: body.verified }).toEqual({
      agrees: true,
      verified: true,
    });
  };

  it.each(REPLIES)('is escalated for a reason that comes out the same again: %s', async (_, reply) => {
    await comesOutTheSame(await escalationAfter(reply));
  });

  it.each(REPLIES)(
    'is escalated to a new contact for a reason that comes out the same again: %s',
    async (_, reply) => {
      const before = await escalationAfter(reply);
      await world.publish(solution('s', { escalationEmail: 'new@x.example' }, '2026-03-02T09:00:02.000Z'));
      await world.moveTo('2026-03-02T12:00:00.000Z');
      const after = (await world.history('rule=account-expired')).find(
        (one) => one.recipientAddress === 'new@x.example',
      );
      expect(before).toMatchObject({ recipientAddress: CONTACT });
      await comesOutTheSame(after);
    },
  );

  it('is escalated to the new contact, in the same words, where the contact has changed meanwhile', async () => {
    await start();
    world.replies.set(TO, '550 5.2.2 Mailbox full');
    world.replies.set(CONTACT, '451 4.2.0 Greylisted');
    await world.publish(refused('p-fb', MONDAY));
    await world.moveTo('2026-03-02T09:00:01.000Z');
    await world.publish(solution('s', { escalationEmail: 'new@x.example' }, '2026-03-02T09:00:02.000Z'));
    await world.moveTo('2026-03-02T12:00:00.000Z');
    expect((await world.history('rule=account-expired')).map(shown)).toEqual([
      `account-expired ${TO} rejected`,
      `account-expired ${CONTACT} superseded`,
      'account-expired new@x.example accepted',
    ]);
    for (const part of ['p-ada', 'Mailbox full']) expect(mailTo('new@x.example')).toContain(part);
  });

  it('is escalated no more once it is no longer due', async () => {
    await start();
    world.replies.set(TO, '550 5.2.2 Mailbox full');
    world.replies.set(CONTACT, '451 4.2.0 Greylisted');
    await world.publish(refused('p-fb', MONDAY));
    await world.moveTo('2026-03-02T09:00:01.000Z');
    await world.publish(
      at('2026-03-02T09:00:02.000Z', 'social-account.authorisation-renewed', { accountId: 'p-fb' }),
    );
    world.replies.clear();
    await world.moveTo('2026-03-02T12:00:00.000Z');
    expect((await world.history('rule=account-expired')).map(shown)).toEqual([
      ...[`account-expired ${TO} rejected`, `account-expired ${CONTACT} superseded`],
    ]);
  });
});

describe('A digest in doubt that a person abandons', () => {
  it('gives its posts back, and is escalated', async () => {
    await start();
    world.dropsAtDot = true;
    await world.moveTo(SLOT);
    const [digest] = await world.history('recipient=p-ada');
    expect(digest).toMatchObject({ outcome: 'outcome-unknown' });
    world.dropsAtDot = false;
    const said = { as: 'abandoned', reason: 'Not in her mailbox' };
    await world.herald.post(`/v1/notifications/${digest?.notificationId}/resolve`, 'application/json', said);
    await world.moveTo(NEXT_DAY);
    expect((await world.history('rule=content-needs-approval')).map(shown)).toEqual([
      `content-needs-approval ${TO} abandoned`,
      `content-needs-approval ${CONTACT} accepted`,
      `content-needs-approval ${TO} accepted`,
    ]);
  });
});
