import { Injectable } from '@nestjs/common';

/** `degraded`: works, but an operator should look at it. `down`: does not work. */
export type HealthStatus = 'ok' | 'degraded' | 'down';

/** The health of one part of Herald. */
export interface PartHealth {
  /** Such as `event-store`, `decisions`, `delivery`, `read-models`, `clock`. */
  readonly part: string;
  readonly status: HealthStatus;
  /** What is wrong and what to do next; absent while it is ok. Contains no personal data. */
  readonly says?: string;
}

/** Reports the health of its parts from memory, without asking a store. */
export interface HealthSource {
  health(): readonly PartHealth[];
}

/** The registry where all parts report their health. */
@Injectable()
export class Health {
  readonly #sources = new Set<HealthSource>();

  /** Called once by each part when it is constructed. */
  register(source: HealthSource): void {
    this.#sources.add(source);
  }

  /** All parts. Returns at once, whatever a store does. */
  parts(): readonly PartHealth[] {
    return [...this.#sources].flatMap((source) => source.health());
  }
}
