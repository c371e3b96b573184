import { DEFAULT_TIMEOUTS } from '../../dist/infrastructure/mail/smtp/smtp-options.js';

// Loaded into an instance by --import: a mail server may be silent for so many milliseconds at each stage.
const { idle } = DEFAULT_TIMEOUTS;
for (const stage of Object.keys(DEFAULT_TIMEOUTS))
  DEFAULT_TIMEOUTS[stage] = Number(process.env.HERALD_TEST_PATIENCE_MS);
DEFAULT_TIMEOUTS.idle = idle;
