import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { ErrorCode } from '../domain/error-codes.js';
import { HeraldError } from '../domain/kernel/herald-error.js';
import { instanceAddress } from './instance-address.js';
import { credentialOf } from './keys/credential.js';

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** How many items are asked for at once. */
const PAGE = 200;

const JSON_TYPE = 'application/json';

/** An answer that is a problem. */
export class RefusedRequest extends HeraldError {
  /** @param answer the whole answer. */
  constructor(
    code: ErrorCode,
    detail: string,
    readonly answer: unknown,
  ) {
    super(code, detail);
  }
}

/** The HTTP client for a running instance. */
export class HeraldClient {
  readonly #address: string;

  /**
   * @param url the address of the instance.
   * @param credential sent with each request. Default: the one in the environment.
   * @throws HeraldError `invalid-option` if the address is none.
   */
  constructor(
    url: string,
    private readonly credential: string | undefined = credentialOf(process.env),
  ) {
    this.#address = instanceAddress(url);
  }

  get<T>(path: string): Promise<T> {
    return this.#ask(path, {});
  }

  /** What is not JSON, such as a mail. */
  async text(path: string, mediaType: string): Promise<string> {
    return toItsEnd((await this.#fetch(path, {}, mediaType)).text());
  }

  /**
   * The items of a list, over all its pages.
   * @param path with its filters, without `limit` and `after`.
   * @param limit how many, or `all`.
   */
  async *items<T>(path: string, limit = 'all'): AsyncGenerator<T, void, undefined> {
    let left = limit === 'all' ? Number.POSITIVE_INFINITY : Number(limit);
    const start = `${path}${path.includes('?') ? '&' : '?'}limit=`;
    for (let after: string | null = ''; after !== null; ) {
      const cursor: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
      const page: Page<T> = await this.get(`${start}${Math.min(left, PAGE)}${cursor}`);
      for (const item of page.items) {
        yield item;
        left -= 1;
        if (left <= 0) return;
      }
      after = page.next;
    }
  }

  /** @param body sent as JSON; omitted: an empty body. */
  post<T>(path: string, body?: object): Promise<T> {
    const json = body && { headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(body) };
    return this.#ask(path, { method: 'POST', ...json });
  }

  /** @param body sent as it is. */
  send<T>(path: string, contentType: string, body: Uint8Array<ArrayBuffer>): Promise<T> {
    return this.#ask(path, { method: 'POST', headers: { 'content-type': contentType }, body });
  }

  /** The parts of an answer in this media type, as they arrive. */
  async stream(path: string, mediaType: string): Promise<AsyncIterable<Uint8Array>> {
    const { body } = await this.#fetch(path, { headers: { accept: mediaType } }, mediaType);
    return partsOf(body ?? ReadableStream.from<Uint8Array>([]));
  }

  /** The data of server-sent events, until the signal aborts, or Herald ends the answer or is away. */
  async *events<T>(path: string, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    const response = await this.#fetch(path, { signal }, 'text/event-stream');
    if (!response.body) return;
    const text = response.body.pipeThrough(new TextDecoderStream());
    try {
      for await (const { data } of text.pipeThrough(new EventSourceParserStream()))
        yield JSON.parse(data) as T;
    } catch (error) {
      if (signal.aborted) throw error;
    }
  }

  async #ask<T>(path: string, init: RequestInit): Promise<T> {
    return toItsEnd((await this.#fetch(path, init, JSON_TYPE)).json() as Promise<T>);
  }

  #withCredential(init: RequestInit): RequestInit {
    if (this.credential === undefined) return init;
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.credential}`);
    // A redirection could lead to somebody else's server.
    return { ...init, headers, redirect: 'error' };
  }

  /**
   * @param mediaType that of the answer. What answers with another one, such as a page to sign in, is not Herald.
   * @throws HeraldError `herald-unreachable`, `herald-failed`, or the problem that Herald answers.
   */
  async #fetch(path: string, init: RequestInit, mediaType: string): Promise<Response> {
    const response = await fetch(`${this.#address}${path}`, this.#withCredential(init)).catch(
      (error: Error) => {
        if (error.name === 'AbortError') throw error;
        throw new HeraldError(
          'herald-unreachable',
          `Herald does not answer at ${this.#address}${causeOf(error)}: start it with npm start, or choose another address with --url.`,
        );
      },
    );
    if (isOf(mediaType, response) && response.ok) return response;
    const problem = isOf('application/problem+json', response)
      ? await toItsEnd(response.json() as Promise<unknown>)
      : await response.body?.cancel();
    if (isProblem(problem)) throw new RefusedRequest(problem.code, problem.detail, problem);
    throw this.#notHerald(response);
  }

  #notHerald(response: Response): HeraldError {
    const type = response.headers.get('content-type') ?? 'without a media type';
    return new HeraldError(
      'herald-failed',
      `${this.#address} answered ${response.status} (${type}), which is no answer of Herald: check --url, and what stands in front of Herald.`,
    );
  }
}

/** What stopped a request, as far as it is known, such as `ECONNREFUSED` or a certificate that is not trusted. */
const causeOf = ({ cause }: Error): string => {
  const { code, message } = (cause ?? {}) as { readonly code?: string; readonly message?: string };
  const says = code ?? message;
  return says ? ` (${says})` : '';
};

/** Other servers have problems, too, and theirs have no code of Herald. */
const isProblem = (answer: unknown): answer is { readonly code: ErrorCode; readonly detail: string } =>
  typeof answer === 'object' &&
  answer !== null &&
  'code' in answer &&
  typeof answer.code === 'string' &&
  'detail' in answer &&
  typeof answer.detail === 'string';

const isOf = (mediaType: string, { headers }: Response): boolean =>
  headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === mediaType;

/** @throws HeraldError `herald-failed` if the answer breaks off. */
const toItsEnd = <T>(body: Promise<T>): Promise<T> =>
  body.catch(() => {
    throw new HeraldError('herald-failed', 'The answer broke off. Look at what was done, then retry.');
  });

/** @throws HeraldError `herald-failed` if the answer breaks off. */
async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch {
    throw new HeraldError(
      'herald-failed',
      'The answer broke off: what was written is only a part of it. Retry.',
    );
  }
}
