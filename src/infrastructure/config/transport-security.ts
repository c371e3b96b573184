import { imapOptions } from '../feedback/mail/imap-mailbox.js';
import { smtpOptions } from '../mail/smtp/smtp-options.js';
import { isLoopback } from './advice.js';
import type { Config } from './config.js';
import { credentialsIn, hostsIn, optionsIn } from './connection-string.js';

/** A connection to another program, as the settings have it. */
export interface Connection {
  readonly setting: string;
  readonly hasPassword: boolean;
  /** Why others could read along; undefined if they cannot. */
  readonly problem?: string;
  readonly toDo?: string;
}

/** The connections to stores and mail servers. Those to this machine need no encryption. */
export const connectionsOf = (config: Config): readonly Connection[] =>
  [
    { setting: 'HERALD_EVENT_STORE', url: config.HERALD_EVENT_STORE, judge: ofEventStoreDb },
    { setting: 'HERALD_READ_MODELS', url: config.HERALD_READ_MODELS, judge: ofMongoDb },
    { setting: 'HERALD_MAIL', url: config.HERALD_MAIL, judge: ofMailServer },
    { setting: 'HERALD_FEEDBACK_MAILBOX', url: config.HERALD_FEEDBACK_MAILBOX, judge: ofMailbox },
  ].flatMap(({ setting, url, judge }) => {
    if (!url?.includes('://')) return [];
    const isOpen = !hostsIn(url).every(isLoopback) ? judge(url) : undefined;
    return [{ setting, hasPassword: credentialsIn(url).password !== '', ...isOpen }];
  });

type Judgement = Pick<Connection, 'problem' | 'toDo'> | undefined;

const optionOf = (url: string, ...names: readonly string[]): string | undefined =>
  optionsIn(url).find(([name]) => names.includes(name.toLowerCase()))?.[1];

const ofEventStoreDb = (url: string): Judgement =>
  optionOf(url, 'tls') === 'false'
    ? {
        problem: 'tls=false switches encryption off',
        toDo: 'give the server a certificate, and remove tls=false',
      }
    : undefined;

const ofMongoDb = (url: string): Judgement => {
  const isUnchecked = optionOf(url, 'tlsinsecure', 'tlsallowinvalidcertificates', 'tlsallowinvalidhostnames');
  if (isUnchecked === 'true')
    return {
      problem: 'the certificate is not checked',
      toDo: 'remove this option, and name the authority of the certificate by tlsCAFile',
    };
  // https://www.mongodb.com/docs/manual/reference/connection-string/: mongodb+srv sets tls=true.
  const tls = optionOf(url, 'tls', 'ssl') ?? String(url.startsWith('mongodb+srv:'));
  return tls === 'true'
    ? undefined
    : { problem: 'there is no encryption', toDo: 'add tls=true, and a certificate to the server' };
};

const ofMailServer = (url: string): Judgement => {
  const { secure, requireTls } = smtpOptions(url);
  return secure || requireTls
    ? undefined
    : {
        problem: 'a mail server without STARTTLS gets mails in the clear',
        toDo: 'add tls=required, or use smtps://',
      };
};

const ofMailbox = (url: string): Judgement => {
  const { secure, doSTARTTLS } = imapOptions(url).connection;
  return secure || doSTARTTLS
    ? undefined
    : {
        problem: 'a server without STARTTLS gets the password in the clear',
        toDo: 'remove tls=optional, or use imaps://',
      };
};
