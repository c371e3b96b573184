import type { AllowedDomains } from './allowed-domains.js';
import { isPrivateHost } from './private-host.js';
import type { SolutionSettings } from './solution.js';

/** What a solution may send as, and lead recipients to. */
export interface SolutionDomains {
  /** The domains of senders; undefined: any. */
  readonly senders: AllowedDomains | undefined;
  /** The domains of links and logos; undefined: any that is not private. */
  readonly links: AllowedDomains | undefined;
  /** On a test clock links may be http, and lead to this machine or its network. */
  readonly isTest: boolean;
}

/** A field whose domain is refused, such as `sender.address`. */
export interface RefusedDomain {
  readonly field: string;
  readonly message: string;
}

type Addresses = Pick<
  SolutionSettings,
  'solutionId' | 'sender' | 'baseUrl' | 'accountUrl' | 'postUrl' | 'branding'
>;

/** The fields of a solution's settings that name a domain which the solution may not use; empty if there is none. */
export const refusedDomains = (settings: Addresses, domains: SolutionDomains): readonly RefusedDomain[] => {
  const { solutionId, sender } = settings;
  const domain = sender.address.slice(sender.address.lastIndexOf('@') + 1);
  const isRefused = domains.senders && !domains.senders.allows(solutionId, domain);
  return [
    ...(isRefused ? [{ field: 'sender.address', message: notAllowed(domain, 'HERALD_SENDER_DOMAINS') }] : []),
    ...linksOf(settings).flatMap(({ field, url }) => {
      const message = linkProblem(solutionId, url, domains);
      return message === undefined ? [] : [{ field, message }];
    }),
    ...footerProblems(settings, domains),
  ];
};

const linksOf = ({ baseUrl, accountUrl, postUrl, branding }: Addresses) =>
  [
    { field: 'baseUrl', url: baseUrl },
    { field: 'accountUrl', url: accountUrl },
    { field: 'postUrl', url: postUrl },
    { field: 'branding.logoUrl', url: branding?.logoUrl },
  ].flatMap(({ field, url }) => (url === undefined ? [] : [{ field, url }]));

const linkProblem = (
  solutionId: string,
  link: string,
  { links, isTest }: SolutionDomains,
): string | undefined => {
  // A variable stands only behind the host.
  const { protocol, hostname } = new URL(link.replace(/[{}]/g, ''));
  if (protocol !== 'https:' && !isTest)
    return 'Expected an https URL: what people send to an http address can be read and changed on the way. Only a test clock takes http.';
  if (links)
    return links.allows(solutionId, hostname) ? undefined : notAllowed(hostname, 'HERALD_LINK_DOMAINS');
  if (isPrivateHost(hostname) && !isTest)
    return `Expected a public domain, not ${hostname}: recipients cannot reach it, or reach another machine there. If they can, ask the operator to name it in HERALD_LINK_DOMAINS.`;
  return undefined;
};

// Mail programs make links of hosts in texts. An e-mail address leads to no page.
const ADDRESS = /^[^@/:]+@[^@/:]+$/;
const HOST = /(?:[\p{L}\p{M}\p{N}-]+\.)+(?:\p{L}{2,}|xn--[a-z0-9-]+)|(?<=:\/\/)[^\s/?#@]+/giu;

const hostsIn = (text: string): readonly string[] =>
  text
    .split(/\s+/)
    .filter((word) => !ADDRESS.test(word))
    .flatMap((word) => word.match(HOST) ?? [])
    .map((host) => (URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : host));

/** The line at the end of mails is the only text in which links stay. */
const footerProblems = (
  { solutionId, branding }: Addresses,
  { links }: SolutionDomains,
): readonly RefusedDomain[] => {
  const outside = links && hostsIn(branding?.footer ?? '').find((host) => !links.allows(solutionId, host));
  return outside ? [{ field: 'branding.footer', message: notAllowed(outside, 'HERALD_LINK_DOMAINS') }] : [];
};

const notAllowed = (domain: string, setting: string): string =>
  `This solution may not use the domain ${domain}: use one that the operator allows, or ask for it to be added to ${setting}.`;
