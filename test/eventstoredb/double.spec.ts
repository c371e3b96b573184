import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventStoreDouble } from './double/double.js';

const path = (name: string) => fileURLToPath(new URL(`observed/${name}`, import.meta.url));
const observed: Record<string, unknown> = JSON.parse(readFileSync(path('answers.json'), 'utf8'));

/** What the double leaves out, since nothing in Herald depends on it. */
const LEFT_OUT = new Set<string>([]);

describe('the double answers as EventStoreDB 23.10.8 and 24.2.0 did', () => {
  const asked = Object.keys(observed).filter((question) => !LEFT_OUT.has(question));
  let double: EventStoreDouble;
  let answers: Record<string, unknown> = {};

  beforeAll(async () => {
    double = await new EventStoreDouble().start();
    const child = spawn(process.execPath, [path('ask.mjs'), double.url, '--only', JSON.stringify(asked)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    answers = JSON.parse(await text(child.stdout));
  });
  afterAll(() => double.kill());

  it.each(asked)('%s', (question) => {
    expect(answers[question]).toEqual(observed[question]);
  });
});
