import type { JsonEvent } from './log-client.js';

const encoder = new TextEncoder();

/**
 * An event in the form in which both clients append it fastest (`@eventstore/db-client` 6.2.1, `@kurrent/kurrentdb-client` 1.3.1).
 * Of JSON they make a text, of that base64, and decode it twice; bytes they take as they are. They ask for the content type
 * twice: first to send it, then to choose between the two ways.
 */
export class JsonBytes {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  #isSent = false;

  constructor({ id, type, data, metadata }: JsonEvent) {
    this.id = id;
    this.type = type;
    this.data = encoder.encode(data);
    this.metadata = encoder.encode(metadata);
  }

  get contentType(): 'application/json' | 'application/octet-stream' {
    const isSent = this.#isSent;
    this.#isSent = true;
    return isSent ? 'application/octet-stream' : 'application/json';
  }
}
