// The double of EventStoreDB in a process of its own: it writes its file and calls fsync before it answers an append.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const FOLDER = path('../dist/bench');

/** Its TypeScript as one file; packages stay outside. */
const bundle = () =>
  build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: path('../test/eventstoredb/double/serve.ts'),
      outDir: FOLDER,
      emptyOutDir: true,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'eventstoredb-double.mjs' } },
    },
  });

/**
 * Starts it.
 * @param latency how long a request and its answer are under way together, in milliseconds.
 * @returns its connection string, and what ends it and removes its file.
 */
export async function startServer({ latency = 0 } = {}) {
  await bundle();
  const child = fork(`${FOLDER}/eventstoredb-double.mjs`, ['--latency', String(latency)]);
  const [{ url }] = await once(child, 'message');
  return {
    url,
    stop: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** Gives the work the connection string of the server of HERALD_BENCH_EVENTSTORE_URL, or of the double. */
export async function withServer(work, options) {
  const real = process.env.HERALD_BENCH_EVENTSTORE_URL;
  if (real) return work(real);
  const server = await startServer(options);
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}
