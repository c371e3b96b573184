import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/kernel/event.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { type Collection, type Document, DocumentStore, stepAfter } from '../ports/document-store.js';

/** An expected decision that is missing. */
export interface Shortfall {
  readonly notificationId: string;
  readonly rule: RuleId;
  readonly partnerId: string;
  readonly accountId?: string | undefined;
  readonly slotAt: Instant;
  readonly slotDate: string;
}

/** A check of all partners that has begun: of those whose slot of the day lies from `from` on and before `to`. */
export interface Sweep {
  readonly from: Instant;
  readonly to: Instant;
  /** The last partner that was checked. */
  readonly after?: string | undefined;
}

/** What the watch remembers: how far it is, and what is missing. */
export interface CoverageState {
  /** All slots of the day before this moment were checked; undefined before the first check. */
  readonly checkedTo?: Instant | undefined;
  readonly sweep?: Sweep | undefined;
  readonly shortfall: readonly Shortfall[];
  /** How many more were found than are listed. */
  readonly more: number;
}

type CoverageDocument = CoverageState & Document;

const COLLECTION: Collection = {
  name: 'coverage-watch@1',
  indexes: [],
  whenLost:
    'What the coverage check had found missing is lost; the check begins anew. herald coverage --date checks earlier days.',
};
const ID = 'watch';

/** Keeps what the watch remembers beside the read models: for all instances, and across restarts. */
@Injectable()
export class CoverageRecord {
  #isOpen = false;

  constructor(private readonly documents: DocumentStore) {}

  async read(): Promise<CoverageState> {
    return (await this.#document()) ?? { shortfall: [], more: 0 };
  }

  /** Only the instance that holds the lease writes. */
  async write(state: CoverageState): Promise<void> {
    const position = stepAfter((await this.#document())?.position);
    const document: CoverageDocument = { ...state, id: ID, position };
    await this.documents.write(COLLECTION, [{ id: ID, position, document }]);
  }

  async #document(): Promise<CoverageDocument | undefined> {
    if (!this.#isOpen) await this.documents.ensure(COLLECTION);
    this.#isOpen = true;
    return (await this.documents.get<CoverageDocument>(COLLECTION, [ID])).get(ID);
  }
}
