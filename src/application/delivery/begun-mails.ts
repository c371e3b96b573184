import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { MAX_DAYS_BEGUN_MAILS, MAX_UNWRITTEN_BEGUN_MAILS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { DAY, plus } from '../../domain/kernel/instant.js';
import { Notification } from '../../domain/notification/notification.js';
import { Aggregates, type AppendedEvent } from '../aggregates/aggregates.js';
import { partsOf, streamOf } from '../aggregates/streams.js';
import { boundedCache } from '../caches/bounded-cache.js';
import { pause, pauseAfterDrop } from '../concurrency/back-off.js';
import { LogOnce } from '../concurrency/log-once.js';
import { EventsCommitted } from '../events/events-committed.js';
import {
  type Collection,
  type Document,
  DocumentStore,
  stepAfter,
  type Write,
} from '../ports/document-store.js';
import { EventStore } from '../ports/event-store.js';

/** A mail whose sending was started. `kept`: an operator has decided that it is not sent again. */
export interface BegunMail extends Document {
  readonly eventId: string;
  /** What it is about, where it is raised with another id if the platform reports the same events again. */
  readonly occasion?: string;
  readonly begunAt: Instant;
  readonly status: 'begun' | 'kept';
  readonly reason?: string;
}

interface Epoch extends Document {
  readonly epoch: number;
}

export const BEGUN: Collection = {
  name: 'begun-mails@1',
  indexes: [['status', 'position'], ['begunAt']],
  whenLost:
    'Which mails were started before is lost, so Herald cannot tell whether the log was restored from a backup. Sending is held until an operator releases it; herald sending show says more.',
};
export const EPOCHS: Collection = {
  name: 'begun-mails-epoch@1',
  indexes: [],
  whenLost:
    'Which decisions were made after a restore is derived from the mails that were started. Sending is held until an operator releases it; herald sending show says more.',
};
const EPOCH_ID = 'epoch';
const PAGE = 500;

/**
 * How long mails are gathered behind those that were just written, in milliseconds. In a surge each write would hold a few only; an instance
 * that is killed forgets what it has gathered.
 */
const GATHER_MS = 50;

/** The event that starts an attempt. */
type Start = Pick<AppendedEvent, 'id' | 'type' | 'stream' | 'position' | 'data' | 'metadata'>;

/**
 * Remembers started mails beside the read models. Mails of this instance are noted when they are appended; those of other instances come
 * from the log. A log that lacks the last of them was restored from a backup, or is another one. A restored log assigns the same positions
 * again, so each decision of an operator starts a new epoch.
 */
@Injectable()
@EventsHandler(EventsCommitted)
export class BegunMails implements IEventHandler<EventsCommitted> {
  readonly #logOnce = new LogOnce(new Logger(BegunMails.name));
  #epoch = 0;
  #waiting: Start[] = [];
  /** Mails that this instance has started; they come once more with the committed batches. */
  readonly #own = boundedCache<true>(MAX_UNWRITTEN_BEGUN_MAILS);
  #writing: Promise<void> | undefined;
  readonly #closed = new AbortController();

  constructor(
    private readonly documents: DocumentStore,
    private readonly log: EventStore,
    aggregates: Aggregates,
  ) {
    aggregates.appended.subscribe((events) => {
      const begun = events.filter(isStart);
      for (const { id } of begun) this.#own.set(id, true);
      this.#remember(begun);
    });
  }

  async open(): Promise<void> {
    await this.documents.ensure(BEGUN);
    await this.documents.ensure(EPOCHS);
    this.#epoch = await this.#newestEpoch();
    await this.refresh();
  }

  /** Reads the current epoch again: another instance may have recorded a decision. */
  async refresh(): Promise<void> {
    this.#epoch = (await this.#epochDocument())?.epoch ?? this.#epoch;
  }

  /** Remembers the mails that other instances have started, and own ones whose append had no answer. */
  handle({ events }: EventsCommitted): void {
    this.#remember(events.filter((event) => isStart(event) && !this.#own.has(event.id)));
  }

  /** They are written in the background, many at a time. */
  #remember(begun: readonly Start[]): void {
    if (begun.length === 0) return;
    this.#keepLatest([...this.#waiting, ...begun]);
    this.#writing ??= this.#write();
  }

  /** Resolves when everything known is written, or cannot be. Nothing may be started any more, here or in the projections. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#writing;
  }

  /** The mails that the log does not know, newest first, at most `limit`. */
  async unknownToLog(limit: number): Promise<readonly BegunMail[]> {
    const unknown: BegunMail[] = [];
    for await (const page of this.#unknownPages(Math.min(PAGE, limit))) {
      unknown.push(...page);
      if (unknown.length >= limit) break;
    }
    return unknown.slice(0, limit);
  }

  /** The first of these ids that is none of a mail which the log does not know; undefined when all are. */
  async strangerAmong(ids: readonly string[]): Promise<string | undefined> {
    for (let n = 0; n < ids.length; n += PAGE) {
      const some = ids.slice(n, n + PAGE);
      const mails = await this.documents.get<BegunMail>(BEGUN, some);
      for (const id of some) {
        const mail = mails.get(id);
        if (mail?.status !== 'begun' || (await this.#isInLog(mail))) return id;
      }
    }
    return undefined;
  }

  /** Page by page, newest first; the walk ends at the first one that the log knows. */
  async *#unknownPages(limit: number): AsyncGenerator<readonly BegunMail[]> {
    let after: string | undefined;
    do {
      const { documents, next } = await this.documents.find<BegunMail>(BEGUN, {
        where: { status: 'begun' },
        orderBy: 'position',
        direction: 'descending',
        limit,
        ...(after ? { after } : {}),
      });
      const known = await this.#firstInLog(documents);
      const unknown = documents.slice(0, known);
      if (unknown.length > 0) yield unknown;
      if (known !== undefined) return;
      after = next;
    } while (after);
  }

  async #firstInLog(mails: readonly BegunMail[]): Promise<number | undefined> {
    for (const [index, mail] of mails.entries()) if (await this.#isInLog(mail)) return index;
    return undefined;
  }

  /** The ids of the mails that are not sent again, and what those are about that may be raised with another id. */
  async kept(): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    const kept = { where: { status: 'kept' }, orderBy: 'position' };
    for await (const { id, occasion } of this.documents.stream<BegunMail>(BEGUN, kept))
      names.add(id).add(occasion ?? id);
    return names;
  }

  /**
   * Records an operator's decision about the mails that the log does not know.
   * @param again whether the mail may be sent again; such a mail is forgotten.
   */
  async decide(again: (mail: BegunMail) => boolean, reason: string): Promise<void> {
    const epoch = this.#epoch + 1;
    let hasDecided = false;
    // The mails come first, and the newest before the others: after a crash in between, the decision is asked for again, and no mail is forgotten.
    for await (const page of this.#unknownPages(PAGE)) {
      const writes = page.map((mail): Write => {
        const position = positionIn(epoch, mail.position);
        const kept: BegunMail = { ...mail, position, status: 'kept', reason };
        return { id: mail.id, position, document: again(mail) ? undefined : kept };
      });
      await this.documents.write(BEGUN, writes);
      hasDecided = true;
      await nextTurn();
    }
    if (!hasDecided) return;
    const before = await this.#epochDocument();
    const next: Epoch = { id: EPOCH_ID, position: stepAfter(before?.position), epoch };
    await this.documents.write(EPOCHS, [{ id: next.id, position: next.position, document: next }]);
    this.#epoch = epoch;
  }

  /** Forgets mails that are older than any likely backup. */
  async forgetOld(now: Instant): Promise<void> {
    for (let isFull = true; isFull; ) {
      const { documents } = await this.documents.find<BegunMail>(BEGUN, {
        range: { begunAt: { to: plus(now, -MAX_DAYS_BEGUN_MAILS * DAY) } },
        orderBy: 'begunAt',
        limit: PAGE,
      });
      // After the position of the document, so that the guard accepts it.
      const writes = documents.map(({ id, position }) => ({
        id,
        position: `${position}~`,
        document: undefined,
      }));
      if (writes.length > 0) await this.documents.write(BEGUN, writes);
      isFull = documents.length === PAGE;
      await nextTurn();
    }
  }

  /** While the store is unavailable only the latest matter. */
  #keepLatest(starts: Start[]): void {
    this.#waiting = starts.slice(-MAX_UNWRITTEN_BEGUN_MAILS);
  }

  /** Until all are written; until they cannot be, once this instance ends. */
  async #write(): Promise<void> {
    for (let failures = 0; this.#waiting.length > 0; ) {
      const starts = this.#waiting.splice(0, PAGE);
      try {
        const writes = starts.map((start) => this.#writeOf(start));
        await this.documents.write(BEGUN, writes);
        this.#logOnce.over();
        failures = 0;
        await pause(GATHER_MS, this.#closed.signal);
      } catch (error) {
        this.#logOnce.about(error);
        this.#keepLatest([...starts, ...this.#waiting]);
        if (this.#closed.signal.aborted) break;
        await pauseAfterDrop(failures, this.#closed.signal);
        failures += 1;
      }
    }
    this.#writing = undefined;
  }

  #writeOf({ id: eventId, stream, position: logPosition, data, metadata }: Start): Write {
    const { id } = partsOf(stream);
    const position = positionIn(this.#epoch, logPosition);
    const { occasion } = data as { readonly occasion?: string };
    const document: BegunMail = {
      ...{ id, position, eventId, begunAt: metadata.recordedAt, status: 'begun' },
      ...(occasion === undefined ? {} : { occasion }),
    };
    return { id, position, document };
  }

  async #isInLog({ id, eventId }: BegunMail): Promise<boolean> {
    for await (const event of this.log.readStream(streamOf(Notification.category, id)))
      if (event.id === eventId) return true;
    return false;
  }

  /** The epoch of the newest mails that are remembered: the document of the epoch may be lost. */
  async #newestEpoch(): Promise<number> {
    const newest = { orderBy: 'position', direction: 'descending', limit: 1 } as const;
    const pages = ['begun', 'kept'].map((status) =>
      this.documents.find<BegunMail>(BEGUN, { ...newest, where: { status } }),
    );
    const mails = (await Promise.all(pages)).flatMap(({ documents }) => documents);
    return Math.max(0, ...mails.map(epochOf));
  }

  async #epochDocument(): Promise<Epoch | undefined> {
    return (await this.documents.get<Epoch>(EPOCHS, [EPOCH_ID])).get(EPOCH_ID);
  }
}

const isStart = ({ type, stream }: Start): boolean =>
  type === 'SendStarted' && partsOf(stream).category === Notification.category;

/** Sorts after all earlier epochs. */
const positionIn = (epoch: number, position: string): string =>
  `${String(epoch).padStart(6, '0')}:${position.slice(position.indexOf(':') + 1)}`;

const epochOf = ({ position }: BegunMail): number => Number(position.slice(0, position.indexOf(':')));
