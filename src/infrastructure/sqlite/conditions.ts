import type { Query } from '../../application/ports/document-store.js';
import { indexedValue } from '../documents/indexed-fields.js';
import { searchedColumnOf } from './document-table.js';

export type Value = string | number | null;

export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/**
 * Whether a query demands a value of a field. No tombstone has one, so its content need not be looked at: an index can answer alone, and
 * what is found but not on the page is not read.
 */
export const demandsFields = ({ where = {}, range = {} }: Pick<Query, 'where' | 'range'>): boolean =>
  Object.keys(where).some((field) => field !== 'id') ||
  Object.values(range).some(({ from, to }) => from !== undefined || to !== undefined);

/** The conditions of a statement, with the values of their parameters. */
export class Conditions {
  readonly #conditions: string[] = [];
  readonly #parameters: Value[] = [];

  demand(condition: string, ...values: readonly unknown[]): void {
    this.#conditions.push(condition);
    // indexedValue because libsql ends the process if a boolean is bound.
    this.#parameters.push(...values.map(indexedValue));
  }

  /**
   * Demands that each field equals its value, or one of its values.
   * @param isSearched whether an index may be searched by the field. SQLite knows nothing of how many documents a value has, and
   * would choose the index that was made last; a plus keeps it from those that are not meant.
   */
  demandEqual(where: NonNullable<Query['where']>, isSearched: (field: string) => boolean): void {
    for (const [field, value] of Object.entries(where)) {
      const column = `${isSearched(field) ? '' : '+'}${searchedColumnOf(field)}`;
      if (typeof value === 'object')
        this.demand(`${column} IN (${value.map(() => '?').join(', ')})`, ...value);
      else this.demand(`${column} = ?`, value);
    }
  }

  get parameters(): readonly Value[] {
    return this.#parameters;
  }

  /** ` WHERE …`, or nothing. */
  toString(): string {
    return this.#conditions.length > 0 ? ` WHERE ${this.#conditions.join(' AND ')}` : '';
  }
}
