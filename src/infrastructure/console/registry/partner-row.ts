import type { PartnerDocument } from '../../../application/read-models/partners/partners.js';
import { at } from '../kit/href.js';

/** A partner as a row of a list. */
export interface PartnerRow
  extends Pick<PartnerDocument, 'partnerId' | 'name' | 'timeZone' | 'status' | 'solutionId'> {
  readonly href: string;
  readonly solutionHref: string | undefined;
}

export const partnerRow = (partner: PartnerDocument): PartnerRow => ({
  partnerId: partner.partnerId,
  name: partner.name,
  timeZone: partner.timeZone,
  status: partner.status,
  solutionId: partner.solutionId,
  href: at('partners', partner.partnerId),
  solutionHref: partner.solutionId === undefined ? undefined : at('solutions', partner.solutionId),
});
