import { Injectable } from '@nestjs/common';
import { Partner } from '../../../domain/partner/partner.js';
import { isPerson } from '../../../domain/rules/shared/sentinels.js';
import type { Condition } from '../../../domain/rules/shared/verdict.js';
import type { Trail } from '../history/notification-trail.js';
import { byWhom, lastChangeOf, type PersonChange, PersonHistory } from './person-history.js';

/** The preference that each of these conditions is about. */
const PREFERENCES: Readonly<Record<string, string>> = {
  'has-not-opted-out': 'accountExpiration',
  'wants-digests': 'contentApproval',
};

/** Who chose a preference, and who gave and changed the address that a decision has. */
export interface PersonNotes {
  /** The change of the preference for which nothing was sent. */
  readonly preference?: PersonChange | undefined;
  /** The change that gave the address of the decision. */
  readonly addressGiven?: PersonChange | undefined;
  /** The first change of the address since. */
  readonly addressChanged?: PersonChange | undefined;
  /** The same as sentences; empty if there is nothing to say. */
  readonly says: string;
}

/** Finds in the log who chose what and who changed an address. */
@Injectable()
export class PersonNotesOf {
  constructor(private readonly history: PersonHistory) {}

  /**
   * What to say of the recipient of a decision, recorded at a position. Nothing for who is not a person, and nothing from after the
   * decision if the partner has moved. What was recorded while it was made comes after it.
   */
  async decision({ decision, decided, hasMoved }: Trail): Promise<PersonNotes> {
    const { recipient, partnerId, conditions, seen } = decision;
    if (!isPerson(recipient.userId)) return { says: '' };
    const { changes } = await this.history.of(partnerId, recipient.userId);
    const last = seen?.[Partner.category];
    const isBefore = ({ position, revision }: PersonChange) =>
      last === undefined ? position < decided.position : revision <= last;
    const isSince = (change: PersonChange) => !isBefore(change) && hasField(change, 'email');
    const preference = preferenceIn(conditions, changes, isBefore);
    const addressChanged = hasMoved ? undefined : changes.find(isSince);
    return {
      preference,
      addressGiven: lastChangeOf(changes, 'email', isBefore),
      addressChanged,
      says: [
        ...chosen(preference),
        ...(addressChanged
          ? [`Their address was changed to ${newAddress(addressChanged)} ${byWhom(addressChanged)}.`]
          : []),
      ].join(' '),
    };
  }

  /** Who chose that nothing is sent, as a sentence, by what was known at a moment. */
  async preference(
    partnerId: string,
    userId: string,
    conditions: readonly Condition[],
    at: string,
  ): Promise<string> {
    if (!conditions.some(isAgainst)) return '';
    const { changes } = await this.history.of(partnerId, userId);
    return chosen(preferenceIn(conditions, changes, ({ recordedAt }) => recordedAt <= at)).join(' ');
  }
}

const isAgainst = ({ name, holds }: Condition): boolean => !holds && Object.hasOwn(PREFERENCES, name);

const preferenceIn = (
  conditions: readonly Condition[],
  changes: readonly PersonChange[],
  isKnown: (change: PersonChange) => boolean,
): PersonChange | undefined => {
  const field = PREFERENCES[conditions.find(isAgainst)?.name ?? ''];
  return field === undefined ? undefined : lastChangeOf(changes, field, isKnown);
};

const chosen = (change: PersonChange | undefined): readonly string[] =>
  change ? [`That was chosen ${byWhom(change)}.`] : [];

const hasField = ({ changes }: PersonChange, field: string): boolean =>
  changes.some((one) => one.field === field);

const newAddress = ({ changes }: PersonChange): string =>
  String(changes.find(({ field }) => field === 'email')?.to ?? 'none');
