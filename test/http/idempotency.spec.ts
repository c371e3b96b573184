import { idempotency } from './idempotency.contract.js';

idempotency('the log in SQLite', async () => ({}));
