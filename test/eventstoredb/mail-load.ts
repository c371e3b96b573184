import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';
import type { ServerLog } from './double/server-log.js';

export const MAILS = 200;
/** A partner has at most 1,000 accounts. */
const PARTNERS = ['ahorn', 'birke'];
/** How long 200 mails may take on a busy machine, in milliseconds: what matters is that there is no silence among them. */
const PATIENCE_MS = 100_000;

/** A Herald on a server of EventStoreDB that has 200 mails to send whenever it is asked to. */
export class MailLoad {
  private constructor(
    readonly herald: TestHerald,
    private readonly smtp: FaultySmtp,
    private readonly log: ServerLog,
  ) {}

  static async start(url: string, log: ServerLog): Promise<MailLoad> {
    const smtp = await startFaultySmtp(() => undefined);
    const herald = await startTestHerald({
      HERALD_EVENT_STORE: url,
      HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}`,
      HERALD_CLOCK: 'system',
      HERALD_CLOCK_START: undefined,
      HERALD_CLOCK_FILE: undefined,
    });
    await herald.publishAll(SMALL_WORLD);
    for (const partnerId of PARTNERS) await herald.publishAll(people(partnerId));
    return new MailLoad(herald, smtp, log);
  }

  /** Publishes what needs 200 mails. @returns once the first of them are on their way. */
  async begin(round: number): Promise<void> {
    const before = this.mails();
    const { status } = await this.herald.publishAll(ended(round));
    if (status !== 202) throw new Error(`publishing was answered with ${status}`);
    await until(
      async () => this.mails(),
      (sent) => sent >= before + 20,
    );
  }

  recorded(type: string): number {
    return this.log.all.filter((event) => event.type === type).length;
  }

  mails(): number {
    return this.smtp.commands().filter((command) => command === 'DATA').length;
  }

  /** The longest time without a mail on record until so many are, in milliseconds: an item that waits for a pause is one. */
  async longestSilence(wanted: number): Promise<number> {
    let [count, since, longest] = [this.recorded('Accepted'), performance.now(), 0];
    await until(
      async () => {
        const accepted = this.recorded('Accepted');
        const now = performance.now();
        longest = Math.max(longest, now - since);
        if (accepted > count) [count, since] = [accepted, now];
        return accepted;
      },
      (accepted) => accepted >= wanted,
      PATIENCE_MS,
    );
    return longest;
  }

  async stop(): Promise<void> {
    await this.herald.stop();
    await this.smtp.close();
  }
}

const people = (partnerId: string) => [
  anEvent(partnerId, 'partner.registered', {
    ...{ partnerId, solutionId: 'acme', name: partnerId, timeZone: 'Europe/Berlin' },
  }),
  ...Array.from({ length: MAILS }, (_, n) =>
    anEvent(`${partnerId}-${n}`, 'partner-user.added', {
      ...{ userId: `${partnerId}-${n}`, partnerId, name: `User ${n}`, role: 'member' },
      email: `u${n}@${partnerId}.example`,
    }),
  ),
];

/** An account of each person of a partner whose authorisation has ended: each gets a mail at once. */
const ended = (round: number) => {
  const partnerId = PARTNERS[round % PARTNERS.length];
  return Array.from({ length: MAILS }, (_, n) =>
    anEvent(`a${round}-${n}`, 'social-account.connected', {
      ...{
        accountId: `a${round}-${n}`,
        partnerId,
        network: 'x',
        kind: 'personal',
        ownerId: `${partnerId}-${n}`,
      },
      ...{ displayName: `Account ${n}`, authorisationExpiresAt: '2026-03-02T08:00:00.000Z' },
    }),
  );
};
