import type { ListedPage } from '../../../application/audit/registry/list-documents.js';
import type { PartnerDocument } from '../../../application/read-models/partners/partners.js';
import type { SolutionDocument } from '../../../application/read-models/solutions/solutions.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { type PartnerRow, partnerRow } from './partner-row.js';
import type { LatestChanges, Planned, Told } from './related.js';
import { type SolutionRow, solutionRow } from './solution-row.js';

/** What the view `solution` shows. */
export interface SolutionPage extends PageModel {
  readonly solution: SolutionRow;
  /** What is set; undefined while the solution is not configured. */
  readonly settings:
    | Pick<
        SolutionDocument,
        'baseUrl' | 'accountUrl' | 'postUrl' | 'branding' | 'sender' | 'escalationEmail' | 'policies'
      >
    | undefined;
  readonly partners: readonly PartnerRow[];
  readonly partnersHref: string;
  readonly hasMorePartners: boolean;
  readonly changes: LatestChanges | undefined;
  readonly told: Told;
  readonly planned: Planned;
}

interface Found {
  readonly solution: SolutionDocument;
  readonly partners: ListedPage<PartnerDocument>;
  readonly changes: LatestChanges | undefined;
  readonly told: Told;
  readonly planned: Planned;
}

/** The page of one solution. */
export const solutionPage = ({ solution, partners, changes, told, planned }: Found): SolutionPage => {
  const { solutionId, name, status } = solution;
  const { baseUrl, accountUrl, postUrl, branding, sender, escalationEmail, policies } = solution;
  return {
    title: name ?? solutionId,
    solution: solutionRow(solution),
    settings:
      status === 'configured'
        ? { baseUrl, accountUrl, postUrl, branding, sender, escalationEmail, policies }
        : undefined,
    partners: partners.documents.map(partnerRow),
    partnersHref: href(at('partners'), { solution: solutionId }),
    hasMorePartners: partners.next !== undefined,
    changes,
    told,
    planned,
  };
};
