import { dirname, resolve } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { requireUsableLog } from '../../application/migration/usable-log.js';
import type { DocumentStore } from '../../application/ports/document-store.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { messageOf } from '../../domain/kernel/herald-error.js';
import { ignoredSettings } from '../../infrastructure/config/advice.js';
import { type Config, readConfig } from '../../infrastructure/config/config.js';
import { CONFIG, configModuleOf } from '../../infrastructure/config/config.module.js';
import { documentStoreOf, soundEventStoreOf } from '../../infrastructure/config/stores.js';
import { smtpOptions } from '../../infrastructure/mail/smtp/smtp-options.js';
import { verifySmtp } from '../../infrastructure/mail/smtp/verify-smtp.js';
import { inContext } from '../context.js';
import { OpenedStores } from '../stores/opened-stores.js';
import { say } from '../terminal/terminal.js';
import { aboutFiles, requireWritable } from './doctor-files.js';
import {
  aboutAccess,
  aboutDomains,
  aboutMailbox,
  aboutPublicUrl,
  aboutSecrets,
  aboutTransport,
} from './doctor-security.js';
import { aboutClock, aboutLog, aboutReadModels, type Finding } from './doctor-stores.js';

export interface DoctorOptions {
  readonly json?: boolean;
}

/**
 * Checks the configuration, the stores, the read models, the mail transport and the clock, and says what to do. It is
 * read-only.
 * @returns the exit code: 1 if something is wrong.
 */
export async function doctor({ json }: DoctorOptions): Promise<number> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    return report([wrong('configuration', error)], json);
  }
  return inContext(
    { imports: [configModuleOf(config)], providers: [OPENED_LOG, OPENED_DOCUMENTS, Doctor] },
    (context) => report(context.get(Doctor).findings(), json),
  );
}

/** Prints findings as they come. @param json each as a line of JSON. @returns the exit code. */
async function report(findings: Iterable<Finding> | AsyncIterable<Finding>, json = false): Promise<number> {
  let worst = 0;
  for await (const [mark, what, says] of findings) {
    say(json ? JSON.stringify({ mark, what, says }) : `${mark.padEnd(6)}${what.padEnd(16)} ${says}`);
    if (mark === 'WRONG') worst = 1;
  }
  return worst;
}

/** A store, or why it could not be opened: the doctor reports that, and goes on. */
type Opened<Store> = { readonly store: Store } | { readonly error: unknown };

const storeOf = <Store>(opened: Opened<Store>): Store => {
  if ('error' in opened) throw opened.error;
  return opened.store;
};

const openedBy = <Store extends EventStore | DocumentStore>(
  provide: symbol,
  open: (config: Config) => Promise<Store>,
) => ({
  provide,
  useFactory: (config: Config, stores: OpenedStores): Promise<Opened<Store>> =>
    stores.open(open(config)).then(
      (store) => ({ store }),
      (error: unknown) => ({ error }),
    ),
  inject: [CONFIG, OpenedStores],
});

const LOG = Symbol('LOG');
const OPENED_LOG = openedBy(LOG, (config) => soundEventStoreOf(config, 'read'));
const DOCUMENTS = Symbol('DOCUMENTS');
const OPENED_DOCUMENTS = openedBy(DOCUMENTS, (config) => documentStoreOf(config, 'read'));

@Injectable()
class Doctor {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOG) private readonly openedLog: Opened<EventStore>,
    @Inject(DOCUMENTS) private readonly openedDocuments: Opened<DocumentStore>,
  ) {}

  async *findings(): AsyncGenerator<Finding> {
    yield ['ok', 'configuration', 'all settings are valid'];
    const ignored = ignoredSettings(process.env);
    if (ignored) yield ['look', 'configuration', ignored];
    yield* this.#aboutStores();
    yield await aboutMail(this.config);
    yield* aboutMailbox(this.config);
    yield* aboutFiles(this.config);
    yield* aboutSecrets(this.config);
    yield* aboutTransport(this.config, process.env);
    yield* this.#aboutDomains();
    yield* this.#aboutAccess();
    yield* aboutTestClock(this.config);
    yield* aboutPublicUrl(this.config);
  }

  async *#aboutStores(): AsyncGenerator<Finding> {
    let log: EventStore | undefined;
    try {
      log = storeOf(this.openedLog);
      await requireWritableFor(this.config.HERALD_EVENT_STORE, dirname);
      yield* aboutLog(log);
      await requireUsableLog(this.config.HERALD_CLOCK, log);
    } catch (error) {
      yield wrong('event store', error);
    }
    try {
      const documents = storeOf(this.openedDocuments);
      await requireWritableFor(this.config.HERALD_READ_MODELS);
      yield* aboutReadModels(documents, log);
      yield* aboutClock(documents, log);
    } catch (error) {
      yield wrong('read models', error);
    }
  }

  async *#aboutAccess(): AsyncGenerator<Finding> {
    const { config, openedLog } = this;
    try {
      yield* aboutAccess(config, 'error' in openedLog ? undefined : openedLog.store);
    } catch (error) {
      yield wrong('access', error);
    }
  }

  async *#aboutDomains(): AsyncGenerator<Finding> {
    const { config, openedDocuments } = this;
    try {
      yield* aboutDomains(config, 'error' in openedDocuments ? undefined : openedDocuments.store);
    } catch (error) {
      yield wrong('domains', error);
    }
  }
}

/** @param folderOf the folder of what the URL of an embedded store names. Default: it names the folder. */
async function requireWritableFor(url: string, folderOf = (path: string): string => path): Promise<void> {
  if (url.startsWith('sqlite:')) await requireWritable(folderOf(resolve(url.slice('sqlite:'.length))));
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

function* aboutTestClock({ HERALD_CLOCK }: Config): Generator<Finding> {
  if (HERALD_CLOCK === 'test')
    yield [
      'look',
      'test clock',
      'time stands still and every mail is marked as a test; use HERALD_CLOCK=system in production',
    ];
}

const wrong = (what: string, error: unknown): Finding => {
  const says = messageOf(error);
  return ['WRONG', what, says.replaceAll('\n', '; ')];
};
