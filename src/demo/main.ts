import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HeraldError } from '../domain/herald-error.js';
import { startHerald } from '../herald.js';
import { Client } from './client.js';
import { table, timeline } from './print.js';
import { END, play, START, story } from './story.js';
import { everythingTold } from './told.js';

const HELP = `npm run demo [-- --once]

Starts Herald on a test clock in data/demo, publishes samples/eight-weeks.json over HTTP, and shows what was sent to
whom, when and why. Then goes on answering until Ctrl-C; with --once it ends by itself.
`;

const FOLDER = join('data', 'demo');
const DAYS = 57;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function demo(once: boolean): Promise<void> {
  // A story begins at its beginning.
  await rm(FOLDER, { recursive: true, force: true });
  const herald = await startHerald({
    HERALD_PORT: process.env.HERALD_PORT ?? (once ? '0' : '3000'),
    HERALD_EVENT_STORE: `sqlite:${FOLDER}/events.db`,
    HERALD_READ_MODELS: `sqlite:${FOLDER}/read-models`,
    HERALD_MAIL: `outbox:${FOLDER}/outbox`,
    HERALD_CLOCK: 'test',
    HERALD_CLOCK_START: START,
    HERALD_CLOCK_FILE: `${FOLDER}/test-clock.txt`,
    HERALD_SECRET_FILE: `${FOLDER}/secret.txt`,
    HERALD_LOG_LEVEL: 'warn',
    // Nobody can follow a link to a Herald that has ended.
    ...(once ? { HERALD_PUBLIC_URL: 'https://herald.example' } : {}),
  });
  const client = new Client(herald.url);
  say(
    `Herald runs at ${herald.url} on a test clock. ${story.length} events of eight weeks are published to it …\n`,
  );
  await play(client);
  const told = await everythingTold(client);
  const raised = told.filter(({ entry }) => entry.decision === 'raised').length;
  say(table(told));
  say(`\n${timeline(told, START, DAYS)}\n`);
  say(
    `${raised} mails were sent and ${told.length - raised} withheld, each with its reason. It is ${END} now.\n`,
  );
  if (once) return herald.stop();
  say(`The mails       ${FOLDER}/outbox/*.eml
The history     ${herald.url}/v1/notifications
Why one of them ${herald.url}/v1/notifications/${told.at(-1)?.entry.notificationId}/why
A mail          ${herald.url}/v1/notifications/${told.find(({ entry }) => entry.decision === 'raised')?.entry.notificationId}/mail
What comes next ${herald.url}/v1/agenda?days=14
The whole API   ${herald.url}/docs

Ctrl-C ends it.`);
}

if (process.argv.includes('--help')) say(HELP);
else
  try {
    await demo(process.argv.includes('--once'));
  } catch (error) {
    const isUsed = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!(error instanceof HeraldError) && !isUsed) throw error;
    const hint = isUsed ? ' Set HERALD_PORT to a free port.' : '';
    process.stderr.write(`herald: ${(error as Error).message}.${hint}\n`);
    process.exitCode = 1;
  }
