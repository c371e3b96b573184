import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A file that pages load. Its address has its hash, so that browsers keep it until it changes. */
export interface Asset {
  readonly type: string;
  readonly content: Buffer;
  readonly hash: string;
}

const htmx = createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js');

const asset = (file: URL | string, type: string): Asset => {
  const content = readFileSync(file);
  return { type, content, hash: createHash('sha256').update(content).digest('base64url').slice(0, 16) };
};

const own = (name: string): URL => new URL(`./files/${name}`, import.meta.url);

export const ASSETS: Readonly<Record<string, Asset>> = {
  'console.css': asset(own('console.css'), 'text/css; charset=utf-8'),
  'console.js': asset(own('console.js'), 'text/javascript; charset=utf-8'),
  'htmx.js': asset(htmx, 'text/javascript; charset=utf-8'),
  'live.js': asset(own('live.js'), 'text/javascript; charset=utf-8'),
  'unsent.js': asset(own('unsent.js'), 'text/javascript; charset=utf-8'),
  'icon.svg': asset(own('icon.svg'), 'image/svg+xml'),
};

/** Where pages load an asset from. */
export const assetPath = (name: keyof typeof ASSETS & string): string =>
  `/console/assets/${ASSETS[name]?.hash}/${name}`;
