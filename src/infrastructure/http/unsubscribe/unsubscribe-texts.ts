import type { ContentFrequency } from '../../../domain/solution/solution.js';

/** What the unsubscribe page says in one language. */
export interface UnsubscribeTexts {
  readonly language: string;
  readonly title: string;
  readonly test: string;
  readonly ask: { readonly heading: string; readonly stop: string; readonly action: string };
  /** What somebody gets; nobody who gets nothing is told of a frequency. */
  readonly frequency: Readonly<Record<Exclude<ContentFrequency, 'off'>, string>>;
  readonly unsubscribed: string;
  readonly notSubscribed: string;
  readonly noMore: string;
  readonly again: { readonly action: string; readonly settings: string; readonly done: string };
  /** Why there is no such page, and what to do. */
  readonly failure: Readonly<
    Record<'damaged' | 'tooMany' | 'unavailable', { readonly heading: string; readonly next: string }>
  >;
}

const en: UnsubscribeTexts = {
  language: 'en',
  title: 'Approval digests',
  test: 'This is a test: Herald is running on a test clock.',
  ask: {
    heading: 'Unsubscribe from approval digests?',
    stop: 'Stop these mails about content that needs your approval.',
    action: 'Unsubscribe',
  },
  frequency: {
    daily: 'You get them every day.',
    weekly: 'You get them every week.',
    monthly: 'You get them every month.',
  },
  unsubscribed: 'You have been unsubscribed.',
  notSubscribed: 'You are not subscribed to approval digests.',
  noMore:
    'You will get no more mails about content that needs your approval. This is about the company in the mail; mails for other companies have links of their own.',
  again: {
    action: 'Subscribe again',
    settings: 'You can change how often you get them under Settings > Notifications.',
    done: 'You are subscribed to approval digests.',
  },
  failure: {
    damaged: {
      heading: 'This link does not work.',
      next: 'A part of it may be missing. Open it from the mail again, or change how often you get mails under Settings > Notifications.',
    },
    tooMany: { heading: 'This page was opened too often.', next: 'Try again in a minute.' },
    unavailable: { heading: 'This page cannot be shown now.', next: 'Try again in a few minutes.' },
  },
};

const de: UnsubscribeTexts = {
  language: 'de',
  title: 'Übersichten zur Freigabe',
  test: 'Dies ist ein Test: Herald läuft mit einer Testuhr.',
  ask: {
    heading: 'Übersichten zur Freigabe abbestellen?',
    stop: 'Danach erhalten Sie keine Nachrichten mehr über Inhalte, die auf Ihre Freigabe warten.',
    action: 'Abbestellen',
  },
  frequency: {
    daily: 'Sie erhalten sie täglich.',
    weekly: 'Sie erhalten sie wöchentlich.',
    monthly: 'Sie erhalten sie monatlich.',
  },
  unsubscribed: 'Die Übersichten sind abbestellt.',
  notSubscribed: 'Sie haben keine Übersichten zur Freigabe abonniert.',
  noMore:
    'Sie erhalten keine Nachrichten mehr über Inhalte, die auf Ihre Freigabe warten. Das gilt für die Firma in der Nachricht; Nachrichten für andere Firmen haben eigene Links.',
  again: {
    action: 'Wieder abonnieren',
    settings: 'Wie oft sie kommen, legen Sie unter Einstellungen > Benachrichtigungen fest.',
    done: 'Sie haben die Übersichten zur Freigabe abonniert.',
  },
  failure: {
    damaged: {
      heading: 'Dieser Link funktioniert nicht.',
      next: 'Vielleicht fehlt ein Teil davon. Öffnen Sie ihn noch einmal aus der Nachricht, oder legen Sie unter Einstellungen > Benachrichtigungen fest, wie oft Nachrichten kommen.',
    },
    tooMany: {
      heading: 'Diese Seite wurde zu oft geöffnet.',
      next: 'Versuchen Sie es in einer Minute noch einmal.',
    },
    unavailable: {
      heading: 'Diese Seite kann gerade nicht angezeigt werden.',
      next: 'Versuchen Sie es in einigen Minuten noch einmal.',
    },
  },
};

/** By language, as the catalogues of mails name it. */
const TEXTS: Readonly<Record<string, UnsubscribeTexts>> = { en, de };

/** The texts in a language of mails; English for a language without texts. */
export const unsubscribeTexts = (language: string): UnsubscribeTexts =>
  Object.hasOwn(TEXTS, language) ? (TEXTS[language] as UnsubscribeTexts) : en;

/** The texts in the language that a browser prefers of those there are (RFC 9110, 12.5.4); English if there is none of them. */
export const preferredTexts = (acceptLanguage = ''): UnsubscribeTexts => {
  const [preferred] = acceptLanguage
    .split(',')
    .map((range) => {
      const [tag = '', quality = ''] = range.split(';');
      return {
        language: tag.trim().toLowerCase().split('-')[0] ?? '',
        quality: Number(/q=([\d.]+)/.exec(quality)?.[1] ?? 1),
      };
    })
    .filter(({ language, quality }) => quality > 0 && Object.hasOwn(TEXTS, language))
    .sort((a, b) => b.quality - a.quality);
  return unsubscribeTexts(preferred?.language ?? '');
};
