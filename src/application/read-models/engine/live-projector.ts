import type { Instant } from '../../../domain/kernel/event.js';
import type { Collection, Document, DocumentStore } from '../../ports/document-store.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Projection } from '../../ports/projection.js';
import type { Parking } from '../parking/exceptions.js';
import { Projector } from './projector.js';

/** Keeps the live documents up to date with the log; those that an event cannot be folded into are parked one by one. */
export class LiveProjector extends Projector {
  /** @param fence called between reading and writing; if it throws, nothing is written. */
  constructor(
    projection: Projection<Document>,
    documents: DocumentStore,
    collection: Collection,
    fence: () => Promise<void>,
    readonly parking: Parking,
    /** Whether what was recorded at a moment is followed late. Default: nothing is. */
    private readonly isLongAgo: (recordedAt: Instant) => boolean = () => false,
  ) {
    super(projection, documents, collection, 'live', fence, undefined, parking);
  }

  protected override gathers({ metadata }: StoredEvent): boolean {
    return this.isLongAgo(metadata.recordedAt);
  }
}
