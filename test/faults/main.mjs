import { startHerald } from '../../dist/herald.js';
import { endWithSentence, logRefusedStart } from '../../dist/start-failure.js';

// dist/main.js of the modules that `nest build` wrote: hooks change those.
process.umask(0o077);
await endWithSentence(() => startHerald(process.env).catch(logRefusedStart));
