import type { RegisteredId } from '../../../../domain/rules/registry.js';
import type { Formats } from '../formats.js';

/** An account as the texts speak of it. */
export interface AccountWords {
  readonly name: string;
  readonly network: string;
}

/** The texts that each notification has of its own. */
interface NotificationTexts {
  readonly 'content-needs-approval': {
    readonly subject: (posts: number, solution: string, formats: Formats) => string;
    readonly heading: (posts: number, formats: Formats) => string;
    readonly intro: (posts: number, partner: string, formats: Formats) => string;
    readonly more: (posts: number, formats: Formats) => string;
    readonly action: string;
    readonly footer: (solution: string) => string;
  };
  readonly 'no-social-media-content': {
    readonly subject: (solution: string) => string;
    readonly heading: string;
    readonly intro: (partner: string) => string;
    readonly action: string;
    readonly footer: (solution: string) => string;
  };
  readonly 'settings-update-required': {
    readonly subject: (account: AccountWords, relative: string) => string;
    readonly heading: (relative: string) => string;
    readonly intro: (account: AccountWords, partner: string, relative: string) => string;
    readonly action: string;
  };
  readonly 'account-expired': {
    readonly subject: (account: AccountWords) => string;
    readonly heading: string;
    readonly intro: (account: AccountWords, partner: string) => string;
    readonly timePassed: string;
    readonly action: string;
  };
}

/**
 * Every text of every mail in one language. A language that leaves one out does not compile.
 * Values that arrive here are plain text; the templates escape them.
 */
export interface Catalogue {
  /** The language of the texts, as it stands in `lang`. */
  readonly language: string;
  /** The region whose dates are used when the recipient's locale names none. */
  readonly defaultRegion: string;

  readonly greeting: (name: string) => string;
  readonly testPrefix: string;
  readonly test: string;
  /** `delay` is spelled out, e.g. `3 hours`. */
  readonly late: (delay: string, planned: string) => string;
  readonly escalation: (partner: string) => string;
  readonly zone: (timeZone: string) => string;
  readonly unsubscribe: string;
  readonly labels: {
    readonly account: string;
    readonly network: string;
    readonly kind: string;
    readonly expires: string;
    readonly ended: string;
    readonly reason: string;
    readonly publishing: string;
  };
  readonly kinds: { readonly personal: string; readonly company: string };

  /** The texts of each notification. */
  readonly notifications: { readonly [Id in RegisteredId]: NotificationTexts[Id] };
  /** Posts of earlier mails that still wait. */
  readonly older: (posts: number, formats: Formats) => string;
  readonly reconnect: (solution: string) => string;
  readonly accountFooter: (solution: string) => string;
}
