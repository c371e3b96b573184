// How the benches speak with a peer: it prints `ready`, reads `send COUNT`, and prints `recorded COUNT` once all are sent and recorded.
import { createInterface } from 'node:readline';

/** What the peer was started with. */
export const given = () => JSON.parse(process.argv[2]);

/** @param send sends so many mails; resolves when the outcome of each is on record. */
export async function serve(send) {
  process.stdout.write('ready\n');
  for await (const said of createInterface({ input: process.stdin })) {
    const count = Number(said.split(' ')[1]);
    await send(count);
    process.stdout.write(`recorded ${count}\n`);
  }
  process.exit();
}
