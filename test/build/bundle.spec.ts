import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const DIST = new URL('../../dist/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, DIST), 'utf8');

const PROGRAMS = ['main.js', 'demo/main.js'];
const FILES = [...PROGRAMS, ...readdirSync(new URL('bundle/', DIST)).map((name) => `bundle/${name}`)];

/** Nest and Fastify look for these, and do without. */
const OPTIONAL =
  /^(@nestjs\/(microservices|websockets|platform-express)|@fastify\/(multipart|static|view)|class-transformer|class-validator)(\/|$)/;

/** What a file needs before it runs: files beside it, and packages. */
const imported = (file: string): readonly string[] =>
  [...read(file).matchAll(/^import (?:[^"'();]+ from )?"([^"]+)";$/gm)].map(([, name]) => name ?? '');

const isFile = (name: string): boolean => name.startsWith('.');

/** The files that are read before a program begins. */
function readBefore(program: string): ReadonlySet<string> {
  const files = new Set([program]);
  for (const file of files) {
    const base = new URL(file, DIST);
    for (const name of imported(file).filter(isFile))
      files.add(fileURLToPath(new URL(name, base)).slice(fileURLToPath(DIST).length));
  }
  return files;
}

describe('What is started', () => {
  it.each(PROGRAMS)('%s reads a few files instead of some two thousand', (program) => {
    const { size } = readBefore(program);
    expect(size).toBeGreaterThan(1);
    expect(size).toBeLessThan(40);
  });

  it('finds every package in an image without development dependencies', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', DIST), 'utf8')) as {
      dependencies: Readonly<Record<string, string>>;
    };
    const later = (file: string) =>
      [...read(file).matchAll(/(?:import|__require)\("([^"]+)"\)/g)].map(([, name]) => name ?? '');
    const packages = FILES.flatMap((file) => [...imported(file), ...later(file)]).filter(
      (name) => !isFile(name) && !isBuiltin(name) && !OPTIONAL.test(name),
    );
    expect(packages).toEqual(expect.arrayContaining(['libsql', 'imapflow', 'pino']));
    const named = packages.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    expect(named.filter((name) => !(name in dependencies))).toEqual([]);
  });

  it('knows where the files beside its modules are', () => {
    const addresses = FILES.flatMap((file) =>
      [...read(file).matchAll(/new URL\("(\.[^"]+\.js)", import\.meta\.url\)\.href/g)].map(
        ([, name]) => new URL(name ?? '', new URL(file, DIST)),
      ),
    );
    expect(addresses.length).toBeGreaterThan(5);
    const known = addresses.filter(({ pathname }) => !pathname.endsWith('/bundle/thread.js'));
    expect(addresses.length - known.length).toBe(4);
    for (const address of known) expect(readFileSync(address).length).toBeGreaterThan(0);
    expect(FILES.filter((file) => read(file).includes('__addressOf('))).toEqual([]);
  });

  it.each(['document', 'log', 'rebuild', 'smtp'])('starts its %s thread from the bundle', (name) => {
    expect(readBefore(`bundle/${name}-worker.js`).size).toBeLessThan(20);
  });

  it('keeps the names of classes that occur more than once, so that logs name them', () => {
    const renamed = FILES.flatMap((file) => [...read(file).matchAll(/__name\((\w+)\$\d+, "(\w+)"\)/g)]);
    expect(renamed.length).toBeGreaterThan(0);
    for (const [, is, named] of renamed) expect(is).toBe(named);
  });
});
