import type { MessageModel } from '../../../application/ports/channel.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { RegisteredId } from '../../../domain/rules/registry.js';
import {
  accountOf,
  accountParts,
  accountWords,
  type MailParts,
  NOTHING,
  older,
  postLine,
  type Words,
} from './mail-parts.js';
import { oneLine } from './sanitize.js';

/** The layouts: each is a file name in `templates/`, for HTML and for text. */
export const LAYOUTS = ['account', 'digest', 'notice'] as const;

/** The layout and content of the mail of one notification. */
export interface NotificationMail {
  /** Recorded with every mail. Raise it with every change of its layout or its texts. */
  readonly version: number;
  readonly layout: (typeof LAYOUTS)[number];
  /** @throws HeraldError `mail-incomplete` when the model lacks what the notification needs. */
  view(model: MessageModel, words: Words): MailParts;
}

const contentNeedsApproval = (model: MessageModel, words: Words): MailParts => {
  const { text, formats } = words;
  const mine = text.notifications['content-needs-approval'];
  const posts = (model.posts ?? []).map((line) => postLine(line, words));
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

const noSocialMediaContent = (model: MessageModel, words: Words): MailParts => {
  const mine = words.text.notifications['no-social-media-content'];
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

const settingsUpdateRequired = (model: MessageModel, words: Words): MailParts => {
  const { text, formats } = words;
  const { authorisationExpiresAt: expiry, ...account } = accountOf(model);
  if (!expiry) {
    throw new HeraldError(
      'mail-incomplete',
      'A reminder says when the authorisation expires.',
      'account.authorisationExpiresAt',
    );
  }
  const mine = text.notifications['settings-update-required'];
  const named = accountWords(account);
  const relative = formats.relativeDay(model.now, expiry);
  return accountParts(
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

const accountExpired = (model: MessageModel, words: Words): MailParts => {
  const { text, formats } = words;
  const account = accountOf(model);
  const mine = text.notifications['account-expired'];
  const named = accountWords(account);
  const ended = account.endedAt ?? account.authorisationExpiresAt;
  return accountParts(
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

/** The mails of all notifications. */
export const NOTIFICATION_MAILS: Readonly<Record<RegisteredId, NotificationMail>> = {
  'content-needs-approval': { version: 2, layout: 'digest', view: contentNeedsApproval },
  'no-social-media-content': { version: 2, layout: 'notice', view: noSocialMediaContent },
  'settings-update-required': { version: 2, layout: 'account', view: settingsUpdateRequired },
  'account-expired': { version: 2, layout: 'account', view: accountExpired },
};
