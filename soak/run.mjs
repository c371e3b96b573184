// npm run soak -- [--minutes N] [--seed N]: Herald at work for half an hour, with faults. It ends by itself, with 0 if all is well.
// What happens follows from the seed; only how much of it happens depends on the machine. Herald's clock is a test clock.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { START, startInstance } from './instance.mjs';
import { judgeMails, judgeMemory, ON_THE_WAY, percentile } from './judge.mjs';
import { startMailServer } from './mail-server.mjs';
import { randomOf } from './random.mjs';
import { World } from './world.mjs';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  process.stdout.write('npm run soak -- [--minutes N] [--seed N]\n');
  process.exit(2);
}

const MINUTE = 60_000;
const DURATION = minutes * MINUTE;
/** A step of the world: so much of Herald's time, and at least so much of this machine's. */
const STEP_MS = 5 * MINUTE;
const PACE_MS = 1_000;

/** The mail server at each step of a cycle, and when a rebuild begins. */
const CYCLE = 120;
const REBUILD_AT = 100;
const modeAt = (step) => {
  if (step >= 30 && step < 45) return 'refuse';
  if (step >= 60 && step < 64) return 'drop';
  return step >= 80 && step < 90 ? 'defer' : 'fine';
};

/** After which parts of the time Herald is killed. The last process then lives long enough to show whether its memory is flat. */
const KILLS = [0.13, 0.27, 0.4];

/** How far the read models may be behind, in events, and how long a step may take, in milliseconds, with a surge and faults in it. */
const MAX_BEHIND = 20_000;
const MAX_STEP_MS = 60_000;

const READ_MODELS = [
  'history',
  'agenda',
  'people',
  'social-accounts',
  'approval-queues',
  'partners',
  'dangling',
];

const say = (line) => process.stdout.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), 'herald-soak-'));
const mailServer = await startMailServer();
const world = new World(seed);
const random = randomOf(seed + 1);
const begin = performance.now();
const elapsed = () => performance.now() - begin;

let herald = await startInstance(folder, mailServer.port);
let now = START;
let published = 0;
let killed = 0;
let rebuilt = 0;
/** Milliseconds of each query. */
const queries = [];
const steps = [];
let behindMost = 0;
/** The resident memory and the heap of the process that runs now, in MB, step by step. */
let memory = [];
const problems = [];

/** Publishes and moves the clock. Both may be repeated after a kill: events that are there already are duplicates. */
const live = async (events) => {
  const { refused } = await herald.publish(events);
  if (refused > 0) problems.push(`${refused} events were refused`);
  await herald.moveTo(now);
};

/** Kills Herald amid its work, and starts it again. */
const killAmid = async (events) => {
  const living = live(events).catch(() => undefined);
  await wait(20 + Math.floor(random() * 300));
  await herald.kill();
  await living;
  killed += 1;
  memory = [];
  herald = await startInstance(folder, mailServer.port);
};

/** Rebuilds a read model beside the documents that answer, swaps it in, and drops the former ones. */
const rebuild = async (name) => {
  const at = `/v1/projections/${name}`;
  try {
    await herald.post(`${at}/replay`);
    const end = performance.now() + MAX_STEP_MS;
    while ((await herald.get(at)).build.status !== 'following') {
      if (performance.now() > end) throw new Error('it has not caught up');
      await wait(100);
    }
    await herald.post(`${at}/swap`);
    await herald.remove(`${at}/previous`);
    rebuilt += 1;
  } catch (error) {
    // A process that is killed takes its requests along, and the next one goes on with its rebuild.
    if (!herald.hasEnded()) problems.push(`The rebuild of ${name} failed: ${error.message}`);
  }
};

const ask = async () => {
  const { userId, partnerId } = world.someone();
  const paths = [
    '/v1/notifications?limit=50',
    `/v1/notifications?partner=${partnerId}&limit=20`,
    '/v1/notifications?outcome=accepted&order=oldest&limit=20',
    `/v1/why-not?rule=content-needs-approval&person=${userId}&partner=${partnerId}`,
    '/v1/agenda?limit=20',
    `/v1/people?person=${userId}`,
    '/v1/notifications/summary',
  ];
  for (const path of paths) {
    const start = performance.now();
    await herald.get(path);
    queries.push(performance.now() - start);
  }
};

const sample = async () => {
  const metrics = await herald.metrics();
  behindMost = Math.max(behindMost, metrics.get('herald_projection_behind_events') ?? 0);
  memory.push({
    rss: await herald.memory(),
    heap: (metrics.get('nodejs_heap_size_used_bytes') ?? 0) / 2 ** 20,
  });
  return metrics;
};

const report = async (metrics) => {
  const line = [
    `${Math.round(elapsed() / MINUTE)} min`,
    `clock ${now.slice(0, 16)}`,
    `${published} events`,
    `${await mailServer.count()} mails`,
    `RSS ${Math.round(memory.at(-1)?.rss ?? 0)} MB`,
    `heap ${Math.round(memory.at(-1)?.heap ?? 0)} MB`,
    `${metrics.get('herald_projection_behind_events') ?? 0} events behind`,
    `${metrics.get('herald_due_entries') ?? 0} due`,
    `${metrics.get('herald_outcome_unknown') ?? 0} in doubt`,
    `${rebuilt} rebuilds`,
    `${killed} kills`,
  ];
  say(line.join(', '));
};

