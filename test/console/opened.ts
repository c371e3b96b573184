/** A page as a browser gets it. */
export interface OpenedPage {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** What the page says: its HTML without tags and entities, each run of white space as one space. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"' },
  ...{ '#x27': "'", '#x3D': '=', '#x60': '`' },
};

const unescaped = (html: string): string =>
  html.replace(/&([a-z]+|#x[0-9A-F]{2});/g, (whole, name: string) => ENTITIES[name] ?? whole);

/** The `href` of every link of a page whose text is this. */
export const linksOf = ({ html }: OpenedPage, text: string): readonly string[] =>
  [...html.matchAll(/<a\b[^>]*?href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g)]
    .filter(([, , inner = '']) => textOf(inner) === text)
    .map(([, href = '']) => unescaped(href));

const textOf = (html: string): string =>
  unescaped(html.replace(/<[^>]+>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

/** Opens pages and sends forms as a browser does. @param key of whoever does so. Default: open access. */
export const browserOf = (url: string, key?: string) => {
  const who: Readonly<Record<string, string>> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return {
    open: async (path: string): Promise<OpenedPage> => {
      const answer = await fetch(`${url}${path}`, { redirect: 'manual', headers: who });
      const html = await answer.text();
      return { status: answer.status, headers: answer.headers, html, text: textOf(html) };
    },
    /** @param headers in place of those by which a browser says that a form is of the same site. */
    submit: async (
      path: string,
      fields: Readonly<Record<string, string>>,
      headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
    ): Promise<{ readonly status: number; readonly location: string | null }> => {
      const answer = await fetch(`${url}${path}`, {
        ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(fields).toString() },
        headers: { ...who, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      });
      await answer.arrayBuffer();
      return { status: answer.status, location: answer.headers.get('location') };
    },
  };
};
