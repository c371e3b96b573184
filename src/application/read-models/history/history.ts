import { MAX_SEARCHED_SUBJECT } from '../../../domain/bounds.js';
import { type ChannelName, EMAIL } from '../../../domain/channels/address.js';
import { mailboxOf } from '../../../domain/channels/email-address.js';
import type { Instant } from '../../../domain/kernel/event.js';
import type { Decision, RaisedContent } from '../../../domain/notification/decision.js';
import type { ResolvedAs } from '../../../domain/notification/resolution.js';
import type { WithheldReason } from '../../../domain/rules/shared/reasons.js';
import type { RuleId } from '../../../domain/rules/shared/rule-id.js';
import { recipientOnRecord } from '../../../domain/rules/shared/sentinels.js';
import { partsOf } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Body, Projection } from '../../ports/projection.js';

export const OUTCOMES = [
  'pending',
  'sending',
  'accepted',
  'deferred',
  'rejected',
  'given-up',
  'superseded',
  'outcome-unknown',
  'abandoned',
  'delivered',
  'bounced',
  'complained',
  'withheld',
] as const;

/** The delivery status; `withheld` if there is nothing to deliver. */
export type HistoryOutcome = (typeof OUTCOMES)[number];

/** One decision and its outcome. */
export interface HistoryEntry extends Document {
  readonly notificationId: string;
  readonly rule: RuleId;
  readonly decision: 'raised' | 'withheld';
  readonly reason?: WithheldReason | undefined;
  readonly outcome: HistoryOutcome;
  readonly outcomeAt: Instant;
  /** What the server said last, or why there is no outcome. */
  readonly detail?: string | undefined;
  /** What a person made of an outcome in doubt. It stays, whatever becomes known later. */
  readonly resolvedAs?: ResolvedAs | undefined;
  readonly attempts: number;
  readonly decidedAt: Instant;
  readonly slotAt: Instant;
  readonly slotDate: string;
  readonly slotZone: string;
  readonly lateByMs: number;
  readonly recipientId: string;
  readonly recipientName: string;
  readonly channel: ChannelName;
  readonly recipientAddress: string;
  /** The address where the channel is e-mail. */
  readonly recipientEmail?: string | undefined;
  readonly escalation: boolean;
  readonly partnerId: string;
  readonly solutionId: string;
  /** For notifications about a social account. */
  readonly accountId?: string | undefined;
  readonly subjectLine?: string | undefined;
  readonly test: boolean;
}

/** An entry with what only the read model needs, to find and count entries. */
export interface HistoryDocument extends HistoryEntry {
  /** The civil date of the decision in UTC. */
  readonly decidedOn: string;
  /** The same for every spelling of `recipientAddress`. */
  readonly recipientMailbox: string;
  /** The beginning of the subject line as `subjectKeyOf` makes it. */
  readonly subjectKey?: string | undefined;
}

/** Text as subject lines are compared: in any case, and with any spaces. */
export const comparedSubject = (text: string): string =>
  text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');

/** What the entries with a subject line are found by: as much of it as a search may give. */
export const subjectKeyOf = (subjectLine: string): string =>
  Array.from(comparedSubject(subjectLine)).slice(0, MAX_SEARCHED_SUBJECT).join('');

/** The entry alone. */
export const entryOf = ({
  decidedOn: _,
  recipientMailbox: __,
  subjectKey: ___,
  ...entry
}: HistoryDocument): HistoryEntry => entry;

