import { Injectable } from '@nestjs/common';
import { type Collection, type Document, DocumentStore } from '../../ports/document-store.js';
import { EventStore } from '../../ports/event-store.js';
import type { Projection } from '../../ports/projection.js';
import { isOfThisLog } from '../engine/log-check.js';
import { Projections } from '../engine/projections.js';
import { type BuildName, collectionOf, type Live, nameOf, ReadModels } from '../engine/read-models.js';
import { ParkedDocuments } from '../parking/parked-documents.js';

/** The live and the previous documents of each projection. Only one previous set is kept. */
@Injectable()
export class LiveDocuments {
  constructor(
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly projections: Projections,
    private readonly parked: ParkedDocuments,
    private readonly log: EventStore,
  ) {}

  /**
   * Lets rebuilt documents answer.
   * @param swapped called when they do, before the oldest are dropped.
   */
  async replace(
    projection: Projection<Document>,
    rebuilt: BuildName,
    swapped: () => Promise<void>,
  ): Promise<void> {
    const present = await this.present(projection);
    const { live, previous, indexes } = present;
    // They may be live already, without a record of it.
    const isDone = nameOf(live) === nameOf(rebuilt);
    if (!isDone) await this.point(projection, rebuilt, present);
    await swapped();
    if (previous && !isDone) await this.drop(collectionOf(previous, indexes));
  }

  /** Drops documents, and what is parked of them. */
  async drop(collection: Collection): Promise<void> {
    await this.documents.drop(collection);
    await this.parked.forget(collection.name);
  }

  /** The live documents now. Another instance may have swapped them while this one did not follow. */
  async present(projection: Projection<Document>): Promise<Live> {
    await this.readModels.refresh();
    return this.readModels.of(projection);
  }

  /** Whether documents were built from this log: those from before a restore may contain what it does not have. */
  isOfThisLog(projection: Projection<Document>, kept: BuildName): Promise<boolean> {
    const collection = collectionOf(kept, projection.indexes);
    return isOfThisLog(this.log, this.documents, collection, new AbortController().signal);
  }

  /** Lets documents answer, and keeps the present ones as the former. */
  async point(projection: Projection<Document>, live: BuildName, present: Live): Promise<void> {
    const collection = collectionOf(live, projection.indexes);
    const projector = await this.projections.openProjector(projection, collection);
    const answers = { live, previous: present.live };
    await this.projections.replace(projector, () => this.readModels.point(projection, answers, present));
  }
}
