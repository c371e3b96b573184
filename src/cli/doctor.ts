import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentStore } from '../application/document-store.js';
import type { EventStore } from '../application/event-store.js';
import { PROJECTIONS } from '../application/projections/all.js';
import { ReadModels } from '../application/projections/read-models.js';
import { HeraldError } from '../domain/herald-error.js';
import { plus } from '../domain/time/instant.js';
import { SystemClock } from '../infrastructure/clock/system-clock.js';
import { type Config, readConfig } from '../infrastructure/config/config.js';
import { documentStoreOf, eventStoreOf } from '../infrastructure/config/stores.js';
import { smtpOptions } from '../infrastructure/mail/smtp-options.js';
import { verifySmtp } from '../infrastructure/mail/verify-smtp.js';
import { say } from './terminal.js';

type Finding = readonly [mark: 'ok' | 'look' | 'WRONG', what: string, says: string];

/** Clocks of two machines that are kept by NTP are closer than this, in milliseconds. */
const MOST_SKEW = 5_000;
/** A live projection is behind by less than this, in events, but for moments. */
const MOST_BEHIND = 1_000;

/**
 * Looks at the configuration, the stores, the read models, the way out for mail and the clock, changes nothing, and says what
 * to do.
 * @returns the exit code: 1 when something is wrong.
 */
export async function doctor(): Promise<number> {
  let worst = 0;
  for await (const [mark, what, says] of findings()) {
    say(`${mark.padEnd(6)}${what.padEnd(16)}${says}`);
    if (mark === 'WRONG') worst = 1;
  }
  return worst;
}

async function* findings(): AsyncGenerator<Finding> {
  let config: Config;
  try {
    config = readConfig(process.env);
    yield ['ok', 'configuration', 'all settings can be read'];
  } catch (error) {
    yield wrong('configuration', error);
    return;
  }
  let log: EventStore | undefined;
  let documents: DocumentStore | undefined;
  try {
    try {
      log = await eventStoreOf(config);
      yield* aboutLog(log);
    } catch (error) {
      yield wrong('event store', error);
    }
    try {
      documents = await documentStoreOf(config);
      yield* aboutReadModels(documents, log);
    } catch (error) {
      yield wrong('read models', error);
    }
    yield await aboutMail(config);
    yield* aboutSettings(config);
  } finally {
    await documents?.close();
    await log?.close();
  }
}

async function* aboutLog(log: EventStore): AsyncGenerator<Finding> {
  const head = await log.head();
  yield ['ok', 'event store', head ? `answers; its last event is at ${head}` : 'answers, and is empty'];
  for await (const [last] of log.readAll({ direction: 'backwards', maxCount: 1 })) {
    const ahead = last && last.metadata.recordedAt > plus(new SystemClock().now(), MOST_SKEW);
    yield ahead
      ? [
          'look',
          'clock',
          `the last event was recorded at ${last.metadata.recordedAt}, which is still to come: set this machine’s clock by NTP, unless a test clock recorded it`,
        ]
      : ['ok', 'clock', 'is not behind the last event that was recorded'];
  }
}

async function* aboutReadModels(
  documents: DocumentStore,
  log: EventStore | undefined,
): AsyncGenerator<Finding> {
  const readModels = new ReadModels(documents);
  const known = await readModels.peek();
  for (const projection of PROJECTIONS) {
    const { name, version } = projection;
    const live = known.get(name)?.live;
    if (!live) {
      yield ['look', name, 'was never built: Herald builds it when it starts'];
      continue;
    }
    if (live.version !== version) {
      yield [
        'look',
        name,
        `version ${live.version} answers, the code has ${version}: Herald rebuilds it when it starts`,
      ];
      continue;
    }
    const collection = { name: `${name}@${live.version}.${live.build}`, indexes: projection.indexes };
    const missing = await documents.missingIndexes(collection);
    if (missing.length > 0)
      yield ['WRONG', name, `has no index on ${missing.join(' and ')}: Herald makes it when it starts`];
    const head = await log?.head();
    const position = await documents.checkpoint(collection);
    const behind =
      log && head ? (await log.count(head)) - (position === undefined ? 0 : await log.count(position)) : 0;
    yield behind > MOST_BEHIND
      ? [
          'look',
          name,
          `is ${behind} events behind: see that Herald runs, and that nothing is parked (herald projections)`,
        ]
      : ['ok', name, `version ${live.version}, ${behind} events behind, with its indexes`];
  }
}

async function aboutMail({ HERALD_MAIL }: Config): Promise<Finding> {
  try {
    if (!HERALD_MAIL.startsWith('outbox:')) {
      await verifySmtp(smtpOptions(HERALD_MAIL));
      return ['ok', 'mail', 'the mail server answers, and takes the password if there is one'];
    }
    const folder = HERALD_MAIL.slice('outbox:'.length);
    await mkdir(folder, { recursive: true });
    const probe = join(folder, '.doctor');
    await writeFile(probe, '');
    await rm(probe);
    return [
      'look',
      'mail',
      `goes to the folder ${folder} and to nobody: set HERALD_MAIL to smtp://… to send it`,
    ];
  } catch (error) {
    return wrong('mail', error);
  }
}

function* aboutSettings({ HERALD_CLOCK, HERALD_PUBLIC_URL }: Config): Generator<Finding> {
  if (HERALD_CLOCK === 'test')
    yield [
      'look',
      'test clock',
      'time stands still and every mail says that it is a test: HERALD_CLOCK=system is for production',
    ];
  if (!HERALD_PUBLIC_URL?.startsWith('https:'))
    yield ['look', 'public address', 'unsubscribing with one click needs HERALD_PUBLIC_URL=https://…'];
}

const wrong = (what: string, error: unknown): Finding => {
  const says = error instanceof HeraldError || error instanceof Error ? error.message : String(error);
  return ['WRONG', what, says.replaceAll('\n', '; ')];
};
