import type * as z from 'zod';
import type { AccessLogPage, ShownAccess } from '../../../application/access-log/list-access-log.js';
import type { accessLogQuery } from '../../http/query-schemas.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { type Tone } from '../kit/words.js';

type AccessLogFilters = z.output<typeof accessLogQuery>;

/** An access as a row of the list. */
interface AccessRow
  extends Pick<
    ShownAccess,
    'at' | 'principalId' | 'principalName' | 'role' | 'action' | 'purpose' | 'status' | 'correlationId'
  > {
  readonly asked: readonly { readonly name: string; readonly value: string }[];
  /** Empty: it concerned all. */
  readonly solutions: string;
  /** How the answer is coloured. */
  readonly statusTone: Tone;
  /** The list of what the same principal did. */
  readonly principalHref: string;
  /** The list of the same action. */
  readonly actionHref: string;
}

/** What the view `access-log` shows. */
export interface AccessLogModel extends PageModel {
  readonly filters: AccessLogFilters;
  readonly rows: readonly AccessRow[];
  readonly next: string | undefined;
  readonly first: string | undefined;
}

const PATH = at('access-log');

/** The page of who read or changed what. */
export const accessLogPage = (filters: AccessLogFilters, { items, next }: AccessLogPage): AccessLogModel => {
  const { after, limit: _, ...kept } = filters;
  return {
    title: 'Access log',
    filters,
    rows: items.map((access) => ({
      ...access,
      asked: Object.entries(access.asked).map(([name, value]) => ({ name, value })),
      solutions: access.solutions.join(', '),
      statusTone: access.status !== undefined && access.status >= 400 ? 'warn' : '',
      principalHref: href(PATH, { ...kept, principal: access.principalId }),
      actionHref: href(PATH, { ...kept, action: access.action }),
    })),
    next: next === null ? undefined : href(PATH, { ...kept, after: next }),
    first: after === undefined ? undefined : href(PATH, kept),
  };
};
