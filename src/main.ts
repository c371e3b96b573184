import { endBySignal } from './infrastructure/process/end-by-signal.js';

const HELP = `Usage: npm start, or node dist/main.js

Starts Herald; Ctrl-C stops it. Environment variables set it up, and docs/settings.md lists them. npm run herald -- --help
shows the commands for a running instance.
`;

// What Herald makes holds names and addresses: no other user of the machine reads it.
process.umask(0o077);

// All else is loaded later: that takes most of a start.
endBySignal();
const { endWithSentence, logRefusedStart } = await import('./start-failure.js');

const start = async (): Promise<void> => {
  const { optionsOf } = await import('./options.js');
  if (optionsOf(['help']).has('help')) {
    process.stdout.write(HELP);
    return;
  }
  const { startHerald } = await import('./herald.js');
  await startHerald(process.env);
};

await endWithSentence(() => start().catch(logRefusedStart));
