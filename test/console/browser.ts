import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a browser keeps of a cookie. */
interface Kept {
  readonly value: string;
  readonly isStrict: boolean;
}

/** A page as a browser has it. */
export interface Opened {
  readonly status: number;
  readonly text: string;
  /** Where the answer leads. */
  readonly location: string;
  readonly setCookies: readonly string[];
}

/** Follows no redirects, and keeps cookies as a browser does: those for their own site alone do not go along from another one. */
export class Browser {
  readonly #cookies = new Map<string, Kept>();

  get cookieNames(): readonly string[] {
    return [...this.#cookies.keys()];
  }

  /** Has a cookie, as if an answer had set it. */
  keep(name: string, value: string): void {
    this.#cookies.set(name, { value, isStrict: false });
  }

  /** @param from whose page leads there: `none` if it was typed. */
  open(url: string, from: 'none' | 'same-origin' | 'cross-site' = 'same-origin'): Promise<Opened> {
    return this.#request(url, from);
  }

  /** Sends a form of a page of the same site. */
  send(url: string, fields: Readonly<Record<string, string>>): Promise<Opened> {
    return this.#request(url, 'same-origin', new URLSearchParams(fields));
  }

  async #request(url: string, from: string, form?: URLSearchParams): Promise<Opened> {
    const cookie = [...this.#cookies]
      .filter(([, { isStrict }]) => from !== 'cross-site' || !isStrict)
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const {
      statusCode = 0,
      headers,
      text,
    } = await answerTo(
      url,
      {
        ...(cookie ? { cookie } : {}),
        ...{ 'sec-fetch-site': from, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      },
      form,
    );
    const setCookies = headers['set-cookie'] ?? [];
    for (const one of setCookies) this.#set(one);
    return { status: statusCode, text, location: headers.location ?? '', setCookies };
  }

  #set(header: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
    if (/;\s*max-age=0(;|$)/i.test(header)) this.#cookies.delete(name);
    else this.#cookies.set(name, { value, isStrict: /;\s*samesite=strict/i.test(header) });
  }
}

/** Not by fetch: that says in its own way why it asks. */
const answerTo = async (url: string, headers: Readonly<Record<string, string>>, form?: URLSearchParams) => {
  const asked = form
    ? request(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      }).end(form.toString())
    : request(url, { headers }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { statusCode: answer.statusCode, headers: answer.headers, text: await text(answer) };
};
