import { AllowedHosts } from '../http/browsers/allowed-hosts.js';
import type { Listener } from '../http/listeners/listeners.js';
import type { Config } from './config.js';

/** By which hosts each listener is asked for. Recipients ask for that of HERALD_PUBLIC_URL, operators for that of HERALD_CONSOLE_URL. */
export const allowedHostsOf = ({
  HERALD_HOST,
  HERALD_PUBLIC_HOST = HERALD_HOST,
  HERALD_PUBLIC_PORT,
  HERALD_PUBLIC_URL,
  HERALD_CONSOLE_URL,
  HERALD_ALLOWED_HOSTS = [],
}: Config): Readonly<Record<Listener, AllowedHosts>> => {
  const published = [...HERALD_ALLOWED_HOSTS, ...hostOf(HERALD_PUBLIC_URL)];
  const known = HERALD_PUBLIC_PORT === undefined ? published : HERALD_ALLOWED_HOSTS;
  return {
    api: new AllowedHosts(HERALD_HOST, [...known, ...hostOf(HERALD_CONSOLE_URL)]),
    public: new AllowedHosts(HERALD_PUBLIC_HOST, published),
  };
};

const hostOf = (url: string | undefined): readonly string[] => (url ? [new URL(url).hostname] : []);
