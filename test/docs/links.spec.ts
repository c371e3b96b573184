import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, ROOT, read } from './pages.js';

const withoutCode = (text: string): string =>
  text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '`code`');

/** The anchor that GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsOf = (page: string): ReadonlySet<string> => {
  const text = read(page).replace(/^```[\s\S]*?^```$/gm, '');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(String(heading)));
  const named = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name]) => String(name));
  return new Set([...headings, ...named]);
};

const linksOf = (page: string): readonly string[] =>
  [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => String(target))
    .filter((target) => !/^[a-z]+:/.test(target));

const isBroken = (page: string, link: string): boolean => {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(`${ROOT}${target}`)) return true;
  return anchor !== undefined && !anchorsOf(target).has(anchor);
};

describe.each(pages)('%s', (page) => {
  it('has no broken link', () => {
    expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
  });

  it('names only files that are there', () => {
    const named = [...read(page).matchAll(/`((?:src|test|bench|docs|deploy|samples|scripts)\/[^`\s*<…]*)`/g)];
    expect(named.map(([, path]) => String(path)).filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });
});

it('docs/README.md links to every page', () => {
  const linked = new Set(linksOf('docs/README.md').map((link) => `docs/${link}`));
  const unlisted = pages.filter((page) => /^docs\/(?!README)[^/]+\.md$/.test(page) && !linked.has(page));
  expect(unlisted).toEqual([]);
});

const RECORDS = pages.filter((page) => /^docs\/decisions\/\d/.test(page));

it('docs/decisions/README.md links to every record', () => {
  expect(linksOf('docs/decisions/README.md').map((link) => `docs/decisions/${link}`)).toEqual(RECORDS);
});

it.each(RECORDS)('%s has a status, a context and a decision', (page) => {
  expect(read(page)).toMatch(
    /^# \d+\. [\s\S]*\*\*Status\*\*: [\s\S]*\*\*Context\.\*\*[\s\S]*\*\*Decision\.\*\*/,
  );
});
