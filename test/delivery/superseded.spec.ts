import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestHerald } from '../http/herald.js';
import {
  admin,
  at,
  connected,
  LATER,
  MONDAY,
  partner,
  post,
  refused,
  SLOT,
  solution,
  World,
} from './away.js';

const BACK = '2026-03-03T12:00:00.000Z';

let world: World;

/** Of each kind of change one partner, whose mails wait while the mail server is away. */
const CASES: readonly (readonly [string, (partnerId: string) => readonly object[], string, string])[] = [
  [
    'renewed',
    (p) => [at(LATER, 'social-account.authorisation-renewed', { accountId: `${p}-fb` })],
    'account-expired',
    'authorisation-has-ended',
  ],
  [
    'removed',
    (p) => [at(LATER, 'social-account.removed', { accountId: `${p}-fb` })],
    'account-expired',
    'account-is-connected',
  ],
  [
    'userremoved',
    (p) => [at(LATER, 'partner-user.removed', { userId: `${p}-ada`, partnerId: p })],
    'account-expired',
    'person-is-active',
  ],
  [
    'optedout',
    (p) => [
      at(LATER, 'partner-user.preferences-changed', {
        userId: `${p}-ada`,
        partnerId: p,
        accountExpiration: 'off',
      }),
    ],
    'account-expired',
    'has-not-opted-out',
  ],
  [
    'member',
    (p) => [at(LATER, 'partner-user.changed', { userId: `${p}-ada`, partnerId: p, role: 'member' })],
    'account-expired',
    'is-partner-admin',
  ],
  ['left', (p) => [at(LATER, 'partner.left', { partnerId: p })], 'account-expired', 'partner-has-not-left'],
  [
    'unentitled',
    (p) => [solution(`s-${p}`, { entitled: false }, LATER)],
    'account-expired',
    'solution-is-entitled',
  ],
  [
    'again',
    (p) => [
      at(LATER, 'social-account.authorisation-renewed', { accountId: `${p}-fb` }),
      refused(`${p}-fb`, '2026-03-03T08:31:00.000Z'),
    ],
    'account-expired',
    'is-about-the-same',
  ],
  [
    'elsewhere',
    (p) => [
      at(MONDAY, 'partner.registered', {
        ...{ partnerId: `${p}-2`, solutionId: `s-${p}`, name: p, timeZone: 'America/New_York' },
      }),
      admin(`${p}-2`, `${p}-olaf`),
      connected(`${p}-2`, `${p}-fb`, LATER),
      refused(`${p}-fb`, '2026-03-03T08:31:00.000Z'),
    ],
    'account-expired',
    'partner-is-the-same',
  ],
  [
    'approved',
    (p) => [at(LATER, 'post.approved', { postId: `${p}-post`, partnerId: p })],
    'content-needs-approval',
    'new-content-waits',
  ],
  [
    'nodigests',
    (p) => [
      at(LATER, 'partner-user.preferences-changed', {
        userId: `${p}-ada`,
        partnerId: p,
        contentApproval: 'off',
      }),
    ],
    'content-needs-approval',
    'wants-digests',
  ],
  [
    'gone',
    (p) => [at(LATER, 'partner-user.removed', { userId: `${p}-ada`, partnerId: p })],
    'content-needs-approval',
    'person-is-active',
  ],
];

