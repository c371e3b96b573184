import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { people } from '../../src/application/read-models/people/people.js';
import type { Comparison } from '../../src/application/read-models/rebuild/compare.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { Client } from '../../src/demo/client.js';
import { play } from '../../src/demo/story.js';
import type { Herald } from '../../src/herald.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { ask, cli, newFolder, replayIs, settingsIn, start } from './running.js';

describe('A replay of the whole history', () => {
  const folder = newFolder();
  let connections = 0;
  let mails = 0;
  let smtp: SMTPServer;
  let herald: Herald;
  let url: string;

  beforeAll(async () => {
    smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onConnect: (_session, done) => {
        connections += 1;
        done();
      },
      onData: (stream, _session, done) => {
        mails += 1;
        stream.resume().on('end', () => done());
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const { port } = smtp.server.address() as AddressInfo;
    herald = await start(folder, { HERALD_MAIL: `smtp://127.0.0.1:${port}` });
    url = herald.url;
    await play(new Client(url));
  });
  afterAll(async () => {
    await herald.stop();
    await new Promise<void>((resolve) => smtp.close(resolve));
  });

  const head = () => new SqliteEventStore({ file: settingsIn(folder).HERALD_EVENT_STORE?.slice(7) ?? '' });
  const post = (name: string, verb: string) =>
    ask<ProjectionStatus>(url, `/v1/projections/${name}/${verb}`, 'POST');
  const list = async (path: string) => (await ask<{ items: unknown[] }>(url, path)).body.items;

  it('sends nothing, records only who asked for it, and gives byte for byte the same documents', async () => {
    expect(mails).toBeGreaterThan(50);
    const before = { connections, mails };
    const store = head();
    const headBefore = await store.head();
    for (const { name, version } of PROJECTIONS) {
      expect((await post(name, 'replay')).status).toBe(202);
      await replayIs(url, name, 'following');
      const difference = () => ask<Comparison>(url, `/v1/projections/${name}/difference`);
      // The access log also follows what this replay adds to it.
      if (name === 'access-log')
        await expect.poll(async () => (await difference()).body).toMatchObject({ changed: 0 });
      const { body } = await difference();
      expect(body).toMatchObject({ added: 0, changed: 0, removed: 0 });
      expect(body.same).toBeGreaterThan(1);
      expect(body.hashes.rebuilt).toBe(body.hashes.live);
      expect((await post(name, 'swap')).body).toMatchObject({
        live: `${name}@${version}.2`,
        previous: `${name}@${version}.1`,
      });
    }
    expect({ connections, mails }).toEqual(before);
    const recorded: string[] = [];
    for await (const events of store.readAll({ from: headBefore as string }))
      for (const { position, stream } of events) if (position !== headBefore) recorded.push(stream);
    expect(recorded.filter((stream) => !stream.startsWith('accessLog-'))).toEqual([]);
    await store.close();
  });

  it('answers from the documents that were swapped in, and keeps following the log', async () => {
    const history = await list('/v1/notifications?limit=200');
    expect(history.length).toBeGreaterThan(90);
    const event = {
      specversion: '1.0',
      id: 'swap-1',
      source: '/test',
      type: 'herald.partner-user.added.v1',
      time: '2026-03-02T10:00:00Z',
      data: {
        userId: 'new',
        partnerId: 'sakura-spa',
        name: 'New',
        email: 'new@sakura-spa.example',
        role: 'member',
      },
    };
    await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
    });
    await herald.app.get(await projections(), { strict: false }).caughtUp('people');
    expect(await list('/v1/people?person=new')).toHaveLength(1);
  });

  it('can be rolled back, and the former documents catch up first', async () => {
    const { body } = await post('people', 'roll-back');
    expect(body).toMatchObject({
      live: `people@${people.version}.1`,
      previous: `people@${people.version}.2`,
      behind: 0,
    });
    expect(await list('/v1/people?person=new')).toHaveLength(1);
  });

  it('keeps the previous documents until they are dropped', async () => {
    const dropped = await ask<ProjectionStatus>(url, '/v1/projections/people/previous', 'DELETE');
    expect(dropped.body.previous).toBeUndefined();
    expect((await ask(url, '/v1/projections/people/previous', 'DELETE')).status).toBe(409);
    expect((await post('people', 'roll-back')).status).toBe(409);
  });

  it('is paused, resumed and cancelled, each only where it makes sense', async () => {
    for (const verb of ['pause', 'resume', 'swap']) expect((await post('people', verb)).status).toBe(409);
    await post('people', 'replay');
    await replayIs(url, 'people', 'following');
    expect((await post('people', 'replay')).body).toMatchObject({ code: 'replay-under-way' });
    expect((await post('people', 'pause')).body).toMatchObject({ status: 'paused' });
    expect((await post('people', 'swap')).status).toBe(409);
    await post('people', 'resume');
    await replayIs(url, 'people', 'following');
    expect((await post('people', 'cancel')).body).toMatchObject({ status: 'cancelled' });
    expect((await ask<ProjectionStatus>(url, '/v1/projections/people')).body.live).toBe(
      `people@${people.version}.1`,
    );
    expect((await ask(url, '/v1/projections/nothing')).status).toBe(404);
  });

  it('from a position is for looking at, and never swapped', async () => {
    const store = head();
    const from = (await store.head()) ?? '';
    await store.close();
    await ask(url, `/v1/projections/history/replay?from=${from}`, 'POST');
    await replayIs(url, 'history', 'following');
    expect((await post('history', 'swap')).body).toMatchObject({ code: 'replay-in-part' });
    const { body } = await ask<Comparison>(url, '/v1/projections/history/difference?samples=3');
    expect(body.removed).toBeGreaterThan(90);
    expect(body.samples).toHaveLength(3);
    await post('history', 'cancel');
    const wrong = await ask(url, '/v1/projections/history/replay?from=junk', 'POST');
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'from' }] } });
  });

  it('reports its progress as server-sent events', async () => {
    await post('history', 'replay');
    const ending = new AbortController();
    const response = await fetch(`${url}/v1/projections/history/progress`, { signal: ending.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      if (text.includes('"following"')) break;
    }
    ending.abort();
    expect(text).toMatch(/"progress":\{"done":\d+,"total":\d+,"share":1,"rate":\d+,"eta":0\}/);
    await post('history', 'cancel');
  });

  it('from the command line: dry run, verify, swap', async () => {
    const dry = await cli(folder, 'replay', 'history', '--dry-run', '--url', url);
    expect(dry).toMatchObject({
      code: 0,
      output: expect.stringMatching(
        /history \d+ of \d+ events read, 100 % of the log.*0 changed.*Nothing was swapped/s,
      ),
    });
    const swapped = await cli(folder, 'replay', 'history', '--url', url);
    expect(swapped).toMatchObject({ code: 0, output: expect.stringContaining('is live now') });
    expect(await cli(folder, 'verify')).toMatchObject({
      code: 0,
      output: expect.stringContaining('people: the same'),
    });
    expect(await cli(folder, 'projections', '--url', url)).toMatchObject({ code: 0 });
    expect(await cli(folder, 'replay', 'nothing', '--url', url)).toMatchObject({ code: 2 });
    expect(await cli(folder, 'projections', '--url', 'http://localhost:1')).toMatchObject({
      code: 2,
      output: expect.stringContaining('does not answer'),
    });
  });

  it('verify finds a document that was tampered with, and names it', async () => {
    const { body } = await ask<ProjectionStatus>(url, '/v1/projections/people');
    const store = new SqliteReadModels({ folder: settingsIn(folder).HERALD_READ_MODELS?.slice(7) ?? '' });
    const collection = { name: body.live, indexes: [['userId'], ['partnerId']] };
    const id = 'sakura-spa/haruka';
    const found = (
      await store.find<{ id: string; position: string; name?: string }>(collection, { limit: 1 })
    ).documents[0];
    const document = {
      ...found,
      id: found?.id ?? id,
      position: `${found?.position}~`,
      name: 'Somebody else',
    };
    await store.write(collection, [{ id: document.id, position: document.position, document }]);
    await store.close();
    const { code, output } = await cli(folder, 'verify', 'people');
    expect(code).toBe(1);
    expect(output).toContain('people: DIFFERS');
    expect(output).toContain(`changed ${document.id}`);
    expect(output).toContain('Somebody else');
  });
});

const projections = async () =>
  (await import(new URL('../../dist/application/read-models/engine/projections.js', import.meta.url).href))
    .Projections;
