import { readdirSync, readFileSync } from 'node:fs';
import { type InboundType, inboundTypes } from '../src/application/ingest/inbound-types.js';

/** A CloudEvent in its JSON form, as the samples have it. */
export interface Sample {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: InboundType;
  readonly time: string;
  readonly correlationid?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const SAMPLES = new URL('../samples/', import.meta.url);

const load = (path: string): unknown => JSON.parse(readFileSync(new URL(path, SAMPLES), 'utf8'));

/** The names of the files in `samples/events/`. */
export const sampleFiles = readdirSync(new URL('events/', SAMPLES)).sort();

/** `herald.post.approved.v1` lies in `post.approved.json`. */
export const sampleFileOf = (type: InboundType) => `${type.replace(/^herald\.|\.v1$/g, '')}.json`;

/** The sample of a type; a new one each time. */
export const sampleOf = (type: InboundType) => load(`events/${sampleFileOf(type)}`) as Sample;

/** Every type with its sample. */
export const samples = inboundTypes.map((type) => [type, sampleOf(type)] as const);

/** The eight weeks of `samples/README.md`. */
export const story = load('eight-weeks.json') as readonly Sample[];