beforeAll(async () => {
  world = await World.start();
  for (const name of [...CASES.map(([one]) => one), 'unchanged', 'moved', 'unsubscribed', 'some'])
    await world.publish(
      solution(`s-${name}`, { escalationEmail: `contact-${name}@x.example` }),
      ...partner(name, `s-${name}`),
      post(name, `${name}-post`),
      ...(name === 'some' ? [post(name, 'some-other')] : []),
    );
  world.isAway = true;
  await world.moveTo(SLOT);
  await world.publish(
    ...CASES.map(([name]) => refused(`${name}-fb`)),
    refused('unchanged-fb'),
    refused('moved-fb'),
  );
  await world.moveTo('2026-03-03T08:00:01.000Z');
  await world.moveTo(LATER);
  for (const [name, changes] of CASES) await world.publish(...changes(name));
  await world.publish(
    at(LATER, 'partner-user.changed', { userId: 'moved-ada', partnerId: 'moved', email: 'ada@new.example' }),
    at(LATER, 'post.approved', { postId: 'some-post', partnerId: 'some' }),
  );
  const [digest] = await world.history('rule=content-needs-approval&partner=unsubscribed');
  const trail = await world.trail(digest as never);
  const { pathname } = new URL(String(trail[0]?.data.unsubscribeUrl));
  await world.herald.post(pathname, 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click');
  await world.moveTo('2026-03-03T08:45:00.000Z');
  world.isAway = false;
  await world.moveTo(BACK);
});

afterAll(() => world.stop());

describe('A mail that waited for its mail server while the facts changed', () => {
  it.each(CASES)('is superseded where it is no longer due: %s', async (name, _, rule, condition) => {
    const person = (await world.history(`partner=${name}&rule=${rule}`)).filter(
      ({ escalation }) => !escalation,
    );
    expect(person[0]).toMatchObject({ outcome: 'superseded', detail: expect.stringMatching(/\.$/) });
    expect(await world.against(person[0] as never)).toContain(condition);
    expect(
      await world.herald.get(`/v1/notifications?outcome=superseded&partner=${name}&rule=${rule}`),
    ).toMatchObject({
      body: {
        items: expect.arrayContaining([
          expect.objectContaining({ notificationId: person[0]?.notificationId }),
        ]),
      },
    });
  });

  it('goes out where nothing has changed', async () => {
    const items = await world.history('partner=unchanged');
    expect(items.map(({ rule, outcome }) => `${rule} ${outcome}`).sort()).toEqual([
      ...['account-expired accepted', 'content-needs-approval accepted'],
    ]);
    expect(world.smtp.received.filter((to) => to === 'unchanged-ada@x.example')).toHaveLength(2);
  });

  it('goes to the new address of the person, and not to the old one', async () => {
    const items = await world.history('partner=moved');
    expect(
      items.map(({ rule, outcome, recipientAddress }) => `${rule} ${recipientAddress} ${outcome}`).sort(),
    ).toEqual([
      'account-expired ada@new.example accepted',
      'account-expired moved-ada@x.example superseded',
      'content-needs-approval ada@new.example accepted',
      'content-needs-approval moved-ada@x.example superseded',
    ]);
    const to = world.smtp.received.filter((one) => one.startsWith('moved-') || one.endsWith('@new.example'));
    expect(to).toEqual(['ada@new.example', 'ada@new.example']);
    for (const item of items.filter(({ outcome }) => outcome === 'superseded'))
      expect(await world.against(item)).toEqual(['address-is-the-same']);
  });

  it('says in whose place it is', async () => {
    const [old, successor] = await world.history('partner=moved&rule=account-expired');
    const trail = await world.trail(old as never);
    expect(trail.at(-1)?.data.instead).toEqual([successor?.notificationId]);
    const { body } = await world.herald.get<{ sentence: string; recomputed: { agrees: boolean } }>(
      `/v1/notifications/${successor?.notificationId}/why`,
    );
    expect(body.sentence).toContain('takes the place of the mail to moved-ada <moved-ada@x.example>');
    expect(body.recomputed.agrees).toBe(true);
  });

  it('is not sent to somebody who has unsubscribed meanwhile', async () => {
    const [digest] = await world.history('partner=unsubscribed&rule=content-needs-approval');
    expect(digest).toMatchObject({ outcome: 'superseded', attempts: expect.any(Number) });
    expect(await world.against(digest as never)).toEqual(['wants-digests']);
    expect(world.smtp.received).not.toContain('unsubscribed-ada@x.example');
  });

  it('goes out as it was frozen while some of its posts still wait', async () => {
    const [digest, ...others] = await world.history('partner=some');
    expect([digest?.outcome, others]).toEqual(['accepted', []]);
  });

  it('of somebody who is gone goes to the escalation contact, if nobody else is notified', async () => {
    for (const name of ['userremoved', 'optedout', 'member']) {
      const items = await world.history(`partner=${name}&rule=account-expired`);
      expect(items.map(({ recipientAddress, outcome }) => `${recipientAddress} ${outcome}`)).toEqual([
        `${name}-ada@x.example superseded`,
        `contact-${name}@x.example accepted`,
      ]);
      const path = `/v1/notifications/${items[1]?.notificationId}/verify`;
      const { body } = await world.herald.get<{ checks: readonly { name: string; ok: boolean }[] }>(path);
      expect(body.checks.filter(({ ok }) => !ok)).toEqual([]);
    }
  });

  it('is followed by nothing where nothing is due any more', async () => {
    for (const name of ['renewed', 'removed', 'left', 'unentitled'])
      expect(await world.history(`partner=${name}&rule=account-expired`)).toHaveLength(1);
  });

  it('about an earlier end of the authorisation is followed by the mail about the later one', async () => {
    const items = await world.history('partner=again&rule=account-expired');
    expect(items.map(({ outcome }) => outcome)).toEqual(['superseded', 'accepted']);
  });

  it('leaves no untrue mail with anybody', () => {
    // What is due beside the mail that a case is about: the digest of the partner, or the mail about its account.
    const stillDue: Readonly<Record<string, number>> = {
      ...{ renewed: 1, removed: 1, userremoved: 0, optedout: 1, member: 1, left: 0, unentitled: 0, again: 2 },
      ...{ elsewhere: 1, approved: 1, nodigests: 1, gone: 0 },
    };
    const received = CASES.map(([name]) => [
      name,
      world.smtp.received.filter((to) => to === `${name}-ada@x.example`).length,
    ]);
    expect(Object.fromEntries(received)).toEqual(stillDue);
  });
});

describe('What is due instead of a mail that is no longer due', () => {
  let world: World;
  const shown = async (query = '') =>
    (await world.history(query)).map(
      ({ rule, recipientAddress, outcome }) => `${rule} ${recipientAddress} ${outcome}`,
    );

  beforeEach(async () => {
    world = await World.start();
    await world.publish(solution('s', { escalationEmail: 'contact@x.example' }), ...partner('p', 's'));
    world.isAway = true;
  });
  afterEach(() => world.stop());

  /** The mail server is back, and everything that waited is tried again. */
  const back = async (): Promise<void> => {
    world.isAway = false;
    await world.moveTo('2026-03-02T12:00:00.000Z');
  };
  const soon = '2026-03-02T09:02:00.000Z';
  const sendNow = at(MONDAY, 'digest.requested', { userId: 'p-ada', partnerId: 'p' });

  it('goes to the people of another partner, to which the account was moved, at their own slot', async () => {
    const expiring = (partnerId: string, time: string) => {
      const event = connected(partnerId, 'p-fb', time);
      return { ...event, data: { ...event.data, authorisationExpiresAt: '2026-03-20T12:00:00Z' } };
    };
    const [slot, moved, theirs] = ['08:00', '08:30', '13:00'].map((hour) => `2026-03-09T${hour}:00.000Z`);
    await world.publish(
      at(MONDAY, 'partner.registered', {
        ...{ partnerId: 'q', solutionId: 's', name: 'q', timeZone: 'America/New_York' },
      }),
      admin('q', 'q-olaf'),
      // The same person may be at both partners.
      admin('q', 'p-ada'),
      expiring('p', MONDAY),
    );
    await world.moveTo(slot as string);
    await world.moveTo(moved as string);
    await world.publish(expiring('q', moved as string));
    world.isAway = false;
    await world.moveTo('2026-03-09T12:59:00.000Z');
    const rule = 'settings-update-required';
    expect(await shown(`rule=${rule}`)).toEqual([`${rule} p-ada@x.example superseded`]);
    await world.moveTo(theirs as string);
    const sent = { outcome: 'accepted', slotAt: theirs, lateByMs: 0 };
    expect(await world.history(`rule=${rule}&partner=q&recipient=q-olaf`)).toMatchObject([sent]);
    expect(await world.history(`rule=${rule}&partner=q&recipient=p-ada`)).toMatchObject([sent]);
    const coverage = async (partner: string) =>
      (await world.herald.get(`/v1/coverage?date=2026-03-09&rule=${rule}&partner=${partner}`)).body;
    expect(await coverage('p')).toMatchObject({ counts: { expected: 1, superseded: 1, shortfall: 0 } });
    expect(await coverage('q')).toMatchObject({ counts: { expected: 2, sent: 2, shortfall: 0 } });
  });

  it('goes to nobody else while another admin is notified', async () => {
    await world.publish(admin('p', 'p-ben'), refused('p-fb', MONDAY));
    await world.moveTo(soon);
    await world.publish(
      at(soon, 'partner-user.removed', { userId: 'p-ada', partnerId: 'p' }),
      admin('p', 'p-cora', soon),
    );
    await back();
    expect((await shown()).sort()).toEqual([
      ...['account-expired p-ada@x.example superseded', 'account-expired p-ben@x.example accepted'],
    ]);
  });

  it('goes to the admin who has taken the place of the last one', async () => {
    await world.publish(refused('p-fb', MONDAY));
    await world.moveTo(soon);
    await world.publish(
      at(soon, 'partner-user.removed', { userId: 'p-ada', partnerId: 'p' }),
      admin('p', 'p-cora', soon),
    );
    await back();
    expect(await shown()).toEqual([
      ...['account-expired p-ada@x.example superseded', 'account-expired p-cora@x.example accepted'],
    ]);
  });

  it('goes to the last of several new addresses, once', async () => {
    await world.publish(refused('p-fb', MONDAY));
    for (const [n, time] of ['2026-03-02T09:10:00.000Z', '2026-03-02T10:10:00.000Z'].entries()) {
      await world.moveTo(time);
      const email = `ada${n}@new.example`;
      await world.publish(at(time, 'partner-user.changed', { userId: 'p-ada', partnerId: 'p', email }));
      await world.moveTo(time.replace(':10:', ':40:'));
    }
    await back();
    expect(await shown()).toEqual([
      'account-expired p-ada@x.example superseded',
      'account-expired ada0@new.example superseded',
      'account-expired ada1@new.example accepted',
    ]);
    expect(world.smtp.received).toEqual(['ada1@new.example']);
  });

  it('is another answer to a Send Now, where what it listed was approved', async () => {
    await world.publish(post('p', 'one'), sendNow);
    await world.moveTo(soon);
    await world.publish(at(soon, 'post.approved', { postId: 'one', partnerId: 'p' }));
    await back();
    expect(await shown()).toEqual([
      ...[
        'content-needs-approval p-ada@x.example superseded',
        'no-social-media-content p-ada@x.example accepted',
      ],
    ]);
  });

  it('is another answer to a Send Now, where something new has come', async () => {
    await world.publish(sendNow);
    await world.moveTo(soon);
    await world.publish(post('p', 'one', soon));
    await back();
    expect(await shown()).toEqual([
      ...[
        'no-social-media-content p-ada@x.example superseded',
        'content-needs-approval p-ada@x.example accepted',
      ],
    ]);
  });

  it('is a mail to the new escalation contact', async () => {
    const all = { userId: 'p-ada', partnerId: 'p', accountExpiration: 'off' };
    await world.publish(at(MONDAY, 'partner-user.preferences-changed', all), refused('p-fb', MONDAY));
    await world.moveTo(soon);
    await world.publish(solution('s', { escalationEmail: 'new-contact@x.example' }, soon));
    await back();
    expect(await shown()).toEqual([
      ...['account-expired contact@x.example superseded', 'account-expired new-contact@x.example accepted'],
    ]);
  });

  it('is the reminder of the next Monday, where the authorisation was granted again for some days', async () => {
    await world.moveTo('2026-03-06T09:00:00.000Z');
    const expiring = (time: string, authorisationExpiresAt: string) =>
      at(time, 'social-account.authorisation-renewed', { accountId: 'p-fb', authorisationExpiresAt });
    await world.publish(expiring('2026-03-06T09:00:00.000Z', '2026-03-20T09:00:00.000Z'));
    await world.moveTo('2026-03-09T08:00:00.000Z');
    await world.publish(expiring('2026-03-09T08:00:00.000Z', '2026-03-25T09:00:00.000Z'));
    world.isAway = false;
    await world.moveTo('2026-03-16T09:00:00.000Z');
    expect(await shown('rule=settings-update-required')).toEqual([
      'settings-update-required p-ada@x.example superseded',
      'settings-update-required p-ada@x.example accepted',
    ]);
    const [old] = await world.history('rule=settings-update-required');
    expect(await world.against(old as never)).toEqual(['is-about-the-same']);
  });
});

describe('A mail whose facts change while it is being sent', () => {
  it('is dropped when the mail server is ready for its body', async () => {
    let onRecipient = async (): Promise<void> => undefined;
    const bodies: string[] = [];
    const smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo: (_address, _session, done) => void onRecipient().then(() => done()),
      onData: (stream, _session, done) => {
        stream.on('data', (part: Buffer) => bodies.push(part.toString())).on('end', () => done());
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const { port } = smtp.server.address() as AddressInfo;
    const herald = await startTestHerald({
      ...{ HERALD_MAIL: `smtp://127.0.0.1:${port}`, HERALD_CLOCK_START: MONDAY },
    });
    try {
      const renewed = at('2026-03-02T09:00:01.000Z', 'social-account.authorisation-renewed', {
        accountId: 'p-fb',
      });
      await herald.publishAll([solution('s'), ...partner('p', 's')]);
      onRecipient = async () => void (await herald.publish(renewed));
      await herald.publish(refused('p-fb', MONDAY));
      await herald.moveTo('2026-03-02T09:00:01.000Z');
      await herald.settled();
      const { body } = await herald.get<{ items: { outcome: string; attempts: number }[] }>(
        '/v1/notifications',
      );
      expect(body.items.map(({ outcome, attempts }) => [outcome, attempts])).toEqual([['superseded', 0]]);
      expect(bodies).toEqual([]);
      expect((await herald.get<{ status: string }>('/health')).body.status).toBe('ok');
    } finally {
      await herald.stop();
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    }
  });
});
