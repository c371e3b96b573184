/** An identifier of the design in words: `outcome-unknown` → `Outcome unknown`. */
export const words = (id: string): string => {
  if (id === 'ok') return 'OK';
  const text = id.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** A name of a type or a field in words: `TokenInvalidated` → `Token invalidated`. */
export const camelWords = (name: string): string =>
  words(name.replace(/(?<=[a-z\d])(?=[A-Z])/g, '-').toLowerCase());

export type Tone = 'good' | 'warn' | 'bad' | 'info' | '';

const TONES: Readonly<Record<string, Tone>> = {
  ...{ accepted: 'good', delivered: 'good', raised: 'good', ok: 'good' },
  ...{ pending: 'info', sending: 'info', running: 'info' },
  ...{ deferred: 'warn', 'outcome-unknown': 'warn', degraded: 'warn', held: 'warn', paused: 'warn' },
  ...{ rejected: 'bad', bounced: 'bad', complained: 'bad', 'given-up': 'bad', abandoned: 'bad' },
  ...{ active: 'good', connected: 'good', registered: 'good', configured: 'good', approved: 'good' },
  ...{ waiting: 'info', expiring: 'warn', unregistered: 'warn', unconfigured: 'warn', unknown: 'warn' },
  ...{ ended: 'bad', undeliverable: 'bad' },
  ...{ down: 'bad', failed: 'bad', open: 'bad', stopped: 'bad', revoked: 'bad', removed: 'bad' },
  ...{ building: 'info', rebuilding: 'info', behind: 'info', probing: 'info', working: 'info' },
  ...{ following: 'good', 'up-to-date': 'good', closed: 'good', valid: 'good', added: 'good' },
  ...{
    'read-only': 'warn',
    expired: 'warn',
    changed: 'warn',
    'clock-in-doubt': 'warn',
    'relay-fails': 'bad',
  },
};

/** How serious a state is, for its colour; the word beside it says the same. */
export const toneOf = (state: string): Tone => TONES[state] ?? '';

/** The choices of a filter, with the current one selected. */
export const optionsOf = (
  values: readonly string[],
  current: string | undefined,
): readonly { readonly value: string; readonly label: string; readonly isSelected: boolean }[] =>
  values.map((value) => ({ value, label: words(value), isSelected: value === current }));

/** A count with its noun: `1 mail`, `1,200 mails`. @param plural where it is not the noun with an s. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? noun : plural}`;
