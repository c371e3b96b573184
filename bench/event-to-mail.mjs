// From the request that publishes an event to its mail, on a Herald that has nothing else to do.
import { setTimeout as pause } from 'node:timers/promises';
import { mailPool } from './peers/pool.mjs';
import { now, size, timed } from './support.mjs';
import { connected, invalidated, publishAll } from './surge.mjs';

const MAILS = size({ full: 100, quick: 20 });
const LATER = '2026-12-01T06:00:00.000Z';

/** How long Herald is left alone before each event, in milliseconds: it records what became of the mail before. */
const IDLE_MS = 100;

/** Milliseconds until each mail is with the mail server, one event after the other. At least as many accounts of `world` are there. */
export async function eventToMail(url, sink, count = MAILS) {
  const all = [];
  const accounts = Array.from({ length: count }, (_, n) => connected(`v${n}`, n, 'x', LATER));
  await publishAll(url, accounts, count);
  for (let n = 0; n < count; n += 1) {
    await sink.reset();
    await pause(IDLE_MS);
    const begun = now();
    await publishAll(url, [invalidated(`v${n}`, n)], 1);
    all.push((await sink.arrived(1)).first - begun);
  }
  return all;
}

/** The same work without Herald: one durable append, then one mail. */
export async function bareEventToMail(append, port, mail, count = MAILS) {
  const send = mailPool({ port, connections: 1, mail });
  const all = [];
  for (let n = 0; n < count; n += 1) {
    await pause(IDLE_MS);
    all.push(
      await timed(async () => {
        await append();
        await send('u1@partner.example');
      }),
    );
  }
  send.close();
  return all;
}
