import { MAX_ALLOWED_DOMAINS } from '../bounds.js';

/** The domains that an operator allows, by the solution that they are for. */
export class AllowedDomains {
  readonly #ofAll: readonly string[];
  readonly #own: ReadonlyMap<string, readonly string[]>;

  private constructor(ofAll: readonly string[], own: ReadonlyMap<string, readonly string[]>) {
    this.#ofAll = ofAll;
    this.#own = own;
  }

  /**
   * Reads `example.com *.example.org aurora=mail.aurora.example`: domains for every solution, and those of one solution, with spaces between.
   * `*.` stands for all subdomains, not for the domain itself.
   * @returns undefined if an entry is no domain, or if there are more than MAX_ALLOWED_DOMAINS.
   */
  static parse(setting: string): AllowedDomains | undefined {
    const entries = setting.split(/\s+/).filter(Boolean);
    if (entries.length === 0 || entries.length > MAX_ALLOWED_DOMAINS) return undefined;
    const ofAll: string[] = [];
    const own = new Map<string, string[]>();
    for (const entry of entries) {
      const [, solutionId, name = ''] = ENTRY.exec(entry) ?? [];
      const domain = canonicalDomain(name);
      if (domain === undefined) return undefined;
      if (solutionId === undefined) ofAll.push(domain);
      else own.set(solutionId, [...(own.get(solutionId) ?? []), domain]);
    }
    return new AllowedDomains(ofAll, own);
  }

  /** Whether this solution may use the domain. A solution with domains of its own has no others. */
  allows(solutionId: string, domain: string): boolean {
    const name = domain.toLowerCase().replace(/\.$/, '');
    return (this.#own.get(solutionId) ?? this.#ofAll).some((allowed) =>
      allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed,
    );
  }
}

// A solution's id has no `=`.
const ENTRY = /^(?:([^=]+)=)?([^=]+)$/;

/** A host as URLs write it: in lower case, other scripts as A-labels. */
const canonicalDomain = (text: string): string | undefined => {
  const [, wildcard = '', name = ''] = /^(\*\.)?([^/?#@:*\\]+|\[[0-9A-Fa-f:.]+\])$/.exec(text) ?? [];
  const url = `https://${name}`;
  return name && URL.canParse(url) ? `${wildcard}${new URL(url).hostname.replace(/\.$/, '')}` : undefined;
};
