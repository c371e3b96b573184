// Puts the files that a start of Herald reads into a few: some 2,000 modules, each found and read by itself, take half of the time
// to the first answer (docs/decisions/0053). What `nest build` wrote stays beside them for the CLI, benches and tests.
// Run `nest build` before each run of this: dist/main.js is both read and written.
import { rm } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

/** What is started. */
const PROGRAMS = ['main', 'demo/main'];

/** The threads that it starts, by the file that each becomes. */
const THREADS = {
  'bundle/smtp-worker': 'infrastructure/mail/smtp-thread/smtp-worker',
  'bundle/rebuild-worker': 'infrastructure/rebuild-thread/rebuild-worker',
  'bundle/document-worker': 'infrastructure/sqlite/document-thread/document-worker',
  'bundle/log-worker': 'infrastructure/sqlite/log-thread/log-worker',
};

/** Packages that stay where npm put them: they have native code, look for files of their own, or are not loaded at each start. */
const PACKAGES_APART = [
  /^@eventstore\//,
  /^@kurrent\//,
  /^@opentelemetry\/(exporter|resources|sdk)/,
  /^(htmx\.org|imapflow|libsql|mongodb|openid-client|pino|reflect-metadata|swagger-ui-dist)(\/|$)/,
];

/** Packages that Nest and Fastify look for, and do without. */
const PACKAGES_NOT_INSTALLED =
  /^(@nestjs\/(microservices|websockets|platform-express|platform-socket\.io)|@fastify\/(multipart|static|view)|class-transformer|class-validator)(\/|$)/;

/**
 * A module finds the files beside it by its address, also when it has become a part of another file; the module that starts a thread
 * finds it in the bundle.
 */
const ownAddress = {
  name: 'own-address',
  transform(code, id) {
    if (!id.startsWith(DIST) || !code.includes('import.meta')) return null;
    const startsThread = /new URL\('\.\/[a-z]+-worker\.js', import\.meta\.url\)/.test(code);
    const file = startsThread ? 'bundle/thread.js' : relative(DIST, id).split(sep).join('/');
    const changed = code.replaceAll('import.meta.url', `__addressOf(${JSON.stringify(file)})`);
    if (changed.includes('import.meta'))
      throw new Error(`${id} would get the folder of the bundle: use import.meta.url.`);
    return changed;
  },
  renderChunk(code, { fileName }) {
    const up = '../'.repeat(fileName.split('/').length - 1);
    return code.replaceAll(
      /__addressOf\("([^"]+)"\)/g,
      (_, file) => `new URL("./${up}${file}", import.meta.url).href`,
    );
  },
};

const bundle = await rolldown({
  input: Object.fromEntries(
    [...PROGRAMS.map((name) => [name, name]), ...Object.entries(THREADS)].map(([name, source]) => [
      name,
      `${DIST}${source}.js`,
    ]),
  ),
  platform: 'node',
  external: [...PACKAGES_APART, PACKAGES_NOT_INSTALLED],
  plugins: [ownAddress],
  onwarn({ message }) {
    throw new Error(message);
  },
});
await bundle.write({
  dir: DIST,
  entryFileNames: '[name].js',
  chunkFileNames: 'bundle/[name]-[hash].js',
  // A text without other characters takes half the memory.
  charset: 'ascii',
  keepNames: true,
  comments: { legal: true, annotation: false, jsdoc: false },
});
await bundle.close();
// They describe what `nest build` wrote.
for (const program of PROGRAMS) await rm(`${DIST}${program}.js.map`);
