// npm run bench -- NAME: prints a line for each piece of work, `NAME ratio R (herald X unit, limit Y unit)`.
// The limit is what the machine itself does in the same run; `npm run bench` lists the names.
import { readdir } from 'node:fs/promises';

const names = (await readdir(new URL('.', import.meta.url)))
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));

if (wanted.length === 0 || unknown.length > 0) {
  process.stdout.write(`npm run bench -- NAME…\nNames: ${names.join(', ')}\n`);
  process.exitCode = unknown.length > 0 ? 1 : 0;
} else
  for (const name of wanted) {
    const { run } = await import(`./${name}.bench.mjs`);
    for (const { work, herald, limit, unit } of await run()) {
      const shown = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
      process.stdout.write(
        `${work} ratio ${(herald / limit).toFixed(2)} (herald ${shown(herald)} ${unit}, limit ${shown(limit)} ${unit})\n`,
      );
    }
  }
