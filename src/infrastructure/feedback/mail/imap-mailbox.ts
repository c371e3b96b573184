import { Logger } from '@nestjs/common';
import type { ImapFlow, ImapFlowOptions } from 'imapflow';
import { FeedbackMailbox } from '../../../application/ports/feedback-mailbox.js';
import { MAX_FEEDBACK_BODY_BYTES, MAX_MAILS_PER_LOOK } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { imapProblem } from './imap-problem.js';

/** How long the server may take to connect, to greet, and to say anything at all. */
const TIMEOUTS = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 60_000 };

/** A person waits for the answer of `verifyMailbox`, in milliseconds. */
const PATIENCE_MS = 10_000;

export interface ImapOptions {
  readonly connection: ImapFlowOptions;
  readonly folder: string;
}

/** A mailbox over IMAP. Each look is a connection of its own: reports are rare, and an idle connection breaks unseen. */
export class ImapMailbox extends FeedbackMailbox {
  readonly #log = new Logger(ImapMailbox.name);
  #client: ImapFlow | undefined;
  #isClosed = false;

  /** Connects with the first look. Options come from `imapOptions(url)`. */
  constructor(private readonly options: ImapOptions) {
    super();
  }

  override async look(take: (mail: Uint8Array) => Promise<void>): Promise<void> {
    const client = await clientOf(this.options.connection);
    if (this.#isClosed) return;
    this.#client = client;
    // A connection that breaks between two commands; the next command fails by itself.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.mailboxOpen(this.options.folder);
      const unread = await client.search({ seen: false }, { uid: true });
      if (!unread) throw new Error('it does not list its unread mails');
      let unmarked = 0;
      for (const uid of unread.slice(0, MAX_MAILS_PER_LOOK))
        if (!(await this.#takeOne(client, uid, take))) unmarked += 1;
      // They would be all that each further look takes.
      if (unmarked > 0)
        throw new Error(
          `mails cannot be marked as read (${unmarked} of them): give its user the permission to do so, or later mails are not read`,
        );
      await client.logout();
    } catch (error) {
      throw inPlainWords(error);
    } finally {
      client.close();
      this.#client = undefined;
    }
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    this.#client?.close();
  }

  /**
   * Marked as read only afterwards: a look that is interrupted takes the mail again, which changes nothing.
   * @returns whether the server has marked it.
   */
  async #takeOne(client: ImapFlow, uid: number, take: (mail: Uint8Array) => Promise<void>): Promise<boolean> {
    const { size = 0 } = (await client.fetchOne(uid, { size: true }, { uid: true })) || {};
    if (size > MAX_FEEDBACK_BODY_BYTES)
      this.#log.warn(`The mail ${uid} in the mailbox for feedback has ${size} bytes and is not looked at.`);
    else {
      const { source } = (await client.fetchOne(uid, { source: true }, { uid: true })) || {};
      if (source) await take(source);
    }
    return client.messageFlagsAdd(uid, ['\\Seen'], { uid: true });
  }
}

/** The package is loaded with the first client: most installations have no mailbox. */
const clientOf = async (options: ImapFlowOptions): Promise<ImapFlow> =>
  new (await import('imapflow')).ImapFlow(options);

/**
 * Connects, signs in and opens the folder, and takes nothing.
 * @throws Error that says in plain words why not.
 */
export async function verifyMailbox({ connection, folder }: ImapOptions): Promise<void> {
  const client = await clientOf({
    ...connection,
    greetingTimeout: PATIENCE_MS,
    connectionTimeout: PATIENCE_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.mailboxOpen(folder, { readOnly: true });
    await client.logout();
  } catch (error) {
    throw inPlainWords(error);
  } finally {
    client.close();
  }
}

/** A problem of the server's in plain words; Herald's own errors as they are. */
const inPlainWords = (error: unknown): Error =>
  error instanceof HeraldError ? error : new Error(imapProblem(error), { cause: error });

/**
 * Parses `imap://user:password@host:143/folder`, which requires STARTTLS unless `?tls=optional`, or `imaps://…`. Default folder:
 * INBOX.
 * @throws HeraldError `invalid-configuration` for anything that is not such a URL. The message does not contain it: it holds a password.
 */
export const imapOptions = (address: string): ImapOptions => {
  if (!URL.canParse(address)) throw wrong();
  const url = new URL(address);
  const secure = url.protocol === 'imaps:';
  const tls = url.searchParams.get('tls') ?? 'required';
  const isKnown = [...url.searchParams.keys()].every((key) => key === 'tls');
  if (!secure && url.protocol !== 'imap:') throw wrong();
  if (!url.hostname || !url.username || !url.password) throw wrong();
  if (!isKnown || (tls !== 'required' && tls !== 'optional')) throw wrong();
  return {
    folder: decoded(url.pathname.slice(1)) || 'INBOX',
    connection: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || (secure ? 993 : 143)),
      secure,
      // Without it, STARTTLS is used where the server offers it.
      ...(!secure && tls === 'required' ? { doSTARTTLS: true } : {}),
      auth: { user: decoded(url.username), pass: decoded(url.password) },
      logger: false,
      disableAutoIdle: true,
      maxLiteralSize: 2 * MAX_FEEDBACK_BODY_BYTES,
      ...TIMEOUTS,
    },
  };
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong();
  }
};

const wrong = (): HeraldError =>
  new HeraldError(
    'invalid-configuration',
    'HERALD_FEEDBACK_MAILBOX: Expected imaps://user:password@host, or imap:// for STARTTLS, with a percent-encoded user and password; /folder names another folder than INBOX.\ndocs/settings.md lists all settings.',
    'HERALD_FEEDBACK_MAILBOX',
  );
