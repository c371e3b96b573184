// Reviews the dependencies in package-lock.json; exits with 1 if something is wrong.
//   node scripts/review-dependencies.mjs               works offline
//   node scripts/review-dependencies.mjs --advisories  also asks the registry for advisories and signatures, where it answers
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const print = (line) => process.stdout.write(`${line}\n`);
const complain = (line) => process.stderr.write(`${line}\n`);

/** Licences that Herald may be distributed with. */
const LICENSES = new Set([
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-0-Clause', // how htmx.org writes 0BSD
    'BSD-2-Clause',
    'BSD-3-Clause',
    'ISC',
    'MIT',
    'MIT-0',
    'Python-2.0',
  ],
  ...['MIT OR Apache-2.0', '(MIT OR EUPL-1.1+)', '(BSD-3-Clause AND Apache-2.0)'],
]);
/** Of tools that are used to build and test only. */
const LICENSES_OF_TOOLS = new Set([
  ...LICENSES,
  'CC-BY-4.0',
  'CC0-1.0',
  'MPL-2.0',
  'MIT (http://mootools.net/license.txt)',
]);

/** Packages with an install script that were looked at: they work without it. .npmrc keeps it from running. */
const WITH_INSTALL_SCRIPT = {
  '@scarf/scarf': 'telemetry of swagger-ui-dist',
  protobufjs: 'a warning about versions',
};

/** What is wrong with a lock file, each as a sentence. @param lock the parsed package-lock.json. */
export const problemsOf = (lock) =>
  packagesOf(lock).flatMap(([path, entry]) => {
    const name = path.replace(/^.*node_modules\//, '');
    const allowed = entry.dev ? LICENSES_OF_TOOLS : LICENSES;
    return [
      ...(/^sha512-/.test(entry.integrity ?? '')
        ? []
        : [`${path} has no SHA-512 hash in package-lock.json.`]),
      ...(!entry.resolved || entry.resolved.startsWith('https://registry.npmjs.org/')
        ? []
        : [`${path} comes from ${entry.resolved}, not from the registry.`]),
      ...(allowed.has(entry.license)
        ? []
        : [
            `${path} has the licence ${entry.license ?? 'unknown'}: read it, then add it to scripts/review-dependencies.mjs or use another package.`,
          ]),
      ...(!entry.hasInstallScript || name in WITH_INSTALL_SCRIPT
        ? []
        : [
            `${path} has an install script: see that it works without, then add it to scripts/review-dependencies.mjs.`,
          ]),
    ];
  });

/** All packages of a lock file but the project itself. */
export const packagesOf = (lock) => Object.entries(lock.packages).filter(([path]) => path !== '');

const readLock = () => JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));

/** How long the registry may take, in milliseconds. */
const MAX_ASKING_MS = 120_000;
/** What npm says where the registry or its transparency log cannot be asked. */
const NO_ANSWER =
  /endpoint returned an error|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|ECONNREFUSED|E40[0-9]|npm error network/;

/** Runs npm. @returns its output, and whether the registry refused the question. */
const npm = (...args) => {
  try {
    const all = [...args, '--loglevel=warn', '--fetch-retries=0', '--fetch-timeout=20000'];
    const output = execFileSync('npm', all, { encoding: 'utf8', stdio: 'pipe', timeout: MAX_ASKING_MS });
    return { ok: true, output };
  } catch ({ stdout = '', stderr = '', message }) {
    const output = `${stdout}${stderr}` || message;
    return { ok: false, output, isRefused: NO_ANSWER.test(output) };
  }
};

const ask = (what, ...args) => {
  const { ok, output, isRefused } = npm(...args);
  if (ok) print(`${what}: nothing found.`);
  else if (isRefused) print(`${what}: not checked, because the registry does not answer this question here.`);
  else complain(`${what}:\n${output}`);
  return ok || isRefused;
};

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const lock = readLock();
  const problems = problemsOf(lock);
  for (const problem of problems) complain(problem);
  let isWell = problems.length === 0;
  if (isWell)
    print(
      `${packagesOf(lock).length} packages: each with its hash, from the registry, with a known licence, and none needs an install script.`,
    );
  if (process.argv.includes('--advisories')) {
    isWell = ask('Advisories for what Herald ships', 'audit', '--omit=dev', '--audit-level=high') && isWell;
    isWell = ask('Signatures of packages', 'audit', 'signatures') && isWell;
  }
  if (!isWell) process.exitCode = 1;
}
