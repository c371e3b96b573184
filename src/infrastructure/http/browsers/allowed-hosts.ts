import { isIP } from 'node:net';

const WILDCARDS = new Set(['0.0.0.0', '[::]']);

/** `localhost`, its subdomains, 127.0.0.0/8 and ::1: no other machine can be reached by them. */
const isLoopback = (host: string): boolean =>
  /^(?:.+\.)?localhost$/.test(host) || /^127(?:\.\d+){3}$/.test(host) || host === '[::1]';

const isAddress = (host: string): boolean => host.startsWith('[') || isIP(host) === 4;

/**
 * The hosts by which a listener is asked for. A page of another site that has its name resolve to this machine (DNS rebinding) asks
 * for that name. It cannot ask for `localhost` or for an address: those are not its own.
 */
export class AllowedHosts {
  readonly #listening: string;
  readonly #names: ReadonlySet<string>;
  readonly #suffixes: readonly string[];

  /**
   * @param listening the address or the name that the listener listens on.
   * @param names further names; `*.example.com` stands for all below it.
   */
  constructor(listening: string, names: readonly string[]) {
    this.#listening = listening.includes(':') ? `[${listening.toLowerCase()}]` : listening.toLowerCase();
    this.#names = new Set([this.#listening, ...names]);
    this.#suffixes = names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  }

  /** @param host as `hostOf` answers it. */
  has(host: string): boolean {
    if (this.#names.has(host) || this.#suffixes.some((suffix) => host.endsWith(suffix))) return true;
    const isEverywhere = WILDCARDS.has(this.#listening);
    if (isLoopback(host)) return isEverywhere || isLoopback(this.#listening);
    return isAddress(host) && isEverywhere;
  }
}
