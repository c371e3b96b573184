import { describe, it } from 'vitest';
import { type Instance } from '../chaos/instance.js';
import { type Fault, type Moment, type Stage } from '../mail/faulty-smtp.js';
import { judged } from './judged.js';
import { burst, ended, useProcesses } from './processes.js';
import { idsIn } from './settled-mails.js';

// A scripted server and real processes. Mails are counted at the server: none is lost, none is sent twice, and every doubt is
// listed and can be resolved.

const MAILS = 12;
const HOOK = new URL('./kill-at-append.mjs', import.meta.url).href;

const world = useProcesses();

const judge = (
  fault: string,
  herald: Instance,
  mostUnknown: number,
  delivered = () => idsIn(world.smtp),
  alerts = 0,
): Promise<void> => judged(herald, { fault, mails: MAILS, mostUnknown, delivered, alerts });

describe('SIGKILL at a stage of the dialogue leaves no doubt before the 354:', () => {
  it.each<[Stage | 'replied', number]>([
    ['connect', 0],
    ['EHLO', 0],
    ['MAIL', 0],
    ['RCPT', 0],
    ['DATA', 0],
    ['body', 1],
    ['dot', 1],
    ['replied', 1],
  ])('%s: at most %i in doubt', async (stage, mostUnknown) => {
    let herald: Instance | undefined;
    const kill = () => {
      herald?.process.kill('SIGKILL');
      herald = undefined;
    };
    await world.serve((moment) => {
      if (stage === 'replied' && moment.stage === 'dot') setImmediate(kill);
      if (moment.stage === stage) kill();
      return undefined;
    });
    herald = await world.start();
    const first = herald;
    await burst(first, MAILS);
    await ended(first);
    await judge(`SIGKILL at ${stage}`, await world.start(), mostUnknown);
  });
});

describe('SIGKILL before and after an append:', () => {
  it.each([
    ['before', 'NotificationRaised', 0],
    ['after', 'NotificationRaised', 0],
    ['before', 'SendStarted', 0],
    ['after', 'SendStarted', 1],
    ['before', 'Accepted', 2],
    ['after', 'Accepted', 2],
  ])('%s %s: at most %i in doubt', async (when, type, mostUnknown) => {
    await world.serve(() => undefined);
    const first = await world.start({
      NODE_OPTIONS: `--import=${HOOK}`,
      HERALD_TEST_KILL: `${when} ${type}`,
    });
    await burst(first, MAILS);
    await ended(first);
    await judge(`SIGKILL ${when} the append of ${type}`, await world.start(), mostUnknown);
  });
});

describe('A server that misbehaves at a stage in three of four sessions:', () => {
  const BEFORE: readonly Stage[] = ['connect', 'EHLO', 'MAIL', 'RCPT', 'DATA'];
  const rows: readonly (readonly [Stage, string, Fault, number])[] = [
    ...BEFORE.flatMap((stage) => [
      [stage, 'drop', 'drop', 0] as const,
      [stage, 'garbage', { reply: '\u0001\u0002 garbage' }, 0] as const,
      [stage, '421', { reply: '421 4.3.2 not now' }, 0] as const,
    ]),
    ['MAIL', '530', { reply: '530 5.7.0 Authentication required' }, 0],
    ['MAIL', 'sender refused', { reply: '550 5.7.60 not as this sender' }, 0],
    ['RCPT', 'greylisting', { reply: '450 4.2.0 greylisted' }, 0],
    ['DATA', '451', { reply: '451 4.3.0 later' }, 0],
    ['dot', '451', { reply: '451 4.3.0 later' }, 0],
    ['dot', 'drop', 'drop', MAILS],
    ['body', 'drop', 'drop', MAILS],
    ['dot', 'garbage', { reply: 'garbage' }, MAILS],
  ];
  it.each(rows)('%s %s', async (stage, name, fault, mostUnknown) => {
    let count = 0;
    const delivered: string[] = [];
    const isFaulty = (moment: Moment) => {
      if (moment.stage !== stage) return false;
      count += 1;
      return count < 10 && count % 4 !== 0;
    };
    await world.serve((moment) => {
      const isWrong = isFaulty(moment);
      const isTaken = moment.stage === 'dot' && !(isWrong && typeof fault === 'object' && name === '451');
      if (isTaken) delivered.push(idsIn(world.smtp).at(-1) ?? '');
      return isWrong ? fault : undefined;
    });
    const herald = await world.start();
    await burst(herald, MAILS);
    const alerts = name === 'sender refused' ? 1 : 0;
    await judge(`${name} at ${stage}`, herald, mostUnknown, () => delivered, alerts);
  });
});

it('Two instances share a burst, and one is killed amid it', async () => {
  let count = 0;
  let first: Instance | undefined;
  await world.serve(({ stage }) => {
    if (stage === 'dot') count += 1;
    if (count === 4) first?.process.kill('SIGKILL');
    return undefined;
  });
  first = await world.start({}, 2);
  const second = await world.start({}, 2);
  await burst(first, MAILS);
  await ended(first);
  await judge('two instances, one is killed amid a burst', second, 4);
});
