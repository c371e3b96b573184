import { Injectable } from '@nestjs/common';
import { MAX_DECISIONS_PER_SLOT } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { plus } from '../../domain/kernel/instant.js';
import { Notification } from '../../domain/notification/notification.js';
import { DIGEST } from '../../domain/rules/notifications.js';
import { ESCALATION, NOBODY } from '../../domain/rules/shared/sentinels.js';
import { streamOf } from '../aggregates/streams.js';
import { EventStore } from '../ports/event-store.js';
import type { Body } from '../ports/projection.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type HistoryDocument, type HistoryEntry, history } from '../read-models/history/history.js';
import { type CoveredDecision, decidedAs, undecidedAs } from './covered-decision.js';
import {
  type CoveredSubject,
  type ExpectedDecision,
  ExpectedDecisions,
  GRACE_MS,
  type Period,
} from './expected-decisions.js';

/** How many entries of the history are read at once. */
const PAGE = 500;

/** Later digests to one person among which that is looked for which covers an earlier one. */
const LATER = 10;

/** Compares what the facts ask for with what is on record. */
@Injectable()
export class CoverageExaminer {
  constructor(
    private readonly log: EventStore,
    private readonly readModels: ReadModels,
  ) {}

  /** The expected decisions of a period. @param stopped ends their computation once it is aborted. */
  expectedIn(period: Period, stopped?: AbortSignal): ExpectedDecisions {
    return new ExpectedDecisions(this.log, period, stopped);
  }

  /** The decisions about one subject that are expected for people of its partner, and what became of each. */
  async examine(
    expected: ExpectedDecisions,
    subject: CoveredSubject,
    now: Instant,
  ): Promise<readonly CoveredDecision[]> {
    const isOurs = ({ partnerId }: ExpectedDecision) => partnerId === subject.partnerId;
    const wanted = (await expected.of(subject)).filter(isOurs);
    const entries = await this.#entries(wanted);
    const late = wanted.filter(
      ({ notificationId, slot }) => !entries.has(notificationId) && plus(slot.at, GRACE_MS) <= now,
    );
    const stillExpected = late.length > 0 ? (await expected.of(subject, GRACE_MS)).filter(isOurs) : [];
    const lasting = new Set(stillExpected.map(({ notificationId }) => notificationId));
    const covered: CoveredDecision[] = [];
    for (const one of wanted) {
      const entry = entries.get(one.notificationId);
      covered.push(entry ? decidedAs(one, entry) : await this.#undecided(one, lasting, now));
    }
    return covered;
  }

  async #undecided(
    expected: ExpectedDecision,
    lasting: ReadonlySet<string>,
    now: Instant,
  ): Promise<CoveredDecision> {
    const { slot, notificationId } = expected;
    if (slot.at > now) return undecidedAs(expected, 'planned');
    if (plus(slot.at, GRACE_MS) > now) return undecidedAs(expected, 'due');
    if (!lasting.has(notificationId)) return undecidedAs(expected, 'lapsed');
    const later = await this.#laterDigest(expected);
    return later ? undecidedAs(expected, 'coalesced', later) : undecidedAs(expected, 'shortfall');
  }

  /** What is on record, by the ids of the notifications: the history, and the log for what the history does not have. */
  async #entries(wanted: readonly ExpectedDecision[]): Promise<ReadonlyMap<string, Body<HistoryEntry>>> {
    const entries = new Map<string, Body<HistoryEntry>>();
    const ids = wanted.map(({ notificationId }) => notificationId);
    for (let n = 0; n < ids.length; n += PAGE)
      for (const [id, entry] of await this.readModels.get<HistoryEntry>(history, ids.slice(n, n + PAGE)))
        entries.set(id, entry);
    for (const { notificationId, partnerId, idAt } of wanted) {
      let found: Body<HistoryEntry> | undefined;
      // Later ids have what was decided in the place of a superseded one, or after decisions for people of a partner that had the account before.
      for (let n = 0; n < MAX_DECISIONS_PER_SLOT; n += 1) {
        const known = n === 0 ? entries.get(notificationId) : undefined;
        const entry = known ?? (await this.#onRecord(idAt(n)));
        if (!entry) break;
        if (entry.partnerId === partnerId) found = entry;
        if (found && found.outcome !== 'superseded') break;
      }
      if (found) entries.set(notificationId, found);
      else entries.delete(notificationId);
    }
    return entries;
  }

  /** The entry that the history will have once it has caught up. */
  async #onRecord(id: string): Promise<Body<HistoryEntry> | undefined> {
    let entry: Body<HistoryDocument> | undefined;
    for await (const event of this.log.readStream(streamOf(Notification.category, id)))
      if (history.handles.includes(event.type)) entry = history.evolve(entry, event, id, () => undefined);
    return entry;
  }

  /** Several digests that could not be decided in time become one. If that is withheld, it covers those that would have been, too. */
  async #laterDigest(expected: ExpectedDecision): Promise<string | undefined> {
    const { rule, slot, reason, recipientId } = expected;
    if (rule !== DIGEST || slot.key !== slot.date) return undefined;
    const later = await (recipientId === ESCALATION
      ? this.#laterEscalations(expected)
      : this.#laterDigests(expected));
    const covers = ({ decision }: Body<HistoryEntry>) => decision === 'raised' || reason !== undefined;
    return later.find(covers)?.notificationId;
  }

  /** The contact is also told of single mails that did not arrive, of any number: what covers is told beside a digest to nobody. */
  async #laterEscalations(expected: ExpectedDecision): Promise<readonly Body<HistoryEntry>[]> {
    const ofNobody = await this.#laterDigests({ ...expected, recipientId: NOBODY });
    const ids = ofNobody.map(({ slotDate }) => expected.idInSlot(slotDate));
    const found = await this.readModels.get<HistoryEntry>(history, ids);
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  async #laterDigests(expected: ExpectedDecision): Promise<readonly Body<HistoryEntry>[]> {
    const { rule, recipientId, partnerId, slot } = expected;
    const { documents } = await this.readModels.find<HistoryEntry>(history, {
      where: { recipientId, partnerId, rule },
      range: { decidedAt: { from: slot.at } },
      orderBy: 'decidedAt',
      limit: LATER,
    });
    return documents.filter(({ slotAt }) => slotAt > slot.at);
  }
}
