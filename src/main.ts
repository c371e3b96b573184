import { HeraldError } from './domain/herald-error.js';
import { startHerald } from './herald.js';

try {
  await startHerald(process.env);
} catch (error) {
  if (!(error instanceof HeraldError)) throw error;
  process.stderr.write(`herald: ${error.message}\n`);
  process.exitCode = 1;
}
