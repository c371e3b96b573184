import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventStoreDouble } from '../eventstoredb/double/double.js';

const path = (name: string) => fileURLToPath(new URL(`../eventstoredb/observed/${name}`, import.meta.url));
const observed: Record<string, unknown> = JSON.parse(readFileSync(path('answers.json'), 'utf8'));

type Answer = Readonly<Record<string, unknown>>;
const asObserved = (question: string) => observed[question] as Answer;

const READING = 'reading a stream: directions, bounds, counts';
const TOMBSTONED = 'a tombstoned stream: reading, and appending again';
const UNREADABLE =
  'an id that is no uuid, an empty type, an empty stream name; then the default deadline of 10 s passes';

/** Where the client itself answers otherwise, and why. */
const OTHERWISE: Readonly<Record<string, unknown>> = {
  // Its native part, which reads, makes UnavailableError of the status UNKNOWN, and its errors have no code of gRPC.
  [READING]: {
    ...asObserved(READING),
    max0: { rows: [], error: { class: 'UnavailableError', type: 'unavailable' } },
  },
  [TOMBSTONED]: {
    ...asObserved(TOMBSTONED),
    read: {
      rows: [],
      error: { class: 'StreamDeletedError', type: 'stream-deleted', streamName: 'observe<run>-tomb' },
    },
  },
  // It passes over a second answer to the same append, which has the other client throw outside any promise.
  [UNREADABLE]: asObserved(UNREADABLE).answer,
};

describe('The client of KurrentDB gives the answers that EventStoreDB’s gives', () => {
  let double: EventStoreDouble;
  let answers: Record<string, unknown> = {};

  beforeAll(async () => {
    double = await new EventStoreDouble().start();
    const url = double.url.replace('esdb:', 'kurrentdb:');
    const child = spawn(process.execPath, [path('ask.mjs'), url], { stdio: ['ignore', 'pipe', 'ignore'] });
    answers = JSON.parse(await text(child.stdout));
  });
  afterAll(() => double.kill());

  it.each(Object.keys(observed))('%s', (question) => {
    expect(answers[question]).toEqual(OTHERWISE[question] ?? observed[question]);
  });
});
