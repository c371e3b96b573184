import type { PersonDocument } from '../../../application/read-models/people/people.js';
import { at, href } from '../kit/href.js';

/** A person as a row of a list. */
export interface PersonRow
  extends Pick<
    PersonDocument,
    'userId' | 'name' | 'email' | 'role' | 'partnerId' | 'contentApproval' | 'accountExpiration'
  > {
  readonly href: string;
  readonly partnerHref: string;
  readonly status: 'active' | 'inactive' | 'undeliverable';
}

export const personRow = (person: PersonDocument): PersonRow => ({
  userId: person.userId,
  name: person.name,
  email: person.email,
  role: person.role,
  partnerId: person.partnerId,
  contentApproval: person.contentApproval,
  accountExpiration: person.accountExpiration,
  href: href(at('people', person.userId), { partner: person.partnerId }),
  partnerHref: at('partners', person.partnerId),
  status: statusOf(person),
});

const statusOf = ({ active, undeliverable }: PersonDocument): PersonRow['status'] => {
  if (!active) return 'inactive';
  return undeliverable ? 'undeliverable' : 'active';
};
