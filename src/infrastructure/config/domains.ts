import { AllowedDomains } from '../../domain/solution/allowed-domains.js';
import type { SolutionDomains } from '../../domain/solution/solution-domains.js';
import type { Config } from './config.js';

type Settings = Pick<Config, 'HERALD_SENDER_DOMAINS' | 'HERALD_LINK_DOMAINS' | 'HERALD_CLOCK'>;

/** The domains that solutions may use. */
export const solutionDomainsOf = (config: Settings): SolutionDomains => ({
  senders: allowed(config.HERALD_SENDER_DOMAINS),
  links: allowed(config.HERALD_LINK_DOMAINS),
  isTest: config.HERALD_CLOCK === 'test',
});

const allowed = (setting: string | undefined): AllowedDomains | undefined =>
  setting === undefined ? undefined : AllowedDomains.parse(setting);
