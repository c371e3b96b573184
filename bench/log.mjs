// A log as a platform of 5,000 partners makes it, written straight into the file: the benchmarks read it.
import Database from 'libsql';
import { v5 } from 'uuid';
import { SqliteEventStore } from '../dist/infrastructure/sqlite/sqlite-event-store.js';

const START = Date.parse('2026-01-05T06:00:00Z');
const NAMESPACE = '1b671a64-40d5-491e-99b0-da01ff1f3341';

/** When the n-th event was recorded. */
export const at = (n) => new Date(START + n * 2_000).toISOString();

const cause = (n) => ({
  eventId: v5(`cause ${n}`, NAMESPACE),
  position: String(n).padStart(20, '0'),
  type: 'TokenExpiring',
});

const settings = {
  solutionId: 'aurora',
  name: 'Aurora Skincare',
  entitled: true,
  timeZone: 'Europe/Berlin',
  locale: 'en',
  baseUrl: 'https://portal.aurora.example',
  sender: { name: 'Aurora', address: 'notifications@aurora.example' },
  policies: {
    contentApprovalDefault: { admin: 'weekly', member: 'off' },
    accountExpiredCadence: 'same-weekday',
    sendAt: '09:00',
  },
};

const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney', 'America/Sao_Paulo'];
const DAY = 43_200; // events, at one every two seconds
const HTML = '<p>A mail of the usual size.</p>'.repeat(500);

const later = (n, events) => at(n + events);

const steps = {
  /** Connected, then authorised again or refused, over and over. */
  account: (s, turn, n, partnerId) => {
    const accountId = `account-${s}`;
    const stream = `socialAccount-${accountId}`;
    const authorisationExpiresAt = later(n, 60 * DAY);
    if (turn === 0) {
      const data = {
        accountId,
        partnerId,
        network: 'linkedin',
        kind: 'company',
        displayName: `Account ${s}`,
      };
      return [stream, 'SocialAccountConnected', { ...data, authorisationExpiresAt }];
    }
    return turn % 2 === 0
      ? [stream, 'AuthorisationRenewed', { accountId, authorisationExpiresAt }]
      : [stream, 'TokenInvalidated', { accountId, reason: 'The network refused the token.' }];
  },
  /** Posts are submitted and approved. */
  queue: (_, turn, n, partnerId) => {
    const stream = `approvalQueue-${partnerId}`;
    const postId = `${partnerId}-${Math.floor(turn / 2)}`;
    const post = { streamId: 's', streamName: 'Spring Launch', title: `Post ${turn}`, network: 'linkedin' };
    return turn % 2 === 0
      ? [stream, 'PostAwaitingApproval', { postId, partnerId, ...post, publishAt: later(n, 7 * DAY) }]
      : [stream, 'PostApproved', { postId, partnerId }];
  },
  /** Registered, four users, who then change their minds. */
  partner: (s, turn, _, partnerId) => {
    const stream = `partner-${partnerId}`;
    if (turn === 0)
      return [
        stream,
        'PartnerRegistered',
        { partnerId, solutionId: 'aurora', name: `Partner ${partnerId}`, timeZone: ZONES[s % 5] },
      ];
    const userId = `user-${partnerId}-${turn % 4}`;
    const role = turn === 1 ? 'admin' : 'member';
    return turn < 5
      ? [
          stream,
          'PartnerUserAdded',
          { userId, partnerId, name: `User ${turn}`, email: `${userId}@example.com`, role },
        ]
      : [
          stream,
          'PreferencesChanged',
          { userId, partnerId, contentApproval: turn % 2 === 0 ? 'daily' : 'weekly' },
        ];
  },
  /** Raised with its mail, sent, accepted. */
  notification: (s, turn, n, partnerId) => {
    const notificationId = v5(`notification ${s}`, NAMESPACE);
    const stream = `notification-${notificationId}`;
    const leaseUntil = later(n, 450);
    if (turn === 0) return [stream, 'NotificationRaised', raised(notificationId, partnerId, s, n)];
    if (turn === 1)
      return [
        stream,
        'ContentFrozen',
        { notificationId, channel: 'email', contentHash: 'x', parts: { html: HTML, text: 'A mail.' } },
      ];
    if (turn === 2) return [stream, 'SendStarted', { notificationId, attempt: 1, leaseUntil }];
    return [
      stream,
      'Accepted',
      { notificationId, attempt: 1, reply: '250 OK', messageId: `<${notificationId}@x>` },
    ];
  },
};

