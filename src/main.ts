import { startHerald } from './herald.js';
import { endWithSentence, logRefusedStart } from './start-failure.js';

// What Herald makes holds names and addresses: no other user of the machine reads it.
process.umask(0o077);

await endWithSentence(() => startHerald(process.env).catch(logRefusedStart));
