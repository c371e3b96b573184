// Takes mails in a process of its own, by Postfix' smtp-sink (its path, and that of its libraries, are parameters) or by a server in Node, and counts
// them. Tells its parent the port, and when asked to wait for some mails, when the first and the last of them came (ms since 1970).
import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { userInfo } from 'node:os';
import { nodeSink } from './node-sink.mjs';
import { freePort, now, until } from './support.mjs';

const NO_MORE_THAN = 1024;

let count = 0;
let before = 0;
let first = 0;
let last = 0;
let waiting = 0;

const counted = (all) => {
  if (all === count) return;
  last = now();
  if (count <= before) first = last;
  count = all;
  answer();
};

const answer = () => {
  if (waiting === 0 || count - before < waiting) return;
  waiting = 0;
  process.send({ count: count - before, first, last });
};

const listens = (port) =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.on('connect', () => resolve(socket.end()));
    socket.on('error', () => resolve(false));
  });

async function smtpSink(program, libraries) {
  const port = await freePort();
  const asUser = userInfo().uid === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(program, ['-c', ...asUser, `127.0.0.1:${port}`, `${NO_MORE_THAN}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: libraries ? { ...process.env, LD_LIBRARY_PATH: libraries } : process.env,
  });
  child.on('exit', () => process.exit(1));
  process.on('exit', () => child.kill());
  let rest = '';
  child.stdout.on('data', (chunk) => {
    rest = `${rest}${chunk}`.slice(-100);
    const all = [...rest.matchAll(/mesg=\s*(\d+)\s/g)].at(-1);
    if (all) counted(Number(all[1]));
  });
  await until(() => listens(port));
  return port;
}

const [program, libraries] = process.argv.slice(2);
const port = program ? await smtpSink(program, libraries) : await nodeSink(() => counted(count + 1));
process.on('message', ({ reset, wait }) => {
  if (reset) {
    before = count;
    process.send({});
  } else {
    waiting = wait;
    answer();
  }
});
process.on('disconnect', () => process.exit());
process.send({ port });