const raised = (notificationId, partnerId, s, n) => ({
  notificationId,
  rule: 'settings-update-required',
  ruleVersion: 1,
  subject: { kind: 'socialAccount', id: `account-${s}` },
  partnerId,
  solutionId: 'aurora',
  recipient: {
    userId: `user-${partnerId}-1`,
    name: 'User 1',
    address: { channel: 'email', value: `user-${partnerId}-1@example.com` },
    locale: 'en',
  },
  escalation: false,
  slot: { key: '2026-01-12', date: '2026-01-12', at: at(n), zone: 'Europe/Berlin' },
  lateBy: 0,
  conditions: Array.from({ length: 8 }, (_, i) => ({
    name: `condition-${i}`,
    holds: true,
    says: 'It holds, and this says so.',
  })),
  causes: [cause(n)],
  test: false,
  template: 'settings-update-required@1',
  subjectLine: 'Please authorise again',
});

/** For each kind: how many of 50 streams are of it, how many events it has, how many of them come in one go. */
const KINDS = [
  ['partner', 4, 25, 5],
  ['account', 17, 18, 1],
  ['queue', 4, 125, 10],
  ['notification', 25, 4, 4],
];

/**
 * The bursts in which a year's events come: a week's posts for a partner together, the steps of a notification together,
 * what happens to an account now and then. In a fixed order that looks like chance.
 */
function burstsOf(streams) {
  const bursts = [];
  for (const [kind, share, length, burst] of KINDS)
    for (let s = 0; s < (streams * share) / 50; s += 1)
      for (let turn = 0; turn < length; turn += burst) {
        const chance = Number.parseInt(v5(`${kind} ${s} ${turn}`, NAMESPACE).slice(0, 8), 16) / 0xffffffff;
        // Partners come first; each of the others has its bursts in order, spread over the year.
        const when =
          kind === 'partner' && turn === 0
            ? -1
            : kind === 'notification'
              ? chance
              : (turn / burst + chance) / (length / burst);
        bursts.push({ when, kind, s, turn, end: Math.min(length, turn + burst) });
      }
  return bursts.sort((a, b) => a.when - b.when);
}

/** 20 events for each stream; stream, type, data and revision of each. */
function* eventsOf(streams) {
  yield ['solution-aurora', 'SolutionConfigured', settings, 0];
  let n = 1;
  const partners = (streams * 4) / 50;
  for (const { kind, s, turn, end } of burstsOf(streams))
    for (let one = turn; one < end; one += 1) {
      yield [...steps[kind](s, one, n, `p${s % partners}`), one];
      n += 1;
    }
}

/** Makes the log, and its file; of a year of so many streams the first events. */
export async function makeLog(file, events, streams) {
  await new SqliteEventStore({ file }).close();
  const database = new Database(file);
  database.exec('PRAGMA synchronous = OFF');
  const insert = database.prepare(
    'INSERT INTO events (position, stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  database.exec('BEGIN');
  let n = 0;
  for (const [stream, type, data, revision] of eventsOf(streams)) {
    if (n === events) break;
    const commandId = v5(`command ${n}`, NAMESPACE);
    const metadata = {
      $correlationId: commandId,
      $causationId: commandId,
      actor: 'platform',
      commandId,
      occurredAt: at(n),
      recordedAt: at(n),
      schemaVersion: stream.startsWith('notification-') ? 2 : 1,
      source: 'https://platform.example/accounts',
      sourceId: `event-${n}`,
    };
    const id = v5(`event ${n}`, NAMESPACE);
    insert.run([n + 1, stream, revision, id, type, JSON.stringify(data), JSON.stringify(metadata)]);
    n += 1;
    if (n % 20_000 === 0) database.exec('COMMIT; BEGIN');
  }
  database.exec('COMMIT');
  database.close();
  if (n < events) throw new Error(`Only ${n} events: take more streams.`);
}
