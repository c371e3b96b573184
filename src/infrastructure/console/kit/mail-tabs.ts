import type { MailView } from '../../../application/mails/mail-view.js';

/** A way to look at a mail. */
export interface MailTab {
  readonly label: string;
  readonly href: string;
  readonly isCurrent: boolean;
}

const TABS: readonly (readonly [label: string, view: MailView])[] = [
  ['HTML', { part: 'html' }],
  ['HTML, light', { part: 'html', scheme: 'light' }],
  ['HTML, dark', { part: 'html', scheme: 'dark' }],
  ['Text', { part: 'text' }],
  ['Source', { part: 'source' }],
];

/** All ways to look at a mail, with the current one marked. */
export const mailTabs = (current: MailView, hrefOf: (view: MailView) => string): readonly MailTab[] =>
  TABS.map(([label, view]) => ({
    ...{ label, href: hrefOf(view) },
    isCurrent: view.part === current.part && view.scheme === current.scheme,
  }));
