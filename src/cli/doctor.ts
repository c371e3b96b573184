import { resolve } from 'node:path';
import { requireLogOf } from '../application/clock/log-clock.js';
import type { DocumentStore } from '../application/ports/document-store.js';
import type { EventStore } from '../application/ports/event-store.js';
import { messageOf } from '../domain/kernel/herald-error.js';
import { ignoredSettings, unreachableLinks } from '../infrastructure/config/advice.js';
import { type Config, readConfig } from '../infrastructure/config/config.js';
import { documentStoreOf, soundEventStoreOf } from '../infrastructure/config/stores.js';
import { smtpOptions } from '../infrastructure/mail/smtp/smtp-options.js';
import { verifySmtp } from '../infrastructure/mail/smtp/verify-smtp.js';
import { aboutFiles, requireWritable } from './doctor-files.js';
import { aboutClock, aboutLog, aboutReadModels, type Finding } from './doctor-stores.js';
import { say } from './terminal.js';

/**
 * Checks the configuration, the stores, the read models, the mail transport and the clock, and says what to do. It is
 * read-only.
 * @returns the exit code: 1 if something is wrong.
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
    yield ['ok', 'configuration', 'all settings are valid'];
    const ignored = ignoredSettings(process.env);
    if (ignored) yield ['look', 'configuration', ignored];
  } catch (error) {
    yield wrong('configuration', error);
    return;
  }
  let log: EventStore | undefined;
  let documents: DocumentStore | undefined;
  try {
    try {
      log = await soundEventStoreOf(config, 'read');
      yield* aboutLog(log);
      await requireLogOf(config.HERALD_CLOCK, log);
    } catch (error) {
      yield wrong('event store', error);
    }
    try {
      documents = await documentStoreOf(config, 'read');
      yield* aboutReadModels(documents, log);
      yield* aboutClock(documents, log);
    } catch (error) {
      yield wrong('read models', error);
    }
    yield await aboutMail(config);
    yield* aboutFiles(config);
    yield* aboutSettings(config);
  } finally {
    await documents?.close();
    await log?.close();
  }
}

async function aboutMail({ HERALD_MAIL }: Config): Promise<Finding> {
  try {
    if (!HERALD_MAIL.startsWith('outbox:')) {
      await verifySmtp(smtpOptions(HERALD_MAIL));
      return ['ok', 'mail', 'the mail server answers and accepts the password, if there is one'];
    }
    const folder = HERALD_MAIL.slice('outbox:'.length);
    await requireWritable(resolve(folder));
    return [
      'look',
      'mail',
      `is only written to the folder ${folder}; set HERALD_MAIL to smtp://… to send it`,
    ];
  } catch (error) {
    return wrong('mail', error);
  }
}

function* aboutSettings(config: Config): Generator<Finding> {
  const { HERALD_CLOCK, HERALD_PUBLIC_URL } = config;
  if (HERALD_CLOCK === 'test')
    yield [
      'look',
      'test clock',
      'time stands still and every mail is marked as a test; use HERALD_CLOCK=system in production',
    ];
  const unreachable = unreachableLinks(config);
  if (unreachable) yield [HERALD_CLOCK === 'test' ? 'look' : 'WRONG', 'public address', unreachable];
  else if (!HERALD_PUBLIC_URL?.startsWith('https:'))
    yield ['look', 'public address', 'one-click unsubscribe needs HERALD_PUBLIC_URL=https://…'];
}

const wrong = (what: string, error: unknown): Finding => {
  const says = messageOf(error);
  return ['WRONG', what, says.replaceAll('\n', '; ')];
};
