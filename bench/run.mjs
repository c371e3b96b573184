// npm run bench: runs all benches, or those that are named, and prints a table; the figures are in bench/results, too.
//   npm run bench -- [--quick] [NAME…]
//   npm run bench -- check [--ci]     the quick form against bench/baseline.json
//   npm run bench -- baseline         measures that file anew
//   npm run bench -- charts           draws docs/performance/*.svg from the latest results

import { charts } from './charts.mjs';
import { baseline, check } from './check.mjs';
import { benches, measure, save, table } from './suite.mjs';

const [command] = process.argv.slice(2);
const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const print = (text) => process.stdout.write(`${text}\n`);

const names = await benches();
const usage = `npm run bench -- [--quick] [NAME…], or check, baseline, charts\nNames: ${names.join(', ')}`;

async function all() {
  const unknown = named.filter((name) => !names.includes(name));
  if (unknown.length > 0 || options.some((option) => option !== '--quick')) {
    print(usage);
    return 1;
  }
  const results = await measure(named.length > 0 ? named : names, { quick: options.includes('--quick') });
  print(`\n${table(results)}`);
  print(`\nJSON: ${await save(results)}`);
  return results.benches.some(({ failed }) => failed) ? 1 : 0;
}

const commands = { check: () => check({ isCi: options.includes('--ci') }), baseline, charts };
process.exitCode = await (commands[command] ?? all)();
