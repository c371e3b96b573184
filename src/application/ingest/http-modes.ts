import { MAX_EVENTS_PER_BATCH } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { parseBoundedJson } from './bounded-json.js';
import { InvalidEvent, JSON_MEDIA_TYPE } from './cloud-event.js';

/** Headers with lower-case names, as Node provides them. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The content of one request: CloudEvents in JSON form, not yet validated. */
export type Inbound =
  | { readonly mode: 'single'; readonly event: unknown }
  | { readonly mode: 'batch'; readonly events: readonly unknown[] };

/**
 * Reads the three modes of the CloudEvents HTTP binding: structured, batch and binary. For convenience with curl, plain
 * `application/json` counts as structured, or as a batch if it is a list.
 * @throws HeraldError `malformed-json`, `unsupported-content-type`, `json-too-complex`, `batch-too-large`, `empty-batch`,
 * `invalid-batch`.
 * @throws InvalidEvent `invalid-cloudevent` when a `ce-` header is not valid UTF-8.
 */
export const fromHttp = (headers: HttpHeaders, body: string): Inbound => {
  const contentType = headerText(headers['content-type']);
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaType === 'application/cloudevents+json') return { mode: 'single', event: parseJson(body) };
  if (mediaType === 'application/cloudevents-batch+json') return batch(parseJson(body));
  if (mediaType.startsWith('application/cloudevents')) throw unsupported();

  const attributes = attributesOf(headers);
  const isJson = JSON_MEDIA_TYPE.test(mediaType);
  if (attributes.length > 0) {
    if (contentType !== undefined && !isJson) throw unsupported();
    return { mode: 'single', event: binary(attributes, contentType, body) };
  }
  if (!isJson) throw unsupported();
  const parsed = parseJson(body);
  return Array.isArray(parsed) ? batch(parsed) : { mode: 'single', event: parsed };
};

const parseJson = (body: string): unknown => {
  try {
    return parseBoundedJson(body);
  } catch (error) {
    if (error instanceof HeraldError) throw error;
    throw new HeraldError(
      'malformed-json',
      'The body is not JSON: send a CloudEvent, or a list of them, as JSON.',
    );
  }
};

const batch = (events: unknown): Inbound => {
  if (!Array.isArray(events))
    throw new HeraldError('invalid-batch', 'A batch is a JSON list of CloudEvents: put the event in [ ].');
  if (events.length === 0)
    throw new HeraldError('empty-batch', 'The batch holds no event: send at least one.');
  if (events.length > MAX_EVENTS_PER_BATCH)
    throw new HeraldError(
      'batch-too-large',
      `The batch holds ${events.length} events, but the limit is ${MAX_EVENTS_PER_BATCH}: send several batches.`,
    );
  return { mode: 'batch', events };
};

const unsupported = () =>
  new HeraldError(
    'unsupported-content-type',
    'Send application/cloudevents+json, application/cloudevents-batch+json, or application/json (with ce- headers or a whole CloudEvent).',
    'content-type',
  );

const attributesOf = (headers: HttpHeaders) =>
  Object.entries(headers).flatMap(([header, value]) => {
    const content = headerText(value);
    return header.startsWith('ce-') && content !== undefined ? [[header.slice(3), content] as const] : [];
  });

const headerText = (value: string | readonly string[] | undefined) =>
  typeof value === 'string' || value === undefined ? value : value.join(', ');

const binary = (
  attributes: readonly (readonly [string, string])[],
  contentType: string | undefined,
  body: string,
): unknown => ({
  // From entries, not by assignment: a header `ce-__proto__` becomes a plain attribute, which is refused.
  ...Object.fromEntries(attributes.map(([name, value]) => [name, decode(name, value)])),
  ...(contentType === undefined ? {} : { datacontenttype: contentType }),
  ...(body === '' ? {} : { data: parseJson(body) }),
});

/** Decodes a header value: older senders quote it, newer ones percent-encode it (CloudEvents HTTP binding, 3.1.3.2). */
const decode = (name: string, value: string) => {
  const unquoted = /^".*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  try {
    return unquoted.replace(/(%[0-9a-f]{2})+/gi, (encoded) => decodeURIComponent(encoded));
  } catch {
    throw new InvalidEvent('invalid-cloudevent', [
      { field: name, message: `Expected the header ce-${name} in percent-encoded UTF-8.` },
    ]);
  }
};