const soak = async () => {
  let step = 0;
  let minute = 1;
  let rebuilding = Promise.resolve();
  while (elapsed() < DURATION) {
    const start = performance.now();
    now = new Date(Date.parse(now) + STEP_MS).toISOString();
    const events = world.next(now);
    published += events.length;
    await mailServer.behave(modeAt(step % CYCLE));
    if (killed < KILLS.length && elapsed() > KILLS[killed] * DURATION) await killAmid(events);
    if (step % CYCLE === REBUILD_AT) {
      await rebuilding;
      rebuilding = rebuild(READ_MODELS[Math.floor(step / CYCLE) % READ_MODELS.length]);
    }
    await live(events);
    await ask();
    const metrics = await sample();
    steps.push(performance.now() - start);
    if (elapsed() >= minute * MINUTE) {
      await report(metrics);
      minute = Math.floor(elapsed() / MINUTE) + 1;
    }
    step += 1;
    await wait(Math.max(0, PACE_MS - (performance.now() - start)));
  }
  await rebuilding;
};

/** Lets the mail server be well, and moves the clock until no mail is on its way. */
const drain = async () => {
  await mailServer.behave('fine');
  const isOnTheWay = async () => {
    for (const outcome of ON_THE_WAY)
      if ((await herald.get(`/v1/notifications?outcome=${outcome}&limit=1`)).items.length > 0) return true;
    return false;
  };
  // A mail that was deferred again and again waits for six hours.
  for (let n = 0; n < 60 && (await isOnTheWay()); n += 1) {
    now = new Date(Date.parse(now) + 6 * STEP_MS).toISOString();
    await herald.moveTo(now);
  }
  const end = performance.now() + MAX_STEP_MS;
  while ((await herald.metrics()).get('herald_projection_behind_events') > 0) {
    if (performance.now() > end) throw new Error('The read models do not catch up.');
    await wait(100);
  }
};

const saidOf = ({ rss, heap }) => `RSS ${Math.round(rss)} MB and heap ${Math.round(heap)} MB`;

const judge = async () => {
  const ended = world.ended(now);
  const mails = await judgeMails(herald.lines('/v1/notifications'), await mailServer.received(), ended);
  problems.push(...mails.problems);
  const flat = judgeMemory(memory);
  if (!flat.isFlat)
    problems.push(`Memory grows: ${saidOf(flat.warm)} after the warm-up, ${saidOf(flat.late)} at the end`);
  if (behindMost > MAX_BEHIND) problems.push(`The read models were ${behindMost} events behind`);
  const slowest = Math.max(...steps);
  if (slowest > MAX_STEP_MS) problems.push(`A step took ${Math.round(slowest / 1_000)} s`);
  const { missing, more } = await herald.get('/v1/coverage/shortfall');
  if (missing.length > 0) problems.push(`Herald itself finds ${missing.length + more} decisions missing`);
  const parked = await herald.get('/v1/parked');
  if (parked.items.length > 0) problems.push(`${parked.items.length} documents are parked`);
  await herald.stop();
  const verified = await herald.herald('verify').then(
    () => true,
    ({ stdout }) => stdout,
  );
  if (verified !== true) problems.push(`The read models differ from the log:\n${verified}`);

  const outcomes = Object.entries(mails.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  say(
    `Decisions: ${mails.decisions} (${outcomes.join(', ')}); ${ended.length} accounts ended, ${published} events in ${steps.length} steps.`,
  );
  say(
    `Memory of the last process: ${saidOf(flat.warm)} after the warm-up, ${saidOf(flat.late)} at the end, RSS ${Math.round(flat.most)} MB at most${flat.isJudged ? '' : ' (too short a life to judge)'}.`,
  );
  say(
    `Lag: ${behindMost} events behind at most; a step took ${Math.round(percentile(steps, 0.5))} ms, at most ${Math.round(slowest)} ms.`,
  );
  say(
    `Queries: ${queries.length}, p50 ${percentile(queries, 0.5).toFixed(1)} ms, p99 ${percentile(queries, 0.99).toFixed(1)} ms.`,
  );
  say(
    `Faults: ${killed} kills, ${rebuilt} rebuilds; seed ${seed}. The read models are those of the log: ${verified === true ? 'yes' : 'no'}.`,
  );
};

try {
  await soak();
  await drain();
  await judge();
} catch (error) {
  problems.push(`${error.stack}\n${herald.log()}`);
} finally {
  await herald.kill();
  mailServer.stop();
}
for (const problem of problems.slice(0, 20)) say(`PROBLEM ${problem}`);
if (problems.length > 20) say(`… and ${problems.length - 20} others.`);
if (problems.length > 0) say(`FAILED. The files are kept in ${folder}.`);
else {
  await rm(folder, { recursive: true, force: true });
  say('All is well: nothing lost, none twice, memory flat, lag bounded.');
}
process.exitCode = problems.length > 0 ? 1 : 0;
