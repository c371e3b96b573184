import type { TestHerald } from '../http/herald.js';

/** A page of the console, as a browser gets it. */
export interface OpenedPage {
  readonly status: number;
  /** The HTML of its content, without what surrounds it. */
  readonly main: string;
  /** What it says, without tags; spaces are one. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>' };

const unescaped = (html: string): string =>
  html
    .replace(/&#x([\dA-F]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&(quot|amp|lt|gt);/g, (_, name: string) => ENTITIES[name] ?? '');

/** Opens a page. @param key default: none. */
export const opened = async ({ url }: TestHerald, path: string, key?: string): Promise<OpenedPage> => {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}${path}`, { redirect: 'manual', headers });
  const html = await answer.text();
  const main = /<main[^>]*>([\s\S]*)<\/main>/.exec(html)?.[1] ?? '';
  const text = unescaped(main.replace(/<[^>]+>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
  return { status: answer.status, main, text };
};

/** Where the links of a page lead, without those of its surroundings. */
export const linksOf = ({ main }: OpenedPage): readonly string[] =>
  [...main.matchAll(/href="([^"]*)"/g)].map(([, href]) => unescaped(String(href)));

/** The cells of each row of a page's tables, as text. */
export const rowsOf = ({ main }: OpenedPage): readonly (readonly string[])[] =>
  [...main.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
    [...String(row).matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) =>
      unescaped(String(cell).replace(/<[^>]+>/g, ' '))
        .replace(/\s+/g, ' ')
        .trim(),
    ),
  );
