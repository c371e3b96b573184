import { partsOf } from '../../../application/aggregates/streams.js';
import { isPerson } from '../../../domain/rules/shared/sentinels.js';
import type { Subject } from '../../../domain/rules/shared/verdict.js';
import { at, href } from './href.js';

/** A link, and what it says. */
export interface Link {
  readonly label: string;
  readonly href: string;
}

/** The page of a person. @returns undefined for an escalation contact, or nobody. */
export const personHref = (userId: string, partnerId: string): string | undefined =>
  isPerson(userId) ? href(at('people', userId), { partner: partnerId }) : undefined;

/** The page of what a notification is about. */
export const subjectLink = ({ kind, id }: Subject): Link =>
  kind === 'socialAccount'
    ? { label: `Account ${id}`, href: at('accounts', id) }
    : { label: `Queue of ${id}`, href: at('queues', id) };

const PAGES: Readonly<Record<string, (id: string) => Link>> = {
  socialAccount: (id) => subjectLink({ kind: 'socialAccount', id }),
  approvalQueue: (id) => subjectLink({ kind: 'approvalQueue', id }),
  partner: (id) => ({ label: `Partner ${id}`, href: at('partners', id) }),
  solution: (id) => ({ label: `Solution ${id}`, href: at('solutions', id) }),
  notification: (id) => ({ label: `Notification ${id}`, href: at('notifications', id) }),
};

/** The page of what a stream is about; undefined if there is none. */
export const streamLink = (stream: string): Link | undefined => {
  const { category, id } = partsOf(stream);
  return Object.hasOwn(PAGES, category) ? PAGES[category]?.(id) : undefined;
};
