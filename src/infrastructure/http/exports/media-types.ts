export const CSV = 'text/csv';
export const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

/** A media type of an export. */
export type ExportType = typeof CSV | typeof NDJSON;

/** One media range of an `Accept` header that a list can be answered in. */
interface Accepted {
  readonly type: ExportType | typeof JSON_TYPE;
  readonly quality: number;
  readonly isNamed: boolean;
}

/**
 * The export that an `Accept` header prefers to JSON; undefined: JSON.
 * Only a media type that is named asks for an export: a wildcard means JSON.
 */
export const exportTypeOf = (accept: string | undefined): ExportType | undefined => {
  const [best] = (accept ?? '')
    .split(',')
    .flatMap((range): readonly Accepted[] => acceptedOf(range))
    .sort((a, b) => b.quality - a.quality || Number(b.isNamed) - Number(a.isNamed));
  return best && best.type !== JSON_TYPE ? best.type : undefined;
};

const acceptedOf = (range: string): readonly Accepted[] => {
  const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((one) => one.startsWith('q='))?.slice(2);
  const quality = given === undefined ? 1 : Number(given);
  if (!(quality > 0)) return [];
  if (name === CSV || name === NDJSON || name === JSON_TYPE) return [{ type: name, quality, isNamed: true }];
  return name === '*/*' || name === 'application/*' ? [{ type: JSON_TYPE, quality, isNamed: false }] : [];
};
