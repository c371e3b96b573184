import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { read } from './pages.js';

interface Entry {
  readonly name?: string;
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}
interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

const script = (name: string) => new URL(`../../scripts/${name}`, import.meta.url);
const { problemsOf, packagesOf } = (await import(script('review-dependencies.mjs').href)) as {
  problemsOf: (lock: Lock) => readonly string[];
  packagesOf: (lock: Lock) => readonly (readonly [string, Entry])[];
};

const root = mkdtempSync(join(tmpdir(), 'herald-dependencies-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const lock = JSON.parse(read('package-lock.json')) as Lock;

describe('The dependencies', () => {
  it('have a hash, come from the registry, have a known licence and need no install script', () => {
    expect(packagesOf(lock).length).toBeGreaterThan(500);
    expect(problemsOf(lock)).toEqual([]);
  });

  it.each([
    [{ integrity: 'sha1-x' }, /no SHA-512 hash/],
    [{ integrity: undefined }, /no SHA-512 hash/],
    [{ resolved: 'https://evil.example/x.tgz' }, /not from the registry/],
    [{ license: 'GPL-3.0' }, /licence GPL-3\.0/],
    [{ license: undefined }, /licence unknown/],
    [{ license: 'MPL-2.0' }, /licence MPL-2\.0/],
    [{ hasInstallScript: true }, /has an install script/],
  ] as const)('are refused otherwise: %j', (change, says) => {
    const packages = { '': {}, 'node_modules/x': { integrity: 'sha512-x', license: 'MIT', ...change } };
    expect(problemsOf({ packages })).toEqual([expect.stringMatching(says)]);
  });

  it('run no script while they are installed, in the image neither', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
    expect(read('Dockerfile')).toMatch(/^COPY \.npmrc /m);
    expect(read('.dockerignore')).toMatch(/^!\.npmrc$/m);
  });

  it('that Herald ships are in its software bill of materials', () => {
    const file = join(root, 'sbom.json');
    execFileSync(process.execPath, [script('sbom.mjs').pathname, file]);
    const bom = JSON.parse(readFileSync(file, 'utf8')) as {
      bomFormat: string;
      metadata: { component: { name: string } };
      components: { name: string; version: string; hashes: object[]; licenses: object[] }[];
    };
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'herald' } } });
    expect(bom.components.filter(({ hashes, licenses }) => !hashes?.length || !licenses?.length)).toEqual([]);
    const shipped = packagesOf(lock).filter(([, { dev, ...entry }]) => !dev && !('devOptional' in entry));
    const named = new Set(bom.components.map(({ name, version }) => `${name}@${version}`));
    // A platform's own build of a package is in the list only of that platform.
    const missing = shipped
      .filter(([, entry]) => !('optional' in entry) && !('peer' in entry))
      .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`)
      .filter((one) => !named.has(one));
    expect(missing).toEqual([]);
  });
});

describe('The images', () => {
  const files = [
    'Dockerfile',
    'docker-compose.yml',
    'compose.cluster.yml',
    'compose.secured.yml',
    'compose.browse.yml',
  ];
  const images = files.flatMap((file) =>
    [...read(file).matchAll(/^\s*(?:image:|FROM)\s+(\S+)/gm)].map(([, image]) => String(image)),
  );

  it('are named by exact version', () => {
    expect(images.length).toBeGreaterThan(4);
    for (const image of images) expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+\.\d+/);
  });

  it('get the digests that docker says, and only where they differ', () => {
    for (const file of files) copyFileSync(new URL(`../../${file}`, import.meta.url), join(root, file));
    const digest = `sha256:${'ab'.repeat(32)}`;
    writeFileSync(join(root, 'docker'), `#!/bin/sh\necho ${digest}\n`);
    chmodSync(join(root, 'docker'), 0o755);
    const pin = (...args: string[]) =>
      execFileSync(process.execPath, [script('pin-images.mjs').pathname, ...args], {
        cwd: root,
        env: { ...process.env, PATH: `${root}:${process.env.PATH}` },
        encoding: 'utf8',
      });
    expect(() => pin('--check')).toThrow();
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).not.toContain('sha256');
    pin();
    const [first, second] = [
      ...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^FROM (\S+)( AS build)?$/gm),
    ];
    expect(first?.[1]).toMatch(/^node:[\w.-]+@sha256:(ab){32}$/);
    expect(second?.[1]).toBe(first?.[1]);
    expect(readFileSync(join(root, 'docker-compose.yml'), 'utf8')).toMatch(/image: herald:0\.1\.0$/m);
    expect(pin('--check')).toContain('0 to pin');
  });
});

it('The stores and the mailbox publish no port unless compose.browse.yml asks for it', () => {
  const published = [...read('docker-compose.yml').matchAll(/ports: \[(.*)\]/g)].map(([, ports]) => ports);
  expect(published.join()).not.toMatch(/2113|8025|27017|1025/);
  expect(read('compose.browse.yml')).toMatch(/8025:8025/);
});
