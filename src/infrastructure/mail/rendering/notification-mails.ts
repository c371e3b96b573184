import type { MessageModel } from '../../../application/ports/channel.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { RegisteredId } from '../../../domain/rules/registry.js';
import { foreign } from './isolates.js';
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

/** The layouts: each is a file name in `templates/`, for HTML and for text. */
export const LAYOUTS = ['account', 'digest', 'notice', 'escalation'] as const;

/** The layout and content of the mail of one notification. */
export interface NotificationMail {
  /** Recorded with every mail. Raise it with every change of its layout or its texts. */
  readonly version: number;
  readonly layout: Exclude<(typeof LAYOUTS)[number], 'escalation'>;
  /** @throws HeraldError `mail-incomplete` when the model lacks what the notification needs. */
  view(model: MessageModel, words: Words): MailParts;
}

const contentNeedsApproval = (model: MessageModel, words: Words): MailParts => {
  const { text, formats } = words;
  const mine = text.notifications['content-needs-approval'];
  const posts = (model.posts ?? []).map((line) => postLine(line, model, words));
  const more = model.more ?? 0;
  const total = posts.length + more;
  const solution = foreign(model.solution.name);
  return {
    ...NOTHING,
    subject: mine.subject(total, solution, formats),
    preheader: posts.map(({ title }) => title).join(' · '),
    heading: mine.heading(total, formats),
    intro: mine.intro(total, foreign(model.partner.name), formats),
    posts,
    more: more > 0 ? mine.more(more, formats) : '',
    older: older(model, words),
    action: mine.action,
    zone: text.zone(model.partner.timeZone),
    footer: mine.footer(solution),
    topic: mine.topic(total, formats),
    toDo: mine.toDo(foreign(model.partner.name), solution),
  };
};

const noSocialMediaContent = (model: MessageModel, words: Words): MailParts => {
  const mine = words.text.notifications['no-social-media-content'];
  const solution = foreign(model.solution.name);
  const intro = mine.intro(foreign(model.partner.name));
  return {
    ...NOTHING,
    subject: mine.subject(solution),
    preheader: older(model, words) || intro,
    heading: mine.heading,
    intro,
    older: older(model, words),
    action: mine.action,
    footer: mine.footer(solution),
    topic: mine.topic,
    report: mine.report(foreign(model.partner.name)),
    toDo: mine.toDo(foreign(model.partner.name), solution),
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
  const topic = mine.topic(named, relative);
  return accountParts(
    model,
    words,
    {
      topic,
      subject: text.actionRequired(topic),
      heading: mine.heading(relative),
      intro: mine.intro(named, foreign(model.partner.name), relative),
      action: mine.action,
      toDo: mine.toDo(foreign(model.partner.name), foreign(model.solution.name)),
    },
    [{ label: text.labels.expires, value: text.expiry(formats.dateTime(expiry), relative) }],
  );
};

const accountExpired = (model: MessageModel, words: Words): MailParts => {
  const { text, formats } = words;
  const account = accountOf(model);
  const mine = text.notifications['account-expired'];
  const named = accountWords(account);
  const ended = account.endedAt ?? account.authorisationExpiresAt;
  const topic = mine.topic(named);
  return accountParts(
    model,
    words,
    {
      topic,
      subject: text.actionRequired(topic),
      heading: mine.heading,
      intro: mine.intro(named, foreign(model.partner.name)),
      action: mine.action,
      toDo: mine.toDo(foreign(model.partner.name), foreign(model.solution.name)),
    },
    [
      ...(ended ? [{ label: text.labels.ended, value: formats.dateTime(ended) }] : []),
      { label: text.labels.reason, value: foreign(account.reason ?? '') || mine.timePassed },
    ],
  );
};

/** The mails of all notifications. */
export const NOTIFICATION_MAILS: Readonly<Record<RegisteredId, NotificationMail>> = {
  'content-needs-approval': { version: 4, layout: 'digest', view: contentNeedsApproval },
  'no-social-media-content': { version: 4, layout: 'notice', view: noSocialMediaContent },
  'settings-update-required': { version: 4, layout: 'account', view: settingsUpdateRequired },
  'account-expired': { version: 4, layout: 'account', view: accountExpired },
};
