import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/kernel/event.js';
import { Clock } from '../ports/clock.js';
import { type Collection, type Document, DocumentStore, stepAfter } from '../ports/document-store.js';

/** Whether an operator holds sending. */
interface HoldDocument extends Document {
  readonly isHeld: boolean;
  readonly reason: string;
  readonly at: Instant;
}

export const HOLDS: Collection = {
  name: 'sending-hold@1',
  indexes: [],
  whenLost:
    'Whether an operator held sending is lost, because it is in no log. Sending is held until an operator releases it; herald sending show says more.',
};
const ID = 'manual';

/** The hold that an operator began, and the reason. Kept beside the read models: it holds for all instances and later starts. */
@Injectable()
export class ManualHold {
  constructor(
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
  ) {}

  open(): Promise<void> {
    return this.documents.ensure(HOLDS);
  }

  /** Why an operator holds sending; undefined where none does. */
  async reason(): Promise<string | undefined> {
    const hold = await this.#get();
    return hold?.isHeld ? hold.reason : undefined;
  }

  begin(reason: string): Promise<void> {
    return this.#write(true, reason);
  }

  /** @param reason why it ends. */
  async end(reason: string): Promise<void> {
    if ((await this.#get())?.isHeld) await this.#write(false, reason);
  }

  async #get(): Promise<HoldDocument | undefined> {
    return (await this.documents.get<HoldDocument>(HOLDS, [ID])).get(ID);
  }

  async #write(isHeld: boolean, reason: string): Promise<void> {
    const position = stepAfter((await this.#get())?.position);
    const document: HoldDocument = { id: ID, position, isHeld, reason, at: this.clock.now() };
    await this.documents.write(HOLDS, [{ id: ID, position, document }]);
  }
}
