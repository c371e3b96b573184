import type { PersonHistoryAnswer } from '../../../application/audit/people/get-person-history.js';
import type { PersonChange } from '../../../application/audit/people/person-history.js';
import type { ListedPage } from '../../../application/audit/registry/list-documents.js';
import type { PartnerDocument } from '../../../application/read-models/partners/partners.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';
import type { SolutionDocument } from '../../../application/read-models/solutions/solutions.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { type AccountRow, accountRow } from './account-row.js';
import { personChangeRows } from './change-rows.js';
import { type PersonRow, personRow } from './person-row.js';
import { type LatestChanges, type Planned, RELATED_CHANGES, type Told } from './related.js';

/** An address that a person had, and until when. */
interface FormerAddress {
  readonly address: string;
  readonly until: Instant;
}

interface Undeliverable {
  readonly address: string;
  readonly reason: string;
  readonly since: Instant;
  /** The mail that showed it. */
  readonly href: string;
}

/** What the view `person` shows. */
export interface PersonPage extends PageModel {
  /** Undefined for somebody who was never added: only a choice of theirs or the like is known. */
  readonly person: PersonRow | undefined;
  readonly userId: string;
  readonly partner: { readonly name: string; readonly href: string; readonly zone: string | undefined };
  readonly locale: string | undefined;
  /** How often they get digests, and by whose choice. */
  readonly digests: Choice;
  /** Whether they get mails about accounts, and by whose choice. */
  readonly accountMails: Choice;
  readonly undeliverable: Undeliverable | undefined;
  readonly formerAddresses: readonly FormerAddress[];
  readonly accounts: readonly AccountRow[];
  readonly accountsHref: string;
  readonly changes: LatestChanges;
  readonly told: Told;
  readonly planned: Planned;
  readonly whyNotHref: string;
}

interface Choice {
  /** Undefined where neither they nor their solution has said anything. */
  readonly value: string | undefined;
  readonly isChosen: boolean;
}

interface Found {
  readonly history: PersonHistoryAnswer;
  readonly person: PersonDocument | undefined;
  readonly partner: PartnerDocument | undefined;
  readonly solution: SolutionDocument | undefined;
  readonly owned: ListedPage<AccountDocument>;
  readonly told: Told;
  readonly planned: Planned;
}

/** The page of one person. */
export const personPage = ({
  history,
  person,
  partner,
  solution,
  owned,
  told,
  planned,
}: Found): PersonPage => {
  const { userId, partnerId, name } = history.person;
  return {
    title: name ?? userId,
    person: person && personRow(person),
    userId,
    partner: {
      name: partner?.name ?? partnerId,
      href: at('partners', partnerId),
      zone: partner?.timeZone,
    },
    locale: person?.locale ?? solution?.locale,
    digests: choice(person?.contentApproval, usualFrequency(person?.role, solution)),
    accountMails: choice(person?.accountExpiration, 'on'),
    undeliverable: person?.undeliverable && {
      address: person.undeliverable.address,
      reason: person.undeliverable.reason,
      since: person.undeliverable.since,
      href: at('notifications', person.undeliverable.notificationId),
    },
    formerAddresses: formerAddresses(history.items, person?.email),
    accounts: owned.documents.map(accountRow),
    accountsHref: href(at('accounts'), { partner: partnerId, owner: userId }),
    changes: {
      rows: personChangeRows(history.items.slice(-RELATED_CHANGES), partnerId),
      href: href(at('people', userId, 'changes'), { partner: partnerId }),
    },
    told,
    planned,
    whyNotHref: href(at('why-not'), { person: userId, partner: partnerId }),
  };
};

const choice = (chosen: string | undefined, usual: string | undefined): Choice => ({
  value: chosen ?? usual,
  isChosen: chosen !== undefined,
});

/** What the solution provides for who has not chosen. */
const usualFrequency = (
  role: string | undefined,
  solution: SolutionDocument | undefined,
): string | undefined => solution?.policies?.contentApprovalDefault[role === 'admin' ? 'admin' : 'member'];

/** The addresses that they no longer have, the latest first. @param changes the oldest first. */
const formerAddresses = (
  changes: readonly PersonChange[],
  current: string | undefined,
): readonly FormerAddress[] => {
  const until = new Map<string, Instant>();
  for (const { changes: fields, occurredAt } of changes)
    for (const { field, from } of fields)
      if (field === 'email' && typeof from === 'string' && from !== current) until.set(from, occurredAt);
  return [...until].map(([address, end]) => ({ address, until: end })).toReversed();
};