const FIELD = /"(?:decidedOn|id|position|recipientMailbox|subjectKey)":"[^"\\]*(?:\\.[^"\\]*)*"/.source;

/** The fields of a document that are not shown, in its JSON, where only a key stands between a comma and a colon. */
const UNSHOWN_FIRST = new RegExp(`^\\{(?:${FIELD},)+`);
const UNSHOWN = new RegExp(`,${FIELD}`, 'g');

/** The JSON of an entry as it is shown, without its id and position, cut out of that of its document. */
export const shownTextOf = (document: string): string =>
  document.replace(UNSHOWN_FIRST, '{').replace(UNSHOWN, '');

/**
 * The fields that decisions are counted by, day by day, and filtered by while they are counted. They are one index, which answers by
 * itself.
 */
export const COUNTED_FIELDS = [
  'decidedOn',
  'rule',
  'decision',
  'reason',
  'outcome',
  'solutionId',
  'channel',
] as const satisfies readonly (keyof HistoryDocument)[];

/**
 * The searchable fields of history; each is indexed together with the time of the decision. Those with the fewest decisions for one
 * value come first: by the first of them a query of several is searched.
 */
export const HISTORY_FIELDS = [
  'recipientId',
  'recipientMailbox',
  'accountId',
  'subjectKey',
  'partnerId',
  'solutionId',
  'slotDate',
  'reason',
  'outcome',
  'rule',
  'decision',
  'channel',
] as const satisfies readonly (keyof HistoryDocument)[];

/** A period of slots begins and ends within dates: which of their decisions are of the period is told by the index, too. */
const SLOT_DATE_INDEX = ['slotDate', 'decidedAt', '+slotAt'];

/** What was sent to whom, when and with which outcome, and what was withheld. */
export const history: Projection<HistoryDocument> = {
  name: 'history',
  version: 13,
  handles: [
    'NotificationRaised',
    'NotificationWithheld',
    'SendStarted',
    'Accepted',
    'Deferred',
    'Rejected',
    'GivenUp',
    'OutcomeUnknown',
    'OutcomeResolved',
    'Superseded',
    'Delivered',
    'Bounced',
    'Complained',
  ],
  indexes: [
    ['decidedAt'],
    ['slotAt'],
    ['solutionId', 'subjectKey'],
    ...HISTORY_FIELDS.map((field) => (field === 'slotDate' ? SLOT_DATE_INDEX : [field, 'decidedAt'])),
    COUNTED_FIELDS,
  ],
  target: ({ stream }) => ({ ids: [partsOf(stream).id] }),
  evolve: (entry, event, id) => {
    if (event.type === 'NotificationRaised' || event.type === 'NotificationWithheld')
      return decided(event, id);
    return entry && { ...entry, ...outcomeOf(event, entry), outcomeAt: event.metadata.recordedAt };
  },
};

const decided = (event: StoredEvent, id: string): Body<HistoryDocument> => {
  const isRaised = event.type === 'NotificationRaised';
  const data = event.data as unknown as Decision &
    Partial<Pick<RaisedContent, 'subjectLine'>> & { readonly reason?: WithheldReason };
  const { slot, subject } = data;
  const recipient = recipientOnRecord(data.recipient, data.escalation);
  const { channel, value } = recipient.address;
  const decidedAt = event.metadata.recordedAt;
  return {
    id,
    notificationId: id,
    rule: data.rule,
    decision: isRaised ? 'raised' : 'withheld',
    reason: data.reason,
    outcome: isRaised ? 'pending' : 'withheld',
    outcomeAt: decidedAt,
    attempts: 0,
    decidedAt,
    decidedOn: decidedAt.slice(0, 10),
    slotAt: slot.at,
    slotDate: slot.date,
    slotZone: slot.zone,
    lateByMs: data.lateBy,
    recipientId: recipient.userId,
    recipientName: recipient.name,
    channel,
    recipientAddress: value,
    recipientMailbox: mailboxOf(value),
    recipientEmail: channel === EMAIL ? value : undefined,
    escalation: data.escalation,
    partnerId: data.partnerId,
    solutionId: data.solutionId,
    accountId: subject.kind === 'socialAccount' ? subject.id : undefined,
    subjectLine: data.subjectLine,
    subjectKey: data.subjectLine === undefined ? undefined : subjectKeyOf(data.subjectLine),
    test: data.test,
  };
};

type Known = Pick<HistoryEntry, 'outcome' | 'attempts' | 'resolvedAs'>;
type Progress = Partial<Pick<HistoryEntry, 'outcome' | 'detail' | 'attempts' | 'resolvedAs'>>;

const outcomeOf = ({ type, data }: StoredEvent, { outcome, attempts, resolvedAs }: Known): Progress => {
  // A late answer to an attempt that a person had sent again: only that it has arrived ends the waiting.
  const isAsked = resolvedAs === 'resend' && (outcome === 'pending' || Number(data.attempt) < attempts);
  const detail = String(data.reply ?? data.reason ?? '');
  switch (type) {
    case 'SendStarted':
      return { outcome: 'sending', attempts: Number(data.attempt) };
    case 'Accepted':
      return isAsked && outcome === 'sending' ? {} : { outcome: 'accepted', detail };
    case 'Deferred':
      return { outcome: 'deferred', detail, attempts: Number(data.attempt) };
    case 'Rejected':
      return isAsked ? {} : { outcome: 'rejected', detail, attempts: Number(data.attempt) };
    case 'GivenUp':
      return { outcome: 'given-up', detail };
    case 'Delivered':
      return { outcome: 'delivered', detail };
    case 'Bounced':
      return { outcome: 'bounced', detail };
    case 'Complained':
      return { outcome: 'complained', detail };
    case 'Superseded':
      return { outcome: 'superseded', detail };
    case 'OutcomeResolved': {
      const as = data.as as ResolvedAs;
      return { outcome: as === 'resend' ? 'pending' : as, detail, resolvedAs: as };
    }
    default:
      return { outcome: 'outcome-unknown', detail };
  }
};
