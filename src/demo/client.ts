/** Talks to Herald over HTTP, like any platform. */
export class Client {
  constructor(private readonly url: string) {}

  async get<T>(path: string): Promise<T> {
    return this.#read(await fetch(`${this.url}${path}`));
  }

  async post<T>(path: string, contentType: string, body: unknown): Promise<T> {
    const headers = { 'content-type': contentType };
    return this.#read(
      await fetch(`${this.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
    );
  }

  async #read<T>(response: Response): Promise<T> {
    const answer = (await response.json()) as T & { readonly detail?: string; readonly refused?: number };
    if (response.status === 207 || !response.ok)
      throw new Error(`${response.url}: ${response.status} ${answer.detail ?? `${answer.refused} refused`}`);
    return answer;
  }
}
