import { Injectable } from '@nestjs/common';
import { MAX_PERSON_CHANGES } from '../../../domain/bounds.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { evolveUser, Partner, USER_EVENTS } from '../../../domain/partner/partner.js';
import { isPresent, NEW_USER, type PartnerUser } from '../../../domain/partner/partner-user.js';
import { recorded, streamOf } from '../../aggregates/streams.js';
import { EventStore, type Position, type StoredEvent } from '../../ports/event-store.js';

/** One field of a person, before and after. */
export interface FieldChange {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** One event about a person: who reported or did what, when, and what changed by it. */
export interface PersonChange {
  readonly type: string;
  readonly eventId: string;
  readonly position: Position;
  /** Which event of the partner it is, from 0. */
  readonly revision: number;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** `platform`, or whoever else caused the event. */
  readonly actor: string;
  /** `unsubscribe-link`: the person's own act. */
  readonly via?: string | undefined;
  /** The CloudEvent of the platform. */
  readonly source?: string | undefined;
  readonly sourceId?: string | undefined;
  /** Empty if newer facts were known, or nothing is different. */
  readonly changes: readonly FieldChange[];
  /** What the platform sent for texts that were cleaned or converted. */
  readonly asSent?: Readonly<Record<string, string>> | undefined;
}

/** Which of the changes of a person. */
export interface ChangesPage {
  /** Those before the change by this event. Default: all. */
  readonly before?: string | undefined;
  /** At most so many, the latest. */
  readonly limit?: number;
}

/** What happened to a person, as the log has it. */
@Injectable()
export class PersonHistory {
  constructor(private readonly log: EventStore) {}

  /**
   * The changes, oldest first.
   * @param page which of them. Default: the latest `MAX_PERSON_CHANGES`.
   * @returns the latest of these, and whether there are older ones.
   * @throws HeraldError `invalid-cursor` if there is no such event.
   */
  async of(
    partnerId: string,
    userId: string,
    { before, limit = MAX_PERSON_CHANGES }: ChangesPage = {},
  ): Promise<{ readonly changes: readonly PersonChange[]; readonly more: boolean }> {
    const changes: PersonChange[] = [];
    let isFound = before === undefined;
    let user = NEW_USER;
    let count = 0;
    for await (const event of this.log.readStream(streamOf(Partner.category, partnerId))) {
      if (event.data.userId !== userId || !isUserEvent(event)) continue;
      if (event.id === before) {
        isFound = true;
        break;
      }
      const after = evolveUser(user, recorded(event));
      changes.push(changeOf(event, user, after));
      count += 1;
      if (changes.length > limit) changes.shift();
      user = after;
    }
    if (!isFound)
      throw new HeraldError(
        'invalid-cursor',
        'The cursor does not belong to this person: start again without it, or use `next` of the page before.',
        'after',
      );
    return { changes, more: count > changes.length };
  }
}

const isUserEvent = ({ type }: StoredEvent): boolean => (USER_EVENTS as readonly string[]).includes(type);

const changeOf = (
  { type, id, position, revision, data, metadata }: StoredEvent,
  before: PartnerUser,
  after: PartnerUser,
): PersonChange => {
  const { occurredAt, recordedAt, actor, source, sourceId, asSent } = metadata;
  // Older versions recorded own acts with the actor alone.
  const via = data.via ?? (actor.startsWith('unsubscribe:') ? 'unsubscribe-link' : undefined);
  return {
    ...{ type, eventId: id, position, revision, occurredAt, recordedAt, actor, source, sourceId },
    via: via as string | undefined,
    changes: differences(shown(before), shown(after)),
    asSent,
  };
};

const shown = (user: PartnerUser): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(Object.entries(user.fields).map(([field, register]) => [field, register?.value])),
  present: isPresent(user),
  undeliverable: user.undeliverable?.reason,
});

const differences = (
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly FieldChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ field, from: before[field], to: after[field] }));

/** The last change of a field, up to a position or moment. */
export const lastChangeOf = (
  changes: readonly PersonChange[],
  field: string,
  isKnown: (change: PersonChange) => boolean,
): PersonChange | undefined =>
  changes.findLast((change) => isKnown(change) && change.changes.some((one) => one.field === field));

/** Who made a change and by which event, as the end of a sentence. */
export const byWhom = ({ via, source, sourceId, eventId, actor, occurredAt }: PersonChange): string => {
  const who =
    via === 'unsubscribe-link'
      ? 'by the link in a mail'
      : sourceId === undefined
        ? `by ${actor}`
        : `by the platform (event ${sourceId} of ${source})`;
  return `at ${occurredAt} ${who}, recorded as ${eventId}`;
};
