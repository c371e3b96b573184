import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts the mail server in a process of its own. */
export async function startMailServer() {
  const child = fork(new URL('./mail-server.child.mjs', import.meta.url));
  const [{ port }] = await once(child, 'message');
  const ask = async (question) => {
    child.send(question);
    const [answer] = await once(child, 'message');
    return answer;
  };
  return {
    port,
    /** `fine`; `refuse` all connections; `drop` one in ten after its mail; `defer` every third recipient. */
    behave: (mode) => ask({ behave: mode }),
    /** How many mails it has. */
    count: async () => (await ask({})).mails,
    /** How often it has the mail of each notification. */
    received: async () => new Map((await ask({ report: true })).received),
    stop: () => child.disconnect(),
  };
}
