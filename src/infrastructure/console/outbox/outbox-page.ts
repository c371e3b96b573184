import type * as z from 'zod';
import type { OutboxPage as Listed, OutboxMail } from '../../../application/mails/list-outbox.js';
import { at, href } from '../kit/href.js';
import { type MailTab, mailTabs } from '../kit/mail-tabs.js';
import type { PageModel } from '../kit/page-model.js';
import type { outboxQuery } from './outbox-query.js';

export type OutboxFilters = z.output<typeof outboxQuery>;

interface OutboxRow extends Pick<OutboxMail, 'sentAt' | 'subject' | 'to'> {
  readonly href: string;
  readonly isOpened: boolean;
}

/** The mail that is opened beside the list. */
interface OpenedMail {
  readonly file: string;
  /** What the list says of it; undefined if it is on another page of the list. */
  readonly listed:
    | (Pick<OutboxMail, 'sentAt' | 'subject' | 'to' | 'solutionId'> & {
        readonly notificationHref: string;
        readonly solutionHref: string;
      })
    | undefined;
  readonly tabs: readonly MailTab[];
  readonly frame: string | undefined;
  readonly scheme: string | undefined;
  /** The text or the source. */
  readonly text: string | undefined;
  readonly closeHref: string;
}

/** What the view `outbox` shows. */
export interface OutboxPage extends PageModel {
  readonly rows: readonly OutboxRow[];
  readonly opened: OpenedMail | undefined;
  readonly next: string | undefined;
  readonly first: string | undefined;
}

const PATH = at('outbox');

/** The page of the outbox. @param text the opened part, if it is not the HTML. */
export const outboxPage = (
  filters: OutboxFilters,
  { items, next }: Listed,
  text: string | undefined,
): OutboxPage => {
  const { after, limit: _, file } = filters;
  return {
    title: 'Outbox',
    rows: items.map((mail) => ({
      ...{ sentAt: mail.sentAt, subject: mail.subject, to: mail.to },
      href: href(PATH, { after, file: mail.file }),
      isOpened: mail.file === file,
    })),
    opened: file === undefined ? undefined : opened(file, filters, items, text),
    next: next === null ? undefined : href(PATH, { after: next }),
    first: after === undefined ? undefined : PATH,
  };
};

const opened = (
  file: string,
  { after, part, scheme }: OutboxFilters,
  items: readonly OutboxMail[],
  text: string | undefined,
): OpenedMail => {
  const listed = items.find((mail) => mail.file === file);
  return {
    ...{ file, scheme, text },
    listed: listed && {
      ...listed,
      notificationHref: at('notifications', listed.notificationId),
      solutionHref: at('solutions', listed.solutionId),
    },
    tabs: mailTabs({ part, scheme }, (view) => href(PATH, { after, file, ...view })),
    frame: part === 'html' ? href(at('outbox', file, 'mail'), { scheme }) : undefined,
    closeHref: href(PATH, { after }),
  };
};
