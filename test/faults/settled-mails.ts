import { plus } from '../../src/domain/kernel/instant.js';
import type { Instance, Listed } from '../chaos/instance.js';
import type { FaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';

const HOUR = 3_600_000;

/** Outcomes after which nothing happens by itself. */
const isFinal = ({ outcome }: Listed): boolean => !['pending', 'sending', 'deferred'].includes(outcome);

/**
 * Moves the test clock from `from` on until no mail waits any more.
 * @returns all notifications, and the moment at which the clock stands.
 */
export const settledMails = async (
  herald: Instance,
  count: number,
  from: string,
): Promise<{ readonly entries: readonly Listed[]; readonly now: string }> => {
  let now = from;
  await until(
    async () => (await herald.history()).length,
    (decided) => decided >= count,
    60_000,
  );
  const entries = await until(
    async () => {
      const all = await herald.history();
      if (all.every(isFinal)) return all;
      now = plus(now, HOUR / 4);
      await herald.moveTo(now);
      return herald.history();
    },
    (all) => all.length >= count && all.every(isFinal),
    120_000,
  );
  return { entries, now };
};

/** The notifications whose mails a scripted server has, each as often as it has it. */
export const idsIn = ({ bodies }: FaultySmtp): readonly string[] =>
  bodies.map((body) => /X-Herald-Notification: (\S+)/.exec(body)?.[1] ?? '');

/** What became of mails, counted at the mail server. */
export interface Tally {
  /** Accepted by the server's word, and never delivered. */
  readonly lost: number;
  /** Delivered more than once. */
  readonly twice: number;
  /** In doubt, and how many of these were delivered. */
  readonly unknown: number;
  readonly unknownDelivered: number;
}

/** @param received the notifications whose mails were delivered, each as often as it was. */
export const tally = (entries: readonly Listed[], received: readonly string[]): Tally => {
  const arrived = new Set(received);
  const accepted = entries.filter(({ outcome }) => outcome === 'accepted');
  const unknown = entries.filter(({ outcome }) => outcome === 'outcome-unknown');
  return {
    lost: accepted.filter(({ notificationId }) => !arrived.has(notificationId)).length,
    twice: received.length - arrived.size,
    unknown: unknown.length,
    unknownDelivered: unknown.filter(({ notificationId }) => arrived.has(notificationId)).length,
  };
};

/** Resolves all doubts as an operator does who looks at what the mail server has: delivered, or sent again. Returns once the history shows it. */
export const resolveDoubts = async (
  herald: Instance,
  entries: readonly Listed[],
  received: readonly string[],
): Promise<void> => {
  for (const { notificationId, outcome } of entries) {
    if (outcome !== 'outcome-unknown') continue;
    const as = received.includes(notificationId) ? 'delivered' : 'resend';
    const answer = await herald.post(`/v1/notifications/${notificationId}/resolve`, {
      as,
      reason: 'compared with the mail server',
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
  const isAsBefore = (now: Listed) =>
    now.outcome === 'outcome-unknown' &&
    entries.some((one) => one.notificationId === now.notificationId && one.attempts === now.attempts);
  await until(herald.history, (all) => !all.some(isAsBefore));
};
