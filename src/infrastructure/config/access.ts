import { AccessSettings } from '../../application/access/access-settings.js';
import type { Config } from './config.js';

/** What the settings say about access. */
export const accessSettingsOf = ({
  HERALD_HOST,
  HERALD_ADMIN_KEY,
}: Pick<Config, 'HERALD_HOST' | 'HERALD_ADMIN_KEY'>): AccessSettings =>
  new ConfiguredAccess(listensOnLoopback(HERALD_HOST), HERALD_ADMIN_KEY);

class ConfiguredAccess extends AccessSettings {
  constructor(
    override readonly isLoopback: boolean,
    override readonly adminKey: string | undefined,
  ) {
    super();
  }
}

/** Whether only programs of this machine reach an address that is listened on. */
export const listensOnLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i.test(host);
