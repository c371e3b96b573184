import type { MessageModel } from '../../../application/ports/channel.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { AccountLine, PostLine } from '../../../domain/rules/shared/notification-content.js';
import type { Formats } from './formats.js';
import { foreign } from './isolates.js';
import { postUrl } from './links.js';
import type { AccountWords, Catalogue } from './locales/catalogue.js';
import { networkName } from './networks.js';

/**
 * The texts that each notification words itself: finished, external values isolated, not yet escaped. An empty text is omitted
 * from the mail.
 */
export interface MailParts {
  readonly subject: string;
  readonly preheader: string;
  readonly heading: string;
  readonly intro: string;
  readonly action: string;
  readonly footer: string;
  readonly zone: string;
  readonly posts: readonly {
    readonly title: string;
    readonly stream: string;
    readonly publishing: string;
    /** Where it can be approved; empty if the solution has no such links. */
    readonly url: string;
  }[];
  readonly more: string;
  readonly older: string;
  readonly details: readonly { readonly label: string; readonly value: string }[];
  readonly reconnect: string;
  /** The subject as a clause, for the escalation contact; the subject itself if empty. */
  readonly topic: string;
  /** The intro as the escalation contact reads it; the intro itself if empty. */
  readonly report: string;
  /** What the escalation contact should have the partner do. */
  readonly toDo: string;
}

/** The optional parts, all empty. */
export const NOTHING: Omit<MailParts, 'subject' | 'preheader' | 'heading' | 'intro' | 'action' | 'footer'> = {
  zone: '',
  posts: [],
  more: '',
  older: '',
  details: [],
  reconnect: '',
  topic: '',
  report: '',
  toDo: '',
};

/** The texts and the formats of one recipient. */
export interface Words {
  readonly text: Catalogue;
  readonly formats: Formats;
}

/** How many posts of earlier digests still wait, as a sentence; empty for none. */
export const older = (model: MessageModel, { text, formats }: Words): string =>
  model.older ? text.older(model.older, formats) : '';

/** A post as a digest lists it. */
export const postLine = (
  line: PostLine,
  { partner, solution }: MessageModel,
  { text, formats }: Words,
): MailParts['posts'][number] => ({
  title: foreign(line.title),
  stream: `${foreign(line.streamName)} · ${networkName(line.network)}`,
  publishing: `${text.labels.publishing}: ${formats.shortDateTime(line.publishAt)}`,
  url: postUrl(solution, partner.partnerId, line),
});

/** @throws HeraldError `mail-incomplete` if the mail is not about an account. */
export const accountOf = (model: MessageModel): AccountLine => {
  if (model.account) return model.account;
  throw new HeraldError('mail-incomplete', `A mail of ${model.rule} is about an account.`, 'account');
};

/** The account as texts speak of it. */
export const accountWords = ({ displayName, network }: AccountLine): AccountWords => ({
  name: foreign(displayName),
  network: networkName(network),
});

/** The parts of a mail about an account: its subject, then the problem. */
export const accountParts = (
  model: MessageModel,
  { text }: Words,
  own: Pick<MailParts, 'subject' | 'heading' | 'intro' | 'action'> &
    Partial<Pick<MailParts, 'topic' | 'toDo'>>,
  facts: MailParts['details'],
): MailParts => {
  const account = accountOf(model);
  const solution = foreign(model.solution.name);
  const { labels } = text;
  return {
    ...NOTHING,
    ...own,
    preheader: own.intro,
    details: [
      { label: labels.account, value: foreign(account.displayName) },
      { label: labels.network, value: networkName(account.network) },
      { label: labels.kind, value: text.kinds[account.kind] },
      ...facts,
    ],
    reconnect: text.reconnect(solution),
    zone: text.zone(model.partner.timeZone),
    footer: text.accountFooter(solution),
  };
};
