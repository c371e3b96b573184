import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';

/** Monday, an hour after the slots of Berlin. */
export const MONDAY = '2026-03-02T09:00:00.000Z';
/** Tuesday, 09:00 in Berlin: digests are due. */
export const SLOT = '2026-03-03T08:00:00.000Z';
/** Half an hour later. */
export const LATER = '2026-03-03T08:30:00.000Z';

let count = 0;

/** An event of the platform at a moment. */
export const at = (time: string, name: string, data: Readonly<Record<string, unknown>>) => {
  count += 1;
  return { ...anEvent(`e${count}`, name, data), time };
};

export const solution = (solutionId: string, changes: object = {}, time = MONDAY) =>
  at(time, 'solution.configured', {
    ...{ solutionId, name: solutionId, entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
    ...{ baseUrl: 'https://portal.example', sender: { name: 'Portal', address: 'no-reply@acme.example' } },
    ...changes,
  });

export const admin = (partnerId: string, userId: string, time = MONDAY) =>
  at(time, 'partner-user.added', {
    ...{ userId, partnerId, name: userId, email: `${userId}@x.example`, role: 'admin' },
  });

export const connected = (partnerId: string, accountId: string, time = MONDAY) =>
  at(time, 'social-account.connected', {
    ...{ accountId, partnerId, network: 'facebook', kind: 'company', displayName: accountId },
  });

export const refused = (accountId: string, time = SLOT) =>
  at(time, 'social-account.token-invalidated', { accountId, reason: 'Password changed' });

export const post = (partnerId: string, postId: string, time = MONDAY) =>
  at(time, 'post.awaiting-approval', {
    ...{ postId, partnerId, streamId: 's', streamName: 'Spring', title: postId, network: 'instagram' },
    publishAt: '2026-04-01T09:00:00Z',
  });

/** A partner with one admin, who gets digests daily, and one account of the company. */
export const partner = (partnerId: string, solutionId: string) => [
  at(MONDAY, 'partner.registered', { partnerId, solutionId, name: partnerId, timeZone: 'Europe/Berlin' }),
  admin(partnerId, `${partnerId}-ada`),
  at(MONDAY, 'partner-user.preferences-changed', {
    ...{ userId: `${partnerId}-ada`, partnerId, contentApproval: 'daily' },
  }),
  connected(partnerId, `${partnerId}-fb`),
];

export interface Entry {
  readonly notificationId: string;
  readonly rule: string;
  readonly outcome: string;
  readonly detail?: string;
  readonly recipientId: string;
  readonly recipientAddress: string;
  readonly partnerId: string;
  readonly attempts: number;
  readonly slotAt: string;
  readonly lateByMs: number;
  readonly escalation: boolean;
}

export interface Step {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A Herald whose mail server can be away: it closes each connection at once. */
export class World {
  isAway = false;
  /** It closes the connection when it has the body, without an answer. */
  dropsAtDot = false;
  /** What the server answers to the recipients of mails, where it is not 250. */
  readonly replies = new Map<string, string>();

  private constructor(
    readonly herald: TestHerald,
    readonly smtp: FaultySmtp,
  ) {}

  static async start(): Promise<World> {
    let world: World | undefined;
    const smtp = await startFaultySmtp(({ stage, to }) => {
      if (stage === 'connect' && world?.isAway) return 'drop';
      if (stage === 'dot' && world?.dropsAtDot) return 'drop';
      const reply = stage === 'RCPT' ? world?.replies.get(to) : undefined;
      return reply === undefined ? undefined : { reply };
    });
    const HERALD_MAIL = `smtp://127.0.0.1:${smtp.port}`;
    world = new World(await startTestHerald({ HERALD_MAIL, HERALD_CLOCK_START: MONDAY }), smtp);
    return world;
  }

  async publish(...events: readonly object[]): Promise<void> {
    const { status, text } = await this.herald.publishAll(events);
    if (status !== 202) throw new Error(text);
  }

  moveTo(now: string) {
    return this.herald.moveTo(now);
  }

  async history(query = ''): Promise<readonly Entry[]> {
    await this.herald.settled();
    const path = `/v1/notifications?limit=200&order=oldest&decision=raised&${query}`;
    return (await this.herald.get<{ items: readonly Entry[] }>(path)).body.items;
  }

  async trail({ notificationId }: Entry): Promise<readonly Step[]> {
    const path = `/v1/notifications/${notificationId}`;
    return (await this.herald.get<{ trail: readonly Step[] }>(path)).body.trail;
  }

  /** The names of the conditions for which a notification was superseded. */
  async against(entry: Entry): Promise<readonly string[]> {
    const step = (await this.trail(entry)).find(({ type }) => type === 'Superseded');
    return (step?.data.conditions as { name: string }[] | undefined)?.map(({ name }) => name) ?? [];
  }

  async stop(): Promise<void> {
    await this.herald.stop();
    await this.smtp.close();
  }
}
