// A decision as the history keeps it.
import { subjectKeyOf } from '../dist/application/read-models/history/history.js';

/** The fields that a bench chooses: who, what, when; `reason` and `outcome` decide whether it was raised. */
export const decisionDocument = ({
  id,
  rule,
  reason,
  outcome,
  decidedAt,
  person,
  partner,
  solution,
  account,
  posts,
}) => {
  const isRaised = reason === undefined;
  const subjectLine = `${posts} new posts need your approval in Partner ${partner}`;
  return {
    id,
    notificationId: id,
    rule,
    decision: isRaised ? 'raised' : 'withheld',
    ...(isRaised ? {} : { reason }),
    outcome: isRaised ? outcome : 'withheld',
    outcomeAt: decidedAt,
    ...(isRaised ? { detail: '250 2.0.0 Ok: queued as 4FqXyZ1abc' } : {}),
    attempts: isRaised ? 1 : 0,
    decidedAt,
    decidedOn: decidedAt.slice(0, 10),
    slotAt: decidedAt,
    slotDate: decidedAt.slice(0, 10),
    slotZone: 'Europe/Berlin',
    lateByMs: 0,
    recipientId: `u${person}`,
    recipientName: `Person u${person}`,
    channel: 'email',
    recipientAddress: `u${person}@partner.example`,
    recipientMailbox: `u${person}@partner.example`,
    recipientEmail: `u${person}@partner.example`,
    escalation: false,
    partnerId: `p${partner}`,
    solutionId: `s${solution}`,
    accountId: `a${account}`,
    ...(isRaised ? { subjectLine, subjectKey: subjectKeyOf(subjectLine) } : {}),
    test: false,
  };
};
