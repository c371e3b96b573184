import { startHerald } from './herald.js';
import { optionsOf } from './options.js';
import { endWithSentence, logRefusedStart } from './start-failure.js';

const HELP = `Usage: npm start, or node dist/main.js

Starts Herald; Ctrl-C stops it. Environment variables set it up, and docs/settings.md lists them. npm run herald -- --help
shows the commands for a running instance.
`;

// What Herald makes holds names and addresses: no other user of the machine reads it.
process.umask(0o077);

const start = async (): Promise<void> => {
  if (optionsOf(['help']).has('help')) process.stdout.write(HELP);
  else await startHerald(process.env);
};

await endWithSentence(() => start().catch(logRefusedStart));
