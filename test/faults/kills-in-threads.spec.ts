import { describe, it } from 'vitest';
import { judged } from './judged.js';
import { burst, ended, useProcesses } from './processes.js';
import { idsIn } from './settled-mails.js';

// A kill at each step that is taken in a thread: what the thread has done is not known in the main thread yet.

const MAILS = 12;
const HOOK = new URL('./kill-in-thread.mjs', import.meta.url).href;

const world = useProcesses();

/** With the most mails that are in doubt afterwards: the one that was under way. The first 20 writes or so are of the start and of the people. */
const STEPS: readonly (readonly [step: string, mostUnknown: number])[] = [
  ['before commit NotificationRaised', 0],
  ['after commit NotificationRaised', 0],
  ['before commit SendStarted', 0],
  ['after commit SendStarted', 1],
  ['before commit Accepted', 1],
  ['after commit Accepted', 0],
  ['before commit SlotDecided', 1],
  ['after commit SlotDecided', 1],
  ['before write 30', 1],
  ['after write 30', 1],
  ['before write 50', 1],
  ['after write 50', 1],
  // The two before it have begun, if the thread is slow.
  ['before send 3', 2],
  ['between send 3', 1],
  ['after send 3', 1],
];

describe('SIGKILL within a thread:', () => {
  it.each(STEPS)('%s', async (step, mostUnknown) => {
    await world.serve(() => undefined);
    const first = await world.start({ NODE_OPTIONS: `--import=${HOOK}`, HERALD_TEST_KILL: step });
    await burst(first, MAILS);
    await ended(first);
    await judged(await world.start(), {
      ...{ fault: `SIGKILL ${step}`, mails: MAILS, mostUnknown },
      delivered: () => idsIn(world.smtp),
    });
  });
});
