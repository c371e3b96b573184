import { type Config, publicUrlOf } from './config.js';
import { isServiceLink } from './service-links.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variables that look like settings but are ignored; undefined if there are none. */
export function ignoredSettings(environment: Environment): string | undefined {
  const names = Object.keys(environment).filter((name) => isServiceLink(name, environment[name]));
  if (names.length === 0) return undefined;
  return `${names.sort().join(', ')}: ignored, because they look like the service links of Kubernetes. Set enableServiceLinks: false in the pod to remove them.`;
}

/** Why recipients could not follow the links in mails; undefined if they can, or if no mail is sent. */
export function unreachableLinks(config: Config): string | undefined {
  if (config.HERALD_MAIL.startsWith('outbox:')) return undefined;
  const url = publicUrlOf(config);
  if (!isLoopback(new URL(url).hostname)) return undefined;
  return `Mails are sent, but their unsubscribe links lead to ${url}, which recipients cannot reach. Set HERALD_PUBLIC_URL to the public address of Herald.`;
}

/** Whether a host, as URLs write it, is this machine. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(host);
