/** A page as a browser without JavaScript has it. */
export interface OpenedPage {
  readonly status: number;
  readonly html: string;
  /** What it says, without markup, each run of spaces as one. */
  readonly text: string;
  readonly links: readonly string[];
  /** Where its forms post to. */
  readonly forms: readonly string[];
  /** Where the answer leads; empty if nowhere. */
  readonly location: string;
}

const attributes = (html: string, pattern: RegExp): readonly string[] =>
  [...html.matchAll(pattern)].map(([, value = '']) =>
    value.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='),
  );

const pageOf = async (answer: Response): Promise<OpenedPage> => {
  const html = await answer.text();
  const main = /<main.*<\/main>/s.exec(html)?.[0] ?? '';
  return {
    ...{ status: answer.status, html, location: answer.headers.get('location') ?? '' },
    text: main.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '),
    links: attributes(main, /<a [^>]*href="([^"]*)"/g),
    forms: attributes(main, /<form method="post" action="([^"]*)"/g),
  };
};

/** Where a form of the console comes from, as browsers say it. */
const OWN = { 'sec-fetch-site': 'same-origin' };

/** Opens pages and submits forms. @param key who does so. Default: nobody, while access is open. */
export const withoutJavaScript = (herald: { readonly url: string }, key?: string) => {
  const who: Readonly<Record<string, string>> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return {
    open: async (path: string): Promise<OpenedPage> =>
      pageOf(await fetch(`${herald.url}${path}`, { redirect: 'manual', headers: who })),
    submit: async (
      path: string,
      fields: Readonly<Record<string, string>> | readonly (readonly [string, string])[] = {},
      from: Readonly<Record<string, string>> = OWN,
    ): Promise<OpenedPage> =>
      pageOf(
        await fetch(`${herald.url}${path}`, {
          ...{
            method: 'POST',
            redirect: 'manual',
            body: new URLSearchParams(fields as Record<string, string>),
          },
          headers: { ...who, ...from },
        }),
      ),
  };
};
