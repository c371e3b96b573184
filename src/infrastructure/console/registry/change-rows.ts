import type { Change } from '../../../application/audit/changes/change.js';
import type { ChangedKind } from '../../../application/audit/changes/changed-kinds.js';
import type { PersonChange } from '../../../application/audit/people/person-history.js';
import type { Instant } from '../../../domain/kernel/event.js';
import type { Fact } from '../kit/facts.js';
import { type ChangedField, differencesOf, fieldsOf, labelOf, shownValue } from './changed-fields.js';

/** One event as a step of a timeline. */
export interface ChangeRow {
  /** What happened, as a sentence. */
  readonly says: string;
  /** Who caused it. */
  readonly by: string;
  readonly occurredAt: Instant;
  /** When Herald learned of it; undefined if at once. */
  readonly learnedAt: Instant | undefined;
  readonly fields: readonly ChangedField[];
  /** It was compared with what was known, and nothing is different. */
  readonly isWithoutEffect: boolean;
  readonly type: string;
  readonly eventId: string;
  readonly position: string;
  readonly recordedAt: Instant;
  /** The CloudEvent of the platform. */
  readonly source: string | undefined;
  readonly sourceId: string | undefined;
  /** What the platform sent for texts that were cleaned, by the name of the field. */
  readonly asSent: readonly Fact[];
}

/** What each event says to people. */
const SENTENCES: Readonly<Record<string, string>> = {
  AddressUndeliverable: 'The address turned out to be undeliverable.',
  AuthorisationRenewed: 'The authorisation was renewed.',
  DigestRaised: 'A digest was raised.',
  DigestRequestExpired: 'A Send Now expired without an answer.',
  DigestRequested: 'Somebody pressed Send Now.',
  DigestReturned: 'A digest did not arrive: what it listed is new again.',
  DigestSlotsClosed: 'Everybody has a decision for these slots.',
  PartnerClaimed: 'The partner was named for the first time, before its registration.',
  PartnerLeft: 'The partner left.',
  PartnerRegistered: 'The partner was registered.',
  PartnerUserAdded: 'A person was added.',
  PartnerUserChanged: 'A person’s data changed.',
  PartnerUserRemoved: 'A person was removed.',
  PartnerZoneChanged: 'The time zone changed.',
  PostApproved: 'A post was approved.',
  PostAwaitingApproval: 'A post was submitted for approval.',
  PostRejected: 'A post was rejected.',
  PostWithdrawn: 'A post was withdrawn.',
  PreferencesChanged: 'A person’s choice of mails changed.',
  SlotDecided: 'Everybody concerned has a decision for this slot.',
  SocialAccountClaimed: 'The account was named for the first time, before it was connected.',
  SocialAccountConnected: 'The account was connected.',
  SocialAccountRemoved: 'The account was removed.',
  SolutionConfigured: 'The solution was configured.',
  TokenExpired: 'The authorisation ended: its time passed.',
  TokenExpiring: 'The authorisation ends soon.',
  TokenInvalidated: 'The network refused the authorisation.',
};

/** Who causes what nobody reported. */
const CAUSES: Readonly<Record<string, string>> = {
  clock: 'Herald, as time passed',
  delivery: 'Herald, by the outcome of a mail',
  platform: 'the platform',
};

/** The fields that say no more than whose stream it is. */
const OWN: Readonly<Record<ChangedKind, readonly string[]>> = {
  'social-account': ['accountId'],
  partner: ['partnerId'],
  'approval-queue': ['partnerId'],
  solution: ['solutionId'],
};

type Recorded = Omit<Change, 'data'> & { readonly via?: string | undefined };

const rowOf = (
  { type, actor, occurredAt, recordedAt, eventId, position, source, sourceId, asSent, via }: Recorded,
  fields: readonly ChangedField[],
  isCompared: boolean,
): ChangeRow => ({
  ...{ type, eventId, position, occurredAt, recordedAt, source, sourceId, fields },
  isWithoutEffect: isCompared && fields.length === 0,
  says: SENTENCES[type] ?? `${labelOf(type)}.`,
  by: via === 'unsubscribe-link' ? 'the person, by the link in a mail' : (CAUSES[actor] ?? actor),
  learnedAt: recordedAt.slice(0, 16) === occurredAt.slice(0, 16) ? undefined : recordedAt,
  asSent: Object.entries(asSent ?? {}).map(([field, text]) => ({
    name: labelOf(field),
    text,
  })),
});

/** The changes of a person, the newest first. @param changes the oldest first. */
export const personChangeRows = (changes: readonly PersonChange[], partnerId: string): readonly ChangeRow[] =>
  changes.toReversed().map((change) =>
    rowOf(
      change,
      change.changes.map(({ field, from, to }) => ({
        name: labelOf(field),
        ...shownValue(field, to, partnerId),
        before: from === undefined ? undefined : shownValue(field, from, partnerId),
      })),
      true,
    ),
  );

/** The changes of anything else, the newest first. Settings are shown by what differs from the event before, where that is known. */
export const changeRows = (kind: ChangedKind, changes: readonly Change[]): readonly ChangeRow[] =>
  changes.map((change, index) => {
    const before = kind === 'solution' ? changes[index + 1] : undefined;
    const fields = before ? differencesOf(change.data, before.data) : fieldsOf(change.data, OWN[kind]);
    return rowOf(change, fields, before !== undefined);
  });
