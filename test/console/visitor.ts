import type { TestHerald } from '../http/herald.js';

/** A page as somebody gets it. */
export interface Visited {
  readonly status: number;
  readonly location: string | null;
  /** The HTML. */
  readonly html: string;
  /** What is in `main`, without tags, with single spaces, and none before a stop. */
  readonly text: string;
  /** Where the links in `main` lead. */
  readonly links: readonly string[];
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'", '&#x3D;': '=', '&#x60;': '`' },
};

const decoded = (html: string): string => html.replace(/&[#\w]+;/g, (entity) => ENTITIES[entity] ?? entity);

const mainOf = (html: string): string => /<main[^>]*>([\s\S]*)<\/main>/.exec(html)?.[1] ?? '';

/** Signs in with a key. @returns the Cookie header of the session. */
export const sessionOf = async ({ url }: TestHerald, key: string): Promise<string> => {
  const answer = await fetch(`${url}/console/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ key, to: '/console' }).toString(),
  });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
};

/** Opens pages of the console, with a key or as whoever is on this machine. */
export const visitorOf = async (herald: TestHerald, key?: string) => {
  const cookie = key === undefined ? '' : await sessionOf(herald, key);
  return {
    open: async (path: string): Promise<Visited> => {
      const answer = await fetch(`${herald.url}${path}`, { redirect: 'manual', headers: { cookie } });
      const html = await answer.text();
      const main = mainOf(html);
      return {
        status: answer.status,
        location: answer.headers.get('location'),
        html,
        text: decoded(main.replace(/<[^>]*>/g, ' '))
          .replace(/\s+/g, ' ')
          .replace(/ (?=[,.;:)])/g, '')
          .trim(),
        links: [...main.matchAll(/href="([^"]*)"/g)].map(([, link]) => decoded(link ?? '')),
      };
    },
  };
};

export type Visitor = Awaited<ReturnType<typeof visitorOf>>;
