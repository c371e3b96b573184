// A peer in a process of its own, and how long it takes for some mails.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { now } from '../support.mjs';

/** Starts a program that speaks as line-protocol.mjs says. */
async function startPeer(path, parameters) {
  const child = spawn(path, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  const hears = async (expected) => {
    const { value } = await lines.next();
    if (value !== expected) throw new Error(`${path} said ${value} where it should have said ${expected}.`);
  };
  await hears('ready');
  return {
    send: async (count) => {
      child.stdin.write(`send ${count}\n`);
      await hears(`recorded ${count}`);
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** The parameters of a peer that is a file of this folder. */
export const inNode = (file, parameters) => [
  process.execPath,
  [fileURLToPath(new URL(file, import.meta.url)), JSON.stringify(parameters)],
];

/** Milliseconds from the order to send mails until the last one is with the sink; it ends when all outcomes are on record. */
export async function sent([path, parameters], sink, count) {
  const peer = await startPeer(path, parameters);
  try {
    await sink.reset();
    const begun = now();
    const [{ last }] = await Promise.all([sink.arrived(count), peer.send(count)]);
    return last - begun;
  } finally {
    await peer.stop();
  }
}
