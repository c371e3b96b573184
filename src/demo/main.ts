import { type Herald, startHerald } from '../herald.js';
import { optionsOf } from '../options.js';
import { endWithSentence } from '../start-failure.js';
import { Client } from './client.js';
import { type Explained, explainedHistory } from './explained.js';
import { demoFolder, temporaryFolder } from './folder.js';
import { table, timeline } from './print.js';
import { END, play, START, story } from './story.js';

const HELP = `npm run demo [-- --once]

Starts Herald on a test clock in data/demo, publishes samples/eight-weeks.json over HTTP, and shows what was sent to
whom, when and why. Then goes on answering until Ctrl-C; with --once it takes a temporary folder and ends by itself.
`;

const DAYS = 57;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function demo(once: boolean): Promise<void> {
  const { path: folder, release } = once ? await temporaryFolder() : await demoFolder();
  let herald: Herald | undefined;
  try {
    herald = await startHerald({
      HERALD_PORT: process.env.HERALD_PORT ?? (once ? '0' : '3000'),
      HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
      HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
      HERALD_MAIL: `outbox:${folder}/outbox`,
      HERALD_CLOCK: 'test',
      HERALD_CLOCK_START: START,
      HERALD_CLOCK_FILE: `${folder}/test-clock.txt`,
      HERALD_SECRET_FILE: `${folder}/secret.txt`,
      HERALD_LOG_LEVEL: 'warn',
      // Nobody can follow a link to an instance that has stopped.
      ...(once ? { HERALD_PUBLIC_URL: 'https://herald.example' } : {}),
    });
    const decisions = await playStory(herald);
    if (!once) return invite(herald, folder, decisions);
  } catch (error) {
    await herald?.stop();
    await release();
    throw error;
  }
  await herald.stop();
  await release();
}

/** Publishes the story and prints the result. */
async function playStory({ url }: Herald): Promise<readonly Explained[]> {
  const client = new Client(url);
  say(`Herald runs at ${url} on a test clock. ${story.length} events of eight weeks are published to it …\n`);
  await play(client);
  const decisions = await explainedHistory(client);
  const raised = decisions.filter(({ entry }) => entry.decision === 'raised').length;
  say(table(decisions));
  say(`\n${timeline(decisions, START, DAYS)}\n`);
  say(
    `${raised} mails were sent and ${decisions.length - raised} withheld, each with its reason. It is ${END} now.\n`,
  );
  return decisions;
}

/** Prints where to look next. */
function invite({ url }: Herald, folder: string, decisions: readonly Explained[]): void {
  say(`Open            ${url}/console

The mails       ${folder}/outbox/*.eml
The history     ${url}/v1/notifications
Why one of them ${url}/v1/notifications/${decisions.at(-1)?.entry.notificationId}/why
A mail          ${url}/v1/notifications/${decisions.find(({ entry }) => entry.decision === 'raised')?.entry.notificationId}/mail
What comes next ${url}/v1/agenda?days=14
The whole API   ${url}/docs

Ctrl-C ends it.`);
}

process.umask(0o077);
await endWithSentence(async () => {
  const options = optionsOf(['once', 'help']);
  if (options.has('help')) say(HELP);
  else await demo(options.has('once'));
});
