import type { Instant } from '../../domain/kernel/event.js';

/** Which subject comes next. A binary heap; a subject that was planned anew leaves its old entry behind, to be skipped. */
export class PriorityQueue {
  readonly #heap: { readonly at: Instant; readonly id: string }[] = [];
  readonly #planned = new Map<string, Instant>();

  /** Plans a subject for a moment, or for none. */
  plan(id: string, at: Instant | undefined): void {
    if (at === undefined) {
      this.#planned.delete(id);
      return;
    }
    if (this.#planned.get(id) === at) return;
    this.#planned.set(id, at);
    this.#heap.push({ at, id });
    this.#rise(this.#heap.length - 1);
  }

  /** The earliest, which stays planned. */
  next(): { readonly at: Instant; readonly id: string } | undefined {
    for (let first = this.#heap[0]; first; first = this.#heap[0]) {
      if (this.#planned.get(first.id) === first.at) return first;
      this.#drop();
    }
    return undefined;
  }

  #drop(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) return;
      this.#exchange(child, parent);
      child = parent;
    }
  }

  #sink(): void {
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      const least = [left, left + 1].reduce(
        (best, child) => (child < this.#heap.length && this.#isBefore(child, best) ? child : best),
        parent,
      );
      if (least === parent) return;
      this.#exchange(parent, least);
      parent = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    return (this.#heap[a]?.at ?? '') < (this.#heap[b]?.at ?? '');
  }

  #exchange(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (!one || !other) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
