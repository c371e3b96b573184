import { describe, it } from 'vitest';
import { type Fault, type Stage } from '../mail/faulty-smtp.js';
import { judged } from './judged.js';
import { burst, ended, useProcesses } from './processes.js';
import { idsIn } from './settled-mails.js';

// A kill just before and just after the append of each result that is not that a mail was accepted: see scripted-server.spec.ts.

const MAILS = 12;
const HOOK = new URL('./kill-at-append.mjs', import.meta.url).href;

const world = useProcesses();

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
    /** To whom the mail with the fault goes: the first one, so that no result of an earlier one is still to be recorded. */
    let affected: string | undefined;
    let isKilled = false;
    const delivered: string[] = [];
    await world.serve((moment) => {
      // No other mail is under way when the process is killed: there is one connection.
      if (affected !== undefined && !isKilled) return 'stall';
      // Whom the server rejects it rejects whenever it is asked; everything else happens once.
      const isAffected = affected === undefined || (rejected > 0 && moment.to === affected);
      const isWrong = moment.stage === stage && isAffected;
      if (isWrong) affected = moment.to;
      const isTaken = moment.stage === 'dot' && !(isWrong && typeof fault === 'object');
      if (isTaken) delivered.push(idsIn(world.smtp).at(-1) ?? '');
      return isWrong ? fault : undefined;
    });
    const first = await world.start({
      NODE_OPTIONS: `--import=${HOOK}`,
      HERALD_TEST_KILL: `${when} ${type}`,
    });
    await burst(first, MAILS);
    await ended(first);
    isKilled = true;
    await judged(await world.start(), {
      ...{
        fault: `SIGKILL ${when} the append of ${type} (at ${stage})`,
        mails: MAILS,
        mostUnknown,
      },
      delivered: () => delivered,
      undelivered: { count: rejected, outcome: 'rejected' },
      ...(rejected > 0 ? { others: 'one is rejected, and escalated; all others have their mail' } : {}),
    });
  });
});
