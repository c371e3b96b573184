// Runs the bench that is named, and tells its parent the lines, or why there are none.
import { notes } from './notes.mjs';
import { Skipped } from './support.mjs';

const answer = (message) => process.send(message, () => process.exit());

try {
  const { run } = await import(`./${process.argv[2]}.bench.mjs`);
  const lines = (await run()).map((line) => ({ ratio: line.herald / line.limit, against: '', ...line }));
  answer({ lines, notes: notes() });
} catch (error) {
  answer(
    error instanceof Skipped
      ? { skipped: error.message }
      : { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) },
  );
}
