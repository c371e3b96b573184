import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, it } from 'vitest';
import { type Instance, startInstance } from '../chaos/instance.js';
import { table } from '../chaos/table.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { type Fault, type FaultySmtp, type Stage, startFaultySmtp } from '../mail/faulty-smtp.js';
import { judged } from './judged.js';
import { idsIn } from './settled-mails.js';

// A kill just before and just after the append of each result that is not that a mail was accepted: see scripted-server.spec.ts.

const MAILS = 12;
const HOOK = new URL('./kill-at-append.mjs', import.meta.url).href;

let folder: string;
let smtp: FaultySmtp;
let running: Instance[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-faults-'));
});
afterEach(async () => {
  for (const instance of running) await instance.kill();
  running = [];
  await smtp.close();
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => {
  process.stdout.write(`\n${table()}\n`);
});

const start = async (changes: Readonly<Record<string, string>> = {}): Promise<Instance> => {
  const HERALD_MAIL = `smtp://127.0.0.1:${smtp.port}?lanes=1`;
  const instance = await startInstance(folder, { HERALD_MAIL, ...changes });
  running.push(instance);
  return instance;
};

const LATER: Fault = { reply: '451 4.3.0 later' };
const NEVER: Fault = { reply: '550 5.7.1 this content is refused' };

const rows: readonly {
  readonly type: string;
  readonly stage: Stage;
  readonly fault: Fault;
  /** The most that are in doubt after a kill before the append, and after it. */
  readonly before: number;
  readonly after: number;
  readonly rejected: number;
}[] = [
  { type: 'Deferred', stage: 'RCPT', fault: LATER, before: 0, after: 0, rejected: 0 },
  { type: 'Deferred', stage: 'dot', fault: LATER, before: 1, after: 0, rejected: 0 },
  { type: 'Rejected', stage: 'RCPT', fault: NEVER, before: 0, after: 0, rejected: 1 },
  { type: 'Rejected', stage: 'dot', fault: NEVER, before: 1, after: 0, rejected: 1 },
  { type: 'OutcomeUnknown', stage: 'dot', fault: 'drop', before: 1, after: 1, rejected: 0 },
];

const ALL = rows.flatMap((row) => [
  { ...row, when: 'before', mostUnknown: row.before },
  { ...row, when: 'after', mostUnknown: row.after },
]);

describe('SIGKILL before and after the append of a result:', () => {
  it.each(ALL)('$when $type at $stage', async ({ when, type, stage, fault, mostUnknown, rejected }) => {
    let count = 0;
    const delivered: string[] = [];
    smtp = await startFaultySmtp((moment) => {
      // Whom the server rejects it rejects whenever it is asked; everything else happens once, with the third mail.
      if (moment.stage === stage) count += 1;
      const isWrong = moment.stage === stage && (rejected > 0 ? moment.to.startsWith('u2@') : count === 3);
      const isTaken = moment.stage === 'dot' && !(isWrong && typeof fault === 'object');
      if (isTaken) delivered.push(idsIn(smtp).at(-1) ?? '');
      return isWrong ? fault : undefined;
    });
    const first = await start({ NODE_OPTIONS: `--import=${HOOK}`, HERALD_TEST_KILL: `${when} ${type}` });
    await first.publish(...partners(MAILS));
    await first.publish(...refused(upTo(MAILS))).catch(() => undefined);
    if (first.process.exitCode === null && first.process.signalCode === null)
      await once(first.process, 'exit');
    await judged(await start(), {
      ...{
        fault: `SIGKILL ${when} the append of ${type} (at ${stage})`,
        mails: MAILS,
        mostUnknown,
        rejected,
      },
      delivered: () => delivered,
      ...(rejected > 0 ? { others: 'one is rejected, and escalated; all others have their mail' } : {}),
    });
  });
});
