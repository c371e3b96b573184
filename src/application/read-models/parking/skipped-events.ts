import { Injectable } from '@nestjs/common';
import { MAX_SKIPPED_EVENTS } from '../../../domain/bounds.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { type Collection, type Document, DocumentStore, stepAfter } from '../../ports/document-store.js';
import type { Position } from '../../ports/event-store.js';

/** An event that is skipped for one document of a projection, in live documents and rebuilds alike. */
export interface SkippedEvent {
  readonly projection: string;
  /** The document, or `stream:<name>` if the event is skipped for the whole projection. */
  readonly documentId: string;
  readonly event: string;
  readonly type: string;
  readonly position: Position;
  /** Why it could not be folded. */
  readonly failure: string;
  /** Why it may be skipped, and who decided it. */
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
}

/** The skipped events for each document. */
export interface Skips {
  has(documentId: string, event: string): boolean;
}

interface Stored extends Document {
  readonly projection: string;
  readonly skipped: SkippedEvent;
}

const SKIPPED: Collection = {
  name: 'skipped-events@1',
  indexes: [['projection']],
  whenLost:
    'Which events are skipped, and why, is lost, because it is in no log. A rebuild stops at such an event: skip it again.',
};

const keyOf = (documentId: string, event: string): string => `${event}/${documentId}`;

/** The record of skipped events, in the document store. Append-only. */
@Injectable()
export class SkippedEvents {
  constructor(private readonly documents: DocumentStore) {}

  async open(): Promise<void> {
    await this.documents.ensure(SKIPPED);
  }

  /** All of one projection, oldest event first. */
  async list(projection: string): Promise<readonly SkippedEvent[]> {
    const query = { where: { projection }, limit: MAX_SKIPPED_EVENTS };
    const { documents } = await this.documents.find<Stored>(SKIPPED, query);
    return documents.map(({ skipped }) => skipped).sort((a, b) => (a.position < b.position ? -1 : 1));
  }

  /** The skipped events of one projection, for folding. */
  async of(projection: string): Promise<Skips> {
    const keys = new Set((await this.list(projection)).map((one) => keyOf(one.documentId, one.event)));
    return { has: (documentId, event) => keys.has(keyOf(documentId, event)) };
  }

  /** Records a skipped event. @throws HeraldError `too-many-skipped-events`. */
  async add(skipped: SkippedEvent): Promise<void> {
    if ((await this.list(skipped.projection)).length >= MAX_SKIPPED_EVENTS)
      throw new HeraldError(
        'too-many-skipped-events',
        `${skipped.projection} already skips ${MAX_SKIPPED_EVENTS} events, which is the limit. Fix the cause that keeps them from being folded.`,
      );
    const id = `${skipped.projection}/${keyOf(skipped.documentId, skipped.event)}`;
    const position = stepAfter(undefined);
    const document: Stored = { id, position, projection: skipped.projection, skipped };
    await this.documents.write(SKIPPED, [{ id, position, document }]);
  }
}
