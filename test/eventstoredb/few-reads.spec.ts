import { afterEach, expect, it } from 'vitest';
import { EventStoreDouble } from './double/double.js';
import { MAILS, MailLoad } from './mail-load.js';

let load: MailLoad;
let server: EventStoreDouble;
afterEach(async () => {
  await load.stop();
  await server.kill();
});

it('A mail needs fewer than four reads of streams: each is a round trip to the server', async () => {
  server = await new EventStoreDouble().start();
  load = await MailLoad.start(server.url, server.log);
  const before = server.reads;
  await load.begin(0);
  await load.longestSilence(MAILS);
  expect((server.reads - before) / MAILS).toBeLessThan(4);
}, 120_000);
