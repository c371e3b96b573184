import { parseBoundedJson } from '../../application/ingest/bounded-json.js';

/**
 * What an event of the inbox stream holds. Whoever wrote it without saying that it is JSON, as some clients do by default, has bytes kept
 * by the server: they are read as JSON all the same. Text that is no JSON is the text, and what is no text in UTF-8 is base64.
 */
export const inboxContentOf = (data: unknown): unknown => {
  if (!(data instanceof Uint8Array)) return data;
  const text = textIn(data);
  if (text === undefined) return Buffer.from(data).toString('base64');
  try {
    return parseBoundedJson(text);
  } catch {
    return text;
  }
};

const textIn = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
