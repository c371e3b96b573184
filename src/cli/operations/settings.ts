import type { Setting } from '../../application/ports/settings.js';
import { HeraldClient } from '../herald-client.js';
import { say } from '../terminal/terminal.js';

/** Lists the settings of an instance, without secrets. @returns the exit code 0. */
export async function settings({
  url,
  json,
}: {
  readonly url: string;
  readonly json?: boolean;
}): Promise<number> {
  for await (const setting of new HeraldClient(url).items<Setting>('/v1/settings'))
    say(json ? JSON.stringify(setting) : lineOf(setting));
  return 0;
}

const lineOf = ({ name, value, isDefault, says }: Setting): string =>
  `${name}  ${value ?? 'not set'}${isDefault && value !== null ? ' (default)' : ''}  ${says}`;
