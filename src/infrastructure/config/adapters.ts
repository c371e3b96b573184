import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../application/clock/clock.js';
import type { MailTransport } from '../../application/delivery/mail.js';
import type { DocumentStore } from '../../application/document-store.js';
import type { EventStore } from '../../application/event-store.js';
import { SystemClock } from '../clock/system-clock.js';
import { TestClock } from '../clock/test-clock.js';
import { OutboxTransport } from '../mail/outbox-transport.js';
import { smtpOptions } from '../mail/smtp-options.js';
import { SmtpTransport } from '../mail/smtp-transport.js';
import { SqliteDocumentStore } from '../sqlite/sqlite-document-store.js';
import { SqliteEventStore } from '../sqlite/sqlite-event-store.js';
import type { Config } from './config.js';

const afterScheme = (url: string): string => url.slice(url.indexOf(':') + 1);

const fileOf = (url: string): string => {
  const file = afterScheme(url);
  mkdirSync(dirname(file), { recursive: true });
  return file;
};

/** The log that is configured. */
export const eventStoreOf = ({ HERALD_EVENT_STORE }: Config): EventStore =>
  new SqliteEventStore({ file: fileOf(HERALD_EVENT_STORE) });

/** The store of read models that is configured. */
export const documentStoreOf = ({ HERALD_READ_MODELS }: Config): DocumentStore =>
  new SqliteDocumentStore({ file: fileOf(HERALD_READ_MODELS) });

/** The way to the mail server, or the outbox folder. */
export const mailTransportOf = ({ HERALD_MAIL }: Config): MailTransport =>
  HERALD_MAIL.startsWith('outbox:')
    ? new OutboxTransport(afterScheme(HERALD_MAIL))
    : new SmtpTransport(smtpOptions(HERALD_MAIL));

/** The machine's clock, or one that stands still until it is moved. */
export const clockOf = ({ HERALD_CLOCK, HERALD_CLOCK_FILE, HERALD_CLOCK_START }: Config): Promise<Clock> => {
  const system = new SystemClock();
  return HERALD_CLOCK === 'system'
    ? Promise.resolve(system)
    : TestClock.open(HERALD_CLOCK_FILE, HERALD_CLOCK_START ?? system.now());
};
