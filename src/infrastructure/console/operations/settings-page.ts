import type { Setting } from '../../../application/ports/settings.js';
import type { PageModel } from '../kit/page-model.js';

/** What the view `settings` shows. */
export interface SettingsPage extends PageModel {
  readonly rows: readonly {
    readonly name: string;
    readonly says: string;
    readonly value: string | undefined;
    readonly usual: string | undefined;
    readonly isDefault: boolean;
    readonly secret: boolean;
  }[];
}

/** The page of the settings of an instance, which have no secrets. */
export const settingsPage = (settings: readonly Setting[]): SettingsPage => ({
  title: 'Settings',
  rows: settings.map(({ name, says, value, default: usual, isDefault, secret }) => ({
    ...{ name, says, isDefault, secret },
    value: value ?? undefined,
    usual: usual ?? undefined,
  })),
});
