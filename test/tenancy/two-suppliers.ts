import { anEvent } from '../http/events.js';
import type { TestHerald } from '../http/herald.js';

// Everything of aurora has `aurora` in its ids, names and addresses, everything of zephyr `zephyr`. What both have in common are a
// user id and an address: `ada`, and ada@shared.example.

let made = 0;
const told = (name: string, data: Readonly<Record<string, unknown>>, time = '2026-03-02T09:00:00Z') => {
  made += 1;
  return { ...anEvent(`told-${made}`, name, data), time };
};

export const registered = (partnerId: string, solutionId: string, time?: string) =>
  told('partner.registered', { partnerId, solutionId, name: partnerId, timeZone: 'Europe/Berlin' }, time);

export const user = (userId: string, partnerId: string, email: string) =>
  told('partner-user.added', { userId, partnerId, name: `${userId} of ${partnerId}`, email, role: 'admin' });

const account = (accountId: string, partnerId: string, more: object, authorisationExpiresAt: string) =>
  told('social-account.connected', {
    ...{ accountId, partnerId, network: 'facebook', displayName: accountId, authorisationExpiresAt },
    ...more,
  });

const post = (postId: string, partnerId: string) =>
  told('post.awaiting-approval', {
    ...{ postId, partnerId, streamId: 's', streamName: `Spring of ${partnerId}`, title: postId },
    ...{ network: 'instagram', publishAt: '2026-05-01T09:00:00Z' },
  });

const supplier = (name: string) => [
  told('solution.configured', {
    ...{ solutionId: name, name: `${name} Ltd`, entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
    baseUrl: `https://portal.${name}.example`,
    sender: { name, address: `no-reply@${name}.example` },
    escalationEmail: `help@${name}.example`,
  }),
  registered(`${name}-1`, name),
  registered(`${name}-2`, name),
  registered(`${name}-3`, name),
  user('ada', `${name}-1`, 'ada@shared.example'),
  user(`${name}-ben`, `${name}-1`, `ben@${name}.example`),
  user(`${name}-cem`, `${name}-2`, `cem@${name}.example`),
  account(`${name}-page`, `${name}-1`, { kind: 'company' }, '2026-03-20T12:00:00Z'),
  account(`${name}-own`, `${name}-1`, { kind: 'personal', ownerId: 'ada' }, '2026-03-16T12:00:00Z'),
  account(`${name}-bens`, `${name}-1`, { kind: 'personal', ownerId: `${name}-ben` }, '2026-06-01T12:00:00Z'),
  account(`${name}-lost`, `${name}-2`, { kind: 'company' }, '2026-03-05T12:00:00Z'),
  // Nobody is at this partner: the escalation contact is notified.
  account(`${name}-alone`, `${name}-3`, { kind: 'company' }, '2026-03-12T12:00:00Z'),
  post(`${name}-post-1`, `${name}-1`),
  post(`${name}-post-2`, `${name}-1`),
  post(`${name}-post-3`, `${name}-2`),
];

/** Which of the two has what is named here. */
export const AURORA = 'aurora';
export const ZEPHYR = 'zephyr';

/** Two suppliers on one instance, and what is nobody's; two weeks are lived through. */
export const liveThroughTwoWeeks = async (herald: TestHerald): Promise<void> => {
  const events = [
    ...supplier(AURORA),
    ...supplier(ZEPHYR),
    user('stray', 'nobodys', 'stray@nobodys.example'),
  ];
  const { status } = await herald.publishAll(events);
  if (status !== 202) throw new Error(`The suppliers were not published: ${status}.`);
  await herald.moveTo('2026-03-16T10:00:00Z');
  await herald.settled();
};

/** Publishes one event and waits until the read models have it. */
export const publishAndSettle = async (herald: TestHerald, event: unknown): Promise<void> => {
  const { status } = await herald.publish(event);
  if (status !== 202) throw new Error(`It was not published: ${status}.`);
  await herald.settled();
};

export { told };
