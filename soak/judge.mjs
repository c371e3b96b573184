// What a soak has to show in the end.

/** Outcomes of mails that are still on their way. */
export const ON_THE_WAY = ['pending', 'sending', 'deferred'];

/** Outcomes that the mail server has confirmed. */
const ARRIVED = ['accepted', 'delivered'];

/**
 * What became of every decision and of every mail.
 * @param entries all of the history.
 * @param received how often the mail server has the mail of each notification.
 * @param ended the accounts that have ended, each with when.
 */
export async function judgeMails(entries, received, ended) {
  const outcomes = new Map();
  const problems = [];
  const known = new Set();
  const latest = new Map();
  let decisions = 0;
  for await (const { notificationId, decision, outcome, reason, rule, accountId, decidedAt } of entries) {
    const arrived = received.get(notificationId) ?? 0;
    decisions += 1;
    known.add(notificationId);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const say = (what) => problems.push(`${notificationId} (${rule}, ${outcome}) ${what}`);
    if (ON_THE_WAY.includes(outcome)) say('is still on its way');
    if (decision === 'withheld' && reason === undefined) say('has no reason');
    if (ARRIVED.includes(outcome) && arrived === 0) say('is lost: the mail server does not have it');
    if (arrived > 1) say(`has arrived ${arrived} times`);
    if (arrived > 0 && !ARRIVED.includes(outcome) && outcome !== 'outcome-unknown')
      say('has arrived all the same');
    if (rule === 'account-expired' && (latest.get(accountId) ?? '') < decidedAt)
      latest.set(accountId, decidedAt);
  }
  for (const id of received.keys())
    if (!known.has(id)) problems.push(`${id} has arrived and is not in the history`);
  for (const [accountId, end] of ended)
    if ((latest.get(accountId) ?? '') < end)
      problems.push(`${accountId} ended at ${end}, and nobody was notified`);
  return { decisions, outcomes: Object.fromEntries([...outcomes].sort()), problems };
}

/** How much the memory of one process may grow after its warm-up: by a fourth, and by 48 MB. */
const GROWTH = 1.25;
const GROWTH_MB = 48;

/** A process that has made fewer steps has not warmed up. */
const MIN_STEPS = 180;

/** Which parts of a process's life are compared: after the warm-up, and at the end. */
const WARM = [0.4, 0.55];
const LATE = [0.85, 1];

/**
 * Whether the memory of a process stays flat, after the warm-up and at the end. Resident memory holds garbage until V8 collects it, so
 * the least heap of a while counts as well: it is what is left after a collection.
 * @param samples of resident memory and of the heap, in MB.
 */
export function judgeMemory(samples) {
  const [warm, late] = [WARM, LATE].map(([from, to]) => {
    const some = samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length));
    return { rss: median(some.map(({ rss }) => rss)), heap: Math.min(...some.map(({ heap }) => heap)) };
  });
  const grows = ['rss', 'heap'].filter((kind) => late[kind] > warm[kind] * GROWTH + GROWTH_MB);
  const isJudged = samples.length >= MIN_STEPS;
  return {
    warm,
    late,
    most: Math.max(...samples.map(({ rss }) => rss)),
    isJudged,
    isFlat: !isJudged || grows.length === 0,
  };
}

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export const percentile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
