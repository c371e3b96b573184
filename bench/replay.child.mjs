// Rebuilds all projections over the log file that is named first into the folder named second, in a process of its own, so
// that its memory is its own. Prints milliseconds and the most memory that the process had, in bytes.
import { PROJECTIONS } from '../dist/application/read-models/all.js';
import { readConfig } from '../dist/infrastructure/config/config.js';
import { RebuildThread } from '../dist/infrastructure/rebuild-thread/rebuild-thread.js';
import { timed } from './support.mjs';

const [file, folder] = process.argv.slice(2);
const thread = new RebuildThread(
  readConfig({ HERALD_EVENT_STORE: `sqlite:${file}`, HERALD_READ_MODELS: `sqlite:${folder}` }),
);
const millis = await timed(
  () =>
    new Promise((resolve, reject) => {
      const waiting = new Set(PROJECTIONS.map(({ name, version }) => `${name}@${version}.2`));
      thread.listen(({ id, status, failure }) => {
        if (status === 'failed') reject(new Error(failure.reason));
        if (status === 'following') waiting.delete(id);
        if (waiting.size === 0) resolve();
      });
      Promise.all(
        PROJECTIONS.map(({ name, version }) => thread.start({ projection: name, version, build: 2 })),
      ).catch(reject);
    }),
);
await thread.close();
const memory = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ millis, memory }));
