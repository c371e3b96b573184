// The mail server of the benches.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { debianProgram } from './debian.mjs';
import { note } from './notes.mjs';
import { Skipped } from './support.mjs';

async function program() {
  try {
    const found = await debianProgram('smtp-sink', 'postfix');
    note("Mails are taken by Postfix' smtp-sink.");
    return found;
  } catch (error) {
    if (!(error instanceof Skipped)) throw error;
    note(`Mails are taken by a server in Node, which costs more than smtp-sink: ${error.message}.`);
    return undefined;
  }
}

/** A process that takes every mail. */
export async function startSink() {
  const found = await program();
  const child = fork(
    new URL('./sink.child.mjs', import.meta.url),
    found ? [found.path, found.env.LD_LIBRARY_PATH ?? ''] : [],
  );
  const [{ port }] = await once(child, 'message');
  const ask = async (message) => {
    child.send(message);
    const [answer] = await once(child, 'message');
    return answer;
  };
  return {
    port,
    reset: () => ask({ reset: true }),
    /** Resolves when it has this many mails, with when the first and the last came (ms since 1970). */
    arrived: (count) => ask({ wait: count }),
    stop: () => child.disconnect(),
  };
}
