import type { Instant } from '../../../domain/kernel/event.js';
import { camelWords } from './words.js';

/** A value with its name, as the partial `facts` shows it: as text, as a moment, or as a link. */
export interface Fact {
  readonly name: string;
  readonly text?: string | undefined;
  readonly instant?: Instant | undefined;
  /** The zone that the moment is shown in. Default: UTC. */
  readonly zone?: string | undefined;
  readonly href?: string | undefined;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Data of an event or of a condition, each field with its name in words. What has no value is left out. */
export const factsOf = (data: Readonly<Record<string, unknown>> | undefined): readonly Fact[] =>
  Object.entries(data ?? {})
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => ({ name: camelWords(name), ...shown(value) }));

const shown = (value: unknown): Pick<Fact, 'text' | 'instant'> => {
  if (typeof value === 'string') return INSTANT.test(value) ? { instant: value } : { text: value };
  if (!Array.isArray(value)) return { text: plain(value) };
  return { text: value.length > 0 ? value.map(plain).join(', ') : 'none' };
};

const plain = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
