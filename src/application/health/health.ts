import { Injectable } from '@nestjs/common';

/** `degraded`: works, but a person should look at it. `down`: does not work. */
export type HealthStatus = 'ok' | 'degraded' | 'down';

/** One part of Herald as it knows itself to be. */
export interface PartHealth {
  /** Such as `event-store`, `decisions`, `delivery`, `read-models`, `clock`. */
  readonly part: string;
  readonly status: HealthStatus;
  /** What is wrong and what to do next; absent while it is ok. Nothing personal. */
  readonly says?: string;
}

/** Says how its parts are, from memory: it asks no store. */
export interface HealthSource {
  health(): readonly PartHealth[];
}

/** Where the parts of Herald say how they are. */
@Injectable()
export class Health {
  readonly #sources = new Set<HealthSource>();

  /** Called once by each part, at its construction. */
  register(source: HealthSource): void {
    this.#sources.add(source);
  }

  /** All parts. Answers at once, whatever a store does. */
  parts(): readonly PartHealth[] {
    return [...this.#sources].flatMap((source) => source.health());
  }
}
