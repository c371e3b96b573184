import { readFileSync } from 'node:fs';
import type { InboundType } from '../../application/ingest/inbound-types.js';
import type { Json } from '../../application/schemas/published-schema.js';

/** samples/events, which `npm run build` puts into one file. */
const FILE = new URL('./compiled/samples.json', import.meta.url);

/** A complete CloudEvent of every type: the examples of the API descriptions. */
export const samples = JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<InboundType, Json>>;
