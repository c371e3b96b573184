// Starts Heralds, each in a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts one; resolves once it answers. */
export async function startHeraldProcess(settings) {
  const child = fork(new URL('./herald.child.mjs', import.meta.url), [JSON.stringify(settings)]);
  const ended = once(child, 'exit');
  const answer = () =>
    Promise.race([
      once(child, 'message').then(([message]) => message),
      ended.then(([code]) => Promise.reject(new Error(`Herald ended with ${code}.`))),
    ]);
  const { url } = await answer();
  const ask = (message) => {
    child.send(message);
    return answer();
  };
  return {
    url,
    /** The most memory that it has had so far, in bytes. */
    memory: async () => (await ask('memory')).memory,
    stop: async () => {
      await ask('stop');
      await ended;
    },
  };
}
