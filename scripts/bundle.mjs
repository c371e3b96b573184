// Puts the files that a start of Herald reads into a few: some 2,000 modules, each found and read by itself, take half of the time
// to the first answer (docs/decisions/0053). What `nest build` wrote stays beside them for the CLI, the demo and the benches.
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

/** What is started: the server, the demo, and their threads. */
const ENTRIES = [
  'main',
  'demo/main',
  'infrastructure/mail/smtp-thread/smtp-worker',
  'infrastructure/rebuild-thread/rebuild-worker',
  'infrastructure/sqlite/document-thread/document-worker',
  'infrastructure/sqlite/log-thread/log-worker',
];

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

/** A module finds the files beside it by its address, also when it has become a part of another file. */
const ownAddress = {
  name: 'own-address',
  transform(code, id) {
    if (!id.startsWith(DIST) || !code.includes('import.meta.url')) return null;
    const file = JSON.stringify(relative(DIST, id).split(sep).join('/'));
    return code.replaceAll('import.meta.url', `__addressOf(${file})`);
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
  input: Object.fromEntries(ENTRIES.map((name) => [name, `${DIST}${name}.js`])),
  platform: 'node',
  external: [...PACKAGES_APART, PACKAGES_NOT_INSTALLED],
  plugins: [ownAddress],
  onLog(level, log) {
    throw new Error(`${level}: ${log.message}`);
  },
});
await bundle.write({
  dir: DIST,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  // A text without other characters takes half the memory.
  charset: 'ascii',
  keepNames: true,
  comments: { legal: true, annotation: false, jsdoc: false },
});
await bundle.close();
