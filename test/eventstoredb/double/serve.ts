import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Disk } from './disk.js';
import { distantFrom } from './distance.js';
import { EventStoreDouble } from './double.js';

// The double as a process of its own, for benchmarks: it writes its log to a file, and has called fsync before it answers an
// append. Tells its parent its connection string. `--latency 10`: a request and its answer are under way for 10 ms.
const { values } = parseArgs({ options: { latency: { type: 'string', default: '0' } } });

const folder = await mkdtemp(join(tmpdir(), 'herald-double-'));
const disk = await Disk.open(join(folder, 'log'));
const server = await new EventStoreDouble({ disk }).start();
const latency = Number(values.latency);
const port = latency > 0 ? await distantFrom(server.endpoint.port, latency) : server.endpoint.port;
process.send?.({ url: `esdb://127.0.0.1:${port}?tls=false` });

process.on('disconnect', async () => {
  await server.kill();
  await disk.close();
  await rm(folder, { recursive: true, force: true });
  process.exit();
});
