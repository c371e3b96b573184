import type { RegisteredId } from '../../../../domain/rules/registry.js';
import type { UnreachedReason } from '../../../../domain/rules/shared/escalation.js';
import type { Formats, MomentWords } from '../formats.js';

/** An account as the texts speak of it. */
export interface AccountWords {
  readonly name: string;
  readonly network: string;
}

/** What the escalation contact should have the partner do. */
type Task = (partner: string, solution: string) => string;

/** The texts that each notification has of its own. */
interface NotificationTexts {
  readonly 'content-needs-approval': {
    readonly subject: (posts: number, solution: string, formats: Formats) => string;
    readonly heading: (posts: number, formats: Formats) => string;
    readonly intro: (posts: number, partner: string, formats: Formats) => string;
    readonly more: (posts: number, formats: Formats) => string;
    readonly action: string;
    readonly footer: (solution: string) => string;
    readonly topic: (posts: number, formats: Formats) => string;
    readonly toDo: Task;
  };
  readonly 'no-social-media-content': {
    readonly subject: (solution: string) => string;
    readonly heading: string;
    readonly intro: (partner: string) => string;
    readonly action: string;
    readonly footer: (solution: string) => string;
    readonly topic: string;
    /** The intro as the escalation contact reads it. */
    readonly report: (partner: string) => string;
    readonly toDo: Task;
  };
  readonly 'settings-update-required': {
    readonly topic: (account: AccountWords, relative: string) => string;
    readonly heading: (relative: string) => string;
    readonly intro: (account: AccountWords, partner: string, relative: string) => string;
    readonly action: string;
    readonly toDo: Task;
  };
  readonly 'account-expired': {
    readonly topic: (account: AccountWords) => string;
    readonly heading: string;
    readonly intro: (account: AccountWords, partner: string) => string;
    readonly timePassed: string;
    readonly action: string;
    readonly toDo: Task;
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
  readonly direction: 'ltr' | 'rtl';
  readonly moments: MomentWords;

  readonly greeting: (name: string) => string;
  readonly testPrefix: string;
  readonly test: string;
  /** `delay` is spelled out, e.g. `3 hours`. */
  readonly late: (delay: string, planned: string) => string;
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
  /** The date at which an authorization ends, and how far away that is. */
  readonly expiry: (moment: string, relative: string) => string;
  /** In the subject of what the recipient has to do something about. */
  readonly actionRequired: (topic: string) => string;
  readonly reconnect: (solution: string) => string;
  readonly accountFooter: (solution: string) => string;
  readonly escalation: EscalationTexts;
}

/** A person who was not reached, as the texts speak of them. */
export interface UnreachedWords {
  readonly address: string;
  readonly reply: string;
}

/** The texts for the escalation contact. */
export interface EscalationTexts {
  readonly greeting: string;
  readonly footer: (solution: string) => string;
  readonly action: (solution: string) => string;
  readonly whoHeading: string;
  readonly toDoHeading: string;
  readonly owner: (name: string) => string;
  readonly morePeople: (people: number, formats: Formats) => string;
  /** Nobody at the partner is responsible for it. */
  readonly nobody: (partner: string) => string;
  readonly kinds: {
    readonly unreachable: EscalationKind;
    readonly undelivered: EscalationKind;
  };
  readonly reasons: { readonly [R in UnreachedReason]: (person: UnreachedWords) => string };
  /** What prevents the next notification from reaching nobody; one sentence for each reason there is. */
  readonly remedies: {
    readonly preferences: string;
    readonly address: string;
    readonly responsible: string;
    readonly later: string;
  };
  readonly senderRefused: {
    readonly subject: (sender: string) => string;
    readonly heading: string;
    readonly intro: (sender: string, solution: string) => string;
    readonly held: string;
    readonly reply: string;
    readonly steps: (domain: string) => readonly string[];
  };
}

interface EscalationKind {
  readonly subject: (partner: string, topic: string) => string;
  readonly heading: string;
  readonly why: (partner: string) => string;
}
