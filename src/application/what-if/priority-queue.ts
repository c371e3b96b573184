import TinyQueue from 'tinyqueue';
import type { Instant } from '../../domain/kernel/event.js';

interface Entry {
  readonly at: Instant;
  readonly id: string;
}

/** Which subject comes next. A subject that was planned anew leaves its old entry behind, to be skipped. */
export class PriorityQueue {
  readonly #entries = new TinyQueue<Entry>([], (a, b) => (a.at < b.at ? -1 : 1));
  readonly #planned = new Map<string, Instant>();

  /** Schedules a subject, or removes it. */
  plan(id: string, at: Instant | undefined): void {
    if (at === undefined) {
      this.#planned.delete(id);
      return;
    }
    if (this.#planned.get(id) === at) return;
    this.#planned.set(id, at);
    this.#entries.push({ at, id });
  }

  /** When a subject is scheduled, if it is. */
  plannedFor(id: string): Instant | undefined {
    return this.#planned.get(id);
  }

  /** The earliest subject, which stays scheduled. */
  next(): Entry | undefined {
    for (let first = this.#entries.peek(); first; first = this.#entries.peek()) {
      if (this.#planned.get(first.id) === first.at) return first;
      this.#entries.pop();
    }
    return undefined;
  }
}
