import { type Config, publicUrlOf } from './config.js';
import { isServiceLink } from './service-links.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is set from outside and taken for no setting; undefined when there is no such variable. */
export function ignoredSettings(environment: Environment): string | undefined {
  const names = Object.keys(environment).filter((name) => isServiceLink(name, environment[name]));
  if (names.length === 0) return undefined;
  return `${names.sort().join(', ')}: taken for what Kubernetes says of a Service, and ignored. Set enableServiceLinks: false in the pod to be rid of them.`;
}

/** Why recipients could not follow the links of mails; undefined when they can, or when no mail leaves. */
export function unreachableLinks(config: Config): string | undefined {
  if (config.HERALD_MAIL.startsWith('outbox:')) return undefined;
  const url = publicUrlOf(config);
  if (!isLoopback(new URL(url).hostname)) return undefined;
  return `Mails are sent, and their unsubscribe links lead to ${url}, which recipients cannot reach: set HERALD_PUBLIC_URL to where they reach Herald.`;
}

const isLoopback = (host: string): boolean =>
  /^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(host);
