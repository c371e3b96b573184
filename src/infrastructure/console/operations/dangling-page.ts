import type { Dangling, DanglingPage } from '../../../application/audit/registry/list-dangling.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';

interface DanglingRow extends Pick<Dangling, 'kind' | 'since'> {
  /** The id that was never registered, and where there is a page of it. */
  readonly id: string | undefined;
  readonly partnerId: string | undefined;
  readonly partnerHref: string | undefined;
  readonly type: string;
  /** The CloudEvent as its publisher knows it. */
  readonly source: string | undefined;
  readonly eventId: string;
}

/** What the view `dangling` shows. */
export interface DanglingModel extends PageModel {
  readonly rows: readonly DanglingRow[];
  readonly isIncomplete: boolean;
  readonly next: string | undefined;
  readonly first: string | undefined;
}

const PATH = at('operations', 'dangling');

/** The page of what events name although it was never registered. */
export const danglingPage = (
  { items, next, incomplete }: DanglingPage,
  after: string | undefined,
): DanglingModel => ({
  title: 'Dangling references',
  rows: items.map(({ kind, partnerId, userId, accountId, since, event }) => ({
    ...{ kind, since },
    id: { partner: partnerId, user: userId, account: accountId }[kind],
    partnerId: kind === 'partner' ? undefined : partnerId,
    partnerHref: kind === 'partner' || partnerId === undefined ? undefined : at('partners', partnerId),
    ...{ type: event.type, source: event.source, eventId: event.id ?? event.eventId },
  })),
  isIncomplete: incomplete !== undefined,
  next: next === null ? undefined : href(PATH, { after: next }),
  first: after === undefined ? undefined : PATH,
});
