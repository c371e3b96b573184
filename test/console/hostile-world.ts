import { RULE_IDS } from '../../src/domain/rules/notifications.js';
import { anEvent } from '../http/events.js';
import { startTestHerald } from '../http/herald.js';

/** The variable that hostile code would set. */
export const PWNED = 'pwned';

const HOSTILE = `"><script>window.${PWNED}=1</script><img src=x onerror="window.${PWNED}=1">{{7*7}}${'wide'.repeat(20)}`;

/** A key has a shorter name. */
const HOSTILE_NAME = HOSTILE.slice(0, 80);

const WORLD = [
  anEvent('solution', 'solution.configured', {
    ...{ solutionId: 'acme', name: HOSTILE, entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
    baseUrl: 'https://portal.acme.example',
    sender: { name: 'Acme Portal', address: 'no-reply@acme.example' },
    escalationEmail: 'help@acme.example',
  }),
  anEvent('partner', 'partner.registered', {
    ...{ partnerId: 'nordlicht', solutionId: 'acme', name: HOSTILE, timeZone: 'Europe/Berlin' },
  }),
  anEvent('ada', 'partner-user.added', {
    ...{
      userId: 'ada',
      partnerId: 'nordlicht',
      name: HOSTILE,
      email: 'ada@nordlicht.example',
      role: 'admin',
    },
  }),
  anEvent('account', 'social-account.connected', {
    ...{ accountId: 'page', partnerId: 'nordlicht', network: 'facebook', kind: 'company' },
    ...{ displayName: HOSTILE, authorisationExpiresAt: '2026-03-12T09:00:00Z' },
  }),
  anEvent('post', 'post.awaiting-approval', {
    ...{ postId: 'post', partnerId: 'nordlicht', streamId: 'stream', streamName: HOSTILE, title: HOSTILE },
    ...{ network: 'facebook', publishAt: '2026-03-20T09:00:00Z' },
  }),
];

/** A Herald in which every name and title is an attack, with mails that were sent and one that was withheld. */
export const startHostileHerald = async () => {
  const herald = await startTestHerald();
  const published = await herald.publishAll(WORLD);
  if (published.status !== 202) throw new Error(published.text);
  await herald.moveTo('2026-03-12T10:00:00Z');
  await herald.settled();
  const { body } = await herald.get<{ items: { notificationId: string }[] }>(
    '/v1/notifications?decision=raised',
  );
  const [first] = body.items;
  if (!first) throw new Error('No mail was sent.');
  const { admin } = await herald.withKeys<string>({ [HOSTILE_NAME]: { role: 'auditor' } });
  if (!admin) throw new Error('There is no admin.');
  const { body: projections } = await admin.get<{ items: { name: string }[] }>('/v1/projections');
  const values: Readonly<Record<string, string>> = {
    '/console/notifications/:id': first.notificationId,
    ...{ '/console/people/:id': 'ada', '/console/people/:id/changes': 'ada' },
    ...{ '/console/accounts/:id': 'page', '/console/accounts/:id/changes': 'page' },
    ...{ '/console/queues/:partnerId': 'nordlicht', '/console/queues/:partnerId/changes': 'nordlicht' },
    ...{ '/console/partners/:id': 'nordlicht', '/console/partners/:id/changes': 'nordlicht' },
    ...{ '/console/solutions/:id': 'acme', '/console/solutions/:id/changes': 'acme' },
    '/console/templates/:rule': RULE_IDS[0] ?? '',
    '/console/notifications/:id/verify': first.notificationId,
  };
  const parameterOf = (path: string): string | undefined => {
    if (path.startsWith('/console/projections/')) return projections.items[0]?.name;
    return path.startsWith('/console/keys/') ? admin.id : values[path];
  };
  return {
    ...herald,
    /** The headers of an admin. */
    headers: { authorization: `Bearer ${admin.key}` },
    /** A page's path with values for its parameters; as it is if there is no value. */
    pathOf: (path: string): string => path.replace(/:\w+/g, (parameter) => parameterOf(path) ?? parameter),
  };
};

export type HostileHerald = Awaited<ReturnType<typeof startHostileHerald>>;
