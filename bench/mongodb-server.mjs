// A server that speaks MongoDB's protocol.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { note } from './notes.mjs';
import { serve } from './peers/servers.mjs';
import { freePort, run, Skipped } from './support.mjs';

const BUILD = fileURLToPath(new URL('../.ci/ferretdb', import.meta.url));

async function ferretdb() {
  const named = process.env.HERALD_TEST_FERRETDB;
  if (named) return named;
  const said = await run('bash', [BUILD]).catch((error) => {
    const [reason] = error.message.trim().split('\n').slice(-1);
    throw new Skipped(`HERALD_BENCH_MONGODB_URL names no server, and FerretDB cannot be built: ${reason}`);
  });
  return said.trim().split('\n').at(-1);
}

/** The server of HERALD_BENCH_MONGODB_URL, or a FerretDB. */
export async function startMongodb() {
  const url = process.env.HERALD_BENCH_MONGODB_URL;
  if (url) return { url, stop: async () => undefined };
  const program = await ferretdb();
  note('In place of MongoDB there is FerretDB, which keeps its documents in SQLite.');
  const folder = await mkdtemp(join(tmpdir(), 'herald-bench-ferretdb-'));
  const port = await freePort();
  const parameters = [
    ...['--handler=sqlite', `--sqlite-url=file:${folder}/`, `--state-dir=${folder}`],
    ...[`--listen-addr=127.0.0.1:${port}`, '--debug-addr=-', '--telemetry=disable', '--log-level=error'],
  ];
  const stop = await serve(program, parameters, port);
  return {
    url: `mongodb://127.0.0.1:${port}`,
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
