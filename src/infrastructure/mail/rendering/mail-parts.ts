import type { MessageModel } from '../../../application/ports/channel.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { AccountLine, PostLine } from '../../../domain/rules/shared/notification-content.js';
import type { Formats } from './formats.js';
import type { AccountWords, Catalogue } from './locales/catalogue.js';
import { networkName } from './networks.js';
import { oneLine } from './sanitize.js';

/** The texts that each notification words itself: finished, not yet escaped. An empty text is omitted from the mail. */
export interface MailParts {
  readonly subject: string;
  readonly preheader: string;
  readonly heading: string;
  readonly intro: string;
  readonly action: string;
  readonly footer: string;
  readonly zone: string;
  readonly posts: readonly { readonly title: string; readonly stream: string; readonly publishing: string }[];
  readonly more: string;
  readonly older: string;
  readonly details: readonly { readonly label: string; readonly value: string }[];
  readonly reconnect: string;
}

/** The optional parts, all empty. */
export const NOTHING: Pick<MailParts, 'zone' | 'posts' | 'more' | 'older' | 'details' | 'reconnect'> = {
  zone: '',
  posts: [],
  more: '',
  older: '',
  details: [],
  reconnect: '',
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
export const postLine = (line: PostLine, { text, formats }: Words): MailParts['posts'][number] => ({
  title: oneLine(line.title),
  stream: `${oneLine(line.streamName)} · ${networkName(oneLine(line.network))}`,
  publishing: `${text.labels.publishing}: ${formats.shortDateTime(line.publishAt)}`,
});

/** @throws HeraldError `mail-incomplete` if the mail is not about an account. */
export const accountOf = (model: MessageModel): AccountLine => {
  if (model.account) return model.account;
  throw new HeraldError('mail-incomplete', `A mail of ${model.rule} is about an account.`, 'account');
};

/** The account as texts speak of it. */
export const accountWords = ({ displayName, network }: AccountLine): AccountWords => ({
  name: oneLine(displayName),
  network: networkName(oneLine(network)),
});

/** The parts of a mail about an account: its subject, then the problem. */
export const accountParts = (
  model: MessageModel,
  { text }: Words,
  own: Pick<MailParts, 'subject' | 'heading' | 'intro' | 'action'>,
  facts: MailParts['details'],
): MailParts => {
  const account = accountOf(model);
  const solution = oneLine(model.solution.name);
  const { labels } = text;
  return {
    ...NOTHING,
    ...own,
    preheader: own.intro,
    details: [
      { label: labels.account, value: oneLine(account.displayName) },
      { label: labels.network, value: networkName(oneLine(account.network)) },
      { label: labels.kind, value: text.kinds[account.kind] },
      ...facts,
    ],
    reconnect: text.reconnect(solution),
    zone: text.zone(model.partner.timeZone),
    footer: text.accountFooter(solution),
  };
};
