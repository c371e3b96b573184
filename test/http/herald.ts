import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStore, type StoredEvent } from '../../src/application/ports/event-store.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { type Herald, startHerald } from '../../src/herald.js';
import { infoOf } from '../../src/infrastructure/http/docs/docs.js';
import { openApi } from '../../src/infrastructure/http/openapi/document.js';
import { ApiDescription } from './described.js';

export const JSON_TYPE = 'application/json';
export const EVENT_TYPE = 'application/cloudevents+json';
export const BATCH_TYPE = 'application/cloudevents-batch+json';
export const PROBLEM_TYPE = 'application/problem+json';

/** An answer, read to its end. */
export interface Answer<T> {
  readonly status: number;
  /** The media type, without its parameters. */
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  /** What the text holds, where it is JSON. */
  readonly body: T;
}

/** Problem details, as far as tests look at them. */
export interface ProblemBody {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

const answerOf = async <T>(response: Response): Promise<Answer<T>> => {
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  const body = (/[/+]json$/.test(type) ? JSON.parse(text) : undefined) as T;
  return { status: response.status, type, headers: response.headers, text, body };
};

/** One for each kind of clock: a test clock has routes of its own. */
const descriptions = new Map<boolean, ApiDescription>();

const descriptionOf = ({ app, config }: Herald): ApiDescription => {
  const isTest = config.HERALD_CLOCK === 'test';
  const known = descriptions.get(isTest) ?? new ApiDescription(openApi(app, infoOf(isTest)));
  descriptions.set(isTest, known);
  return known;
};

/**
 * Talks to Herald over HTTP. Answers that differ from the API description are errors.
 * @param key sent with each request. Default: none.
 */
export const clientOf = (herald: Herald, key?: string) => {
  const send = async <T>(path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
    const answer = await answerOf<T>(await fetch(`${herald.url}${path}`, { ...init, headers }));
    const problem = descriptionOf(herald).problemOf({ ...answer, method: init.method ?? 'GET', path });
    if (problem !== undefined) throw new Error(`Not as the API description says: ${problem}`);
    return answer;
  };
  const post = <T>(path: string, type: string, body: unknown) =>
    send<T>(path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    ...{ send, post },
    get: <T>(path: string) => send<T>(path),
    /** Publishes one event in structured mode. */
    publish: <T>(event: unknown) => post<T>('/v1/events', EVENT_TYPE, event),
    publishAll: <T>(events: unknown) => post<T>('/v1/events', BATCH_TYPE, events),
    moveTo: (now: string) => post<{ now: string }>('/v1/test-clock', JSON_TYPE, { now }),
  };
};

export type TestClient = ReturnType<typeof clientOf>;

export interface KeyClient extends TestClient {
  readonly id: string;
  readonly key: string;
}

/** What a key of a test permits. */
export interface TestGrant {
  readonly role: 'publisher' | 'auditor' | 'admin';
  /** Default: all. */
  readonly solutions?: readonly string[];
  readonly sources?: readonly string[];
  /** Default: it does not expire. */
  readonly expiresAt?: string;
}

/** A Herald of its own in a folder of its own, spoken to over HTTP. Answers that differ from the API description are errors. */
export const startTestHerald = async (changes: Readonly<Record<string, string | undefined>> = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'herald-http-'));
  const herald = await startHerald({
    HERALD_PORT: '0',
    HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
    HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
    HERALD_MAIL: `outbox:${folder}/outbox`,
    HERALD_CLOCK: 'test',
    HERALD_CLOCK_START: '2026-03-02T09:00:00.000Z',
    HERALD_CLOCK_FILE: `${folder}/test-clock.txt`,
    HERALD_SECRET_FILE: `${folder}/secret.txt`,
    HERALD_LOG_LEVEL: 'silent',
    ...changes,
  });
  const log = herald.app.get(EventStore);
  const projections = herald.app.get(Projections);

  const clientWith = (key?: string) => clientOf(herald, key);
  const client = clientWith();

  return {
    ...{ herald, folder, url: herald.url, ...client, clientWith },
    outbox: join(folder, 'outbox'),
    /**
     * Creates API keys, and from then on every request needs one.
     * @param admin one that may create them. Default: an admin key is created for it.
     * @returns a client for each name, and `admin`.
     */
    withKeys: async <Name extends string>(
      grants: Readonly<Record<Name, TestGrant>>,
      admin?: TestClient,
    ): Promise<Readonly<Record<Name | 'admin', KeyClient>>> => {
      const create = async (by: TestClient, name: string, given: TestGrant): Promise<KeyClient> => {
        const grant = { name, solutions: 'all', expiresAt: null, ...given };
        const { status, body } = await by.post<{ id: string; key: string }>('/v1/keys', JSON_TYPE, grant);
        if (status !== 201) throw new Error(`The key ${name} was not created: ${JSON.stringify(body)}`);
        return { ...clientWith(body.key), id: body.id, key: body.key };
      };
      const by = await create(admin ?? client, 'admin', { role: 'admin' });
      const clients: Record<string, KeyClient> = { admin: by };
      for (const [name, grant] of Object.entries<TestGrant>(grants))
        clients[name] = await create(by, name, grant);
      return clients as Record<Name | 'admin', KeyClient>;
    },
    /** Resolves when the read models hold all that is recorded. */
    settled: async () => {
      await Promise.all(PROJECTIONS.map(({ name }) => projections.caughtUp(name)));
    },
    /** Where the log ends. */
    head: () => log.head(),
    /** All that is in the log. */
    events: async (): Promise<readonly StoredEvent[]> => {
      const events: StoredEvent[] = [];
      for await (const batch of log.readAll()) events.push(...batch);
      return events;
    },
    stop: async () => {
      await herald.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

export type TestHerald = Awaited<ReturnType<typeof startTestHerald>>;
