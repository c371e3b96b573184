import type { AccountLine, MailModel, PostLine } from '../../application/delivery/mail.js';
import { HeraldError } from '../../domain/herald-error.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import type { Formats } from './formats.js';
import type { Catalogue } from './locales/catalogue.js';
import { networkName } from './networks.js';
import { oneLine } from './plain.js';

/** What a template may place: finished texts, not yet escaped. An empty text is left out of the mail. */
export interface MailView extends RuleView {
  readonly lang: string;
  readonly solution: string;
  readonly greeting: string;
  readonly test: string;
  readonly late: string;
  readonly escalation: string;
  readonly url: string;
  readonly unsubscribe?: { readonly url: string; readonly label: string };
}

/** The part that each rule words for itself. */
interface RuleView {
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

const NOTHING: Pick<RuleView, 'zone' | 'posts' | 'more' | 'older' | 'details' | 'reconnect'> = {
  zone: '',
  posts: [],
  more: '',
  older: '',
  details: [],
  reconnect: '',
};

interface Words {
  readonly text: Catalogue;
  readonly formats: Formats;
}

const older = (model: MailModel, { text, formats }: Words): string =>
  model.older ? text.older(model.older, formats) : '';

const post = (line: PostLine, { text, formats }: Words): RuleView['posts'][number] => ({
  title: oneLine(line.title),
  stream: `${oneLine(line.streamName)} · ${networkName(oneLine(line.network))}`,
  publishing: `${text.labels.publishing}: ${formats.shortDateTime(line.publishAt)}`,
});

const contentNeedsApproval = (model: MailModel, words: Words): RuleView => {
  const { text, formats } = words;
  const mine = text.contentNeedsApproval;
  const posts = (model.posts ?? []).map((line) => post(line, words));
  const more = model.more ?? 0;
  const total = posts.length + more;
  const solution = oneLine(model.solution.name);
  return {
    ...NOTHING,
    subject: mine.subject(total, solution, formats),
    preheader: posts.map(({ title }) => title).join(' · '),
    heading: mine.heading(total, formats),
    intro: mine.intro(total, oneLine(model.partner.name), formats),
    posts,
    more: more > 0 ? mine.more(more, formats) : '',
    older: older(model, words),
    action: mine.action,
    zone: text.zone(model.partner.timeZone),
    footer: mine.footer(solution),
  };
};

const noSocialMediaContent = (model: MailModel, words: Words): RuleView => {
  const mine = words.text.noSocialMediaContent;
  const solution = oneLine(model.solution.name);
  const intro = mine.intro(oneLine(model.partner.name));
  return {
    ...NOTHING,
    subject: mine.subject(solution),
    preheader: older(model, words) || intro,
    heading: mine.heading,
    intro,
    older: older(model, words),
    action: mine.action,
    footer: mine.footer(solution),
  };
};

const accountOf = (model: MailModel): AccountLine => {
  if (model.account) return model.account;
  throw new HeraldError('mail-incomplete', `A mail of ${model.rule} is about an account.`, 'account');
};

const accountView = (
  model: MailModel,
  { text }: Words,
  own: Pick<RuleView, 'subject' | 'heading' | 'intro' | 'action'>,
  facts: RuleView['details'],
): RuleView => {
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

const settingsUpdateRequired = (model: MailModel, words: Words): RuleView => {
  const { text, formats } = words;
  const { authorisationExpiresAt: expiry, ...account } = accountOf(model);
  if (!expiry) {
    throw new HeraldError(
      'mail-incomplete',
      'A reminder says when the authorisation expires.',
      'account.authorisationExpiresAt',
    );
  }
  const mine = text.settingsUpdateRequired;
  const named = { name: oneLine(account.displayName), network: networkName(oneLine(account.network)) };
  const relative = formats.relativeDay(model.now, expiry);
  return accountView(
    model,
    words,
    {
      subject: mine.subject(named, relative),
      heading: mine.heading(relative),
      intro: mine.intro(named, oneLine(model.partner.name), relative),
      action: mine.action,
    },
    [{ label: text.labels.expires, value: `${formats.dateTime(expiry)} (${relative})` }],
  );
};

const accountExpired = (model: MailModel, words: Words): RuleView => {
  const { text, formats } = words;
  const account = accountOf(model);
  const mine = text.accountExpired;
  const named = { name: oneLine(account.displayName), network: networkName(oneLine(account.network)) };
  const ended = account.endedAt ?? account.authorisationExpiresAt;
  return accountView(
    model,
    words,
    {
      subject: mine.subject(named),
      heading: mine.heading,
      intro: mine.intro(named, oneLine(model.partner.name)),
      action: mine.action,
    },
    [
      ...(ended ? [{ label: text.labels.ended, value: formats.dateTime(ended) }] : []),
      { label: text.labels.reason, value: oneLine(account.reason ?? '') || mine.timePassed },
    ],
  );
};

const RULE_VIEWS: Readonly<Record<RuleId, (model: MailModel, words: Words) => RuleView>> = {
  'content-needs-approval': contentNeedsApproval,
  'no-social-media-content': noSocialMediaContent,
  'settings-update-required': settingsUpdateRequired,
  'account-expired': accountExpired,
};

// any other scheme, such as javascript:, never becomes a link
const webUrl = (url: string | undefined): string =>
  url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : '';

/**
 * The finished texts of a mail.
 * @throws HeraldError `mail-incomplete` when the model lacks what its rule speaks about.
 */
export const mailView = (model: MailModel, text: Catalogue, formats: Formats): MailView => {
  const rule = RULE_VIEWS[model.rule](model, { text, formats });
  const unsubscribe = webUrl(model.unsubscribeUrl);
  return {
    ...rule,
    subject: `${model.test ? text.testPrefix : ''}${rule.subject}`,
    lang: text.language,
    solution: oneLine(model.solution.name),
    greeting: text.greeting(oneLine(model.recipient.name)),
    test: model.test ? text.test : '',
    late: model.late
      ? text.late(formats.duration(model.late.minutes), formats.dateTime(model.late.slotAt))
      : '',
    escalation: model.escalation ? text.escalation(oneLine(model.partner.name)) : '',
    // the rule's footer speaks to the partner's people
    footer: model.escalation ? '' : rule.footer,
    url: webUrl(model.solution.baseUrl),
    ...(unsubscribe && { unsubscribe: { url: unsubscribe, label: text.unsubscribe } }),
  };
};
