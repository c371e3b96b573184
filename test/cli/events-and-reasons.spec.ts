import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES, MAX_EVENTS_PER_BATCH } from '../../src/domain/bounds.js';
import type { Herald } from '../../src/herald.js';
import { summaryQuery } from '../../src/infrastructure/http/query-schemas.js';
import { anEvent, aPost } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { ask, cli, newFolder, start } from '../replay/running.js';

const folder = newFolder();
let herald: Herald;
beforeAll(async () => {
  herald = await start(folder, { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
});
afterAll(() => herald.stop());

const run = (...args: string[]) => cli(folder, ...args, '--url', herald.url);

const publish = (text: string | Buffer) => {
  const file = join(folder, 'events');
  writeFileSync(file, text);
  return run('publish', file, '--json');
};

const published = (counts: object) => ({ code: 0, output: `${JSON.stringify(counts)}\n` });

describe('herald publish', () => {
  it('takes a batch, one event, and an event on each line', async () => {
    const none = { duplicate: 0, refused: 0, notSent: 0 };
    expect(await publish(JSON.stringify(SMALL_WORLD, null, 2))).toEqual(
      published({ events: 4, accepted: 4, ...none }),
    );
    const post = (n: number) => aPost(`post-${n}`, { postId: `post-${n}`, partnerId: 'nordlicht' });
    expect(await publish(JSON.stringify(post(1), null, 2))).toEqual(
      published({ events: 1, accepted: 1, ...none }),
    );
    const lines = Array.from({ length: MAX_EVENTS_PER_BATCH + 1 }, (_, n) => JSON.stringify(post(n + 1)));
    expect(await publish(`${lines.join('\n')}\n`)).toEqual(
      published({ events: 1_001, accepted: 1_000, duplicate: 1, refused: 0, notSent: 0 }),
    );
  });

  it('takes a file that begins with a byte order mark', async () => {
    const lines = SMALL_WORLD.map((event) => `${JSON.stringify(event)}\r\n`).join('');
    for (const text of [JSON.stringify(SMALL_WORLD), lines])
      expect(await publish(`\uFEFF${text}`)).toEqual(
        published({ events: 4, accepted: 0, duplicate: 4, refused: 0, notSent: 0 }),
      );
  });

  it.each(['latin1', 'utf16le'] as const)('publishes nothing of a file in %s', async (encoding) => {
    const event = aPost('münchen', { postId: 'münchen', partnerId: 'nordlicht' });
    expect(await publish(Buffer.from(`[${JSON.stringify(event)}]`, encoding))).toEqual({
      code: 2,
      output: expect.stringMatching(/is (not text in UTF-8|no JSON)/),
    });
  });

  it('takes standard input', () => {
    const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
    const input = JSON.stringify(SMALL_WORLD);
    const asked = execFile(process.execPath, [main, 'publish', '-', '--url', herald.url]);
    asked.stdin?.end(input);
    return expect(text(asked.stdout as NodeJS.ReadableStream)).resolves.toBe(
      '4 events: 0 accepted, 4 known already, 0 refused, 0 not sent.\n',
    );
  });

  it('names the event that is refused, and sends none after its batch', async () => {
    const wrong = anEvent('wrong', 'partner.registered', {});
    const some = Array.from({ length: MAX_EVENTS_PER_BATCH }, (_, n) =>
      n === 1 ? wrong : aPost(`more-${n}`, { postId: `more-${n}`, partnerId: 'nordlicht' }),
    );
    for (const [events, counts] of [
      [[wrong], { events: 1, accepted: 0, duplicate: 0, refused: 1, notSent: 0 }],
      [[...some, wrong], { events: 1_001, accepted: 999, duplicate: 0, refused: 1, notSent: 1 }],
    ] as const) {
      const { code, output } = await publish(JSON.stringify(events));
      expect(code).toBe(2);
      expect(output).toContain(JSON.stringify(counts));
      expect(output).toMatch(/Event [12] \(wrong of \/test\): /);
    }
  });

  it('names an event that is larger than a request may be, and counts those before it', async () => {
    const post = (id: string, title: string) => aPost(id, { postId: id, partnerId: 'nordlicht', title });
    const events = [post('before', 'x'), post('large', 'x'.repeat(MAX_BODY_BYTES)), post('after', 'x')];
    const { code, output } = await publish(JSON.stringify(events));
    expect(code).toBe(2);
    expect(output).toContain(
      JSON.stringify({ events: 3, accepted: 1, duplicate: 0, refused: 1, notSent: 1 }),
    );
    expect(output).toMatch(/Event 2 \(large of \/test\): The body exceeds the limit/);
  });

  it.each([
    ['', 'contains no event'],
    ['[]', 'contains no event'],
    ['{}\nnonsense', 'Line 2 of .* is no JSON. Nothing was published.'],
  ])('refuses %j', async (text, says) => {
    const { code, output } = await publish(text);
    expect({ code, output }).toEqual({ code: 2, output: expect.stringMatching(says) });
  });
});

describe('reasons and people', () => {
  it('why, why-not and people say what the API says', async () => {
    const read = async <T>(path: string) => (await ask<T>(herald.url, path)).body;
    const whyNot = ['why-not', 'ada', 'account-expired', '--partner', 'nordlicht'];
    const digest = ['why-not', 'ada', 'content-needs-approval'];
    const query = '/v1/why-not?person=ada&rule=content-needs-approval';
    const asked = await read<{ answers: { sentence: string; conditions: { says: string }[] }[] }>(query);
    expect(JSON.parse((await run(...digest, '--json')).output)).toEqual(asked);
    const told = await run(...digest);
    expect(told).toMatchObject({
      code: 0,
      output: expect.stringContaining(asked.answers[0]?.sentence ?? 'x'),
    });
    expect(told.output).toContain(asked.answers[0]?.conditions[0]?.says);
    expect(await run(...whyNot)).toMatchObject({ code: 0, output: expect.stringContaining('no account') });

    const { items } = await read<{ items: object[] }>('/v1/people?partner=nordlicht');
    const listed = await run('people', '--partner', 'nordlicht', '--json');
    expect(
      listed.output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual(items);
    const people = await run('people', '--limit', '1');
    expect(people.output).toMatch(/^nordlicht\/ada {2}ada <ada@nordlicht\.example> {2}admin {2}active {2}/);
    expect(people.output.trim().split('\n')).toHaveLength(1);
    expect(await run('people', '--partner', 'nobody')).toEqual({ code: 0, output: 'None.\n' });

    const digestRequested = anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' });
    expect((await publish(JSON.stringify(digestRequested))).code).toBe(0);
    await expect
      .poll(async () => (await read<{ items: object[] }>('/v1/notifications?outcome=accepted')).items)
      .not.toHaveLength(0);
    const [sent] = (await read<{ items: { notificationId: string }[] }>('/v1/notifications')).items;
    const id = sent?.notificationId ?? '';
    const why = await read<{ sentence: string }>(`/v1/notifications/${id}/why`);
    expect(JSON.parse((await run('why', id, '--json')).output)).toMatchObject({ sentence: why.sentence });
    expect(await run('why', id)).toMatchObject({ code: 0, output: expect.stringContaining(why.sentence) });
    expect(await run('history', '--channel', 'email')).toMatchObject({
      code: 0,
      output: expect.stringContaining(id),
    });
  });
});

it.each(['history', 'summary'])('herald %s has the filters of the API', async (command) => {
  const { output } = await cli(folder, command, '--help');
  const options = Object.keys(summaryQuery.shape).map(
    (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `,
  );
  expect(options.filter((option) => !output.includes(option))).toEqual([]);
});
