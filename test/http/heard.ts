/** What somebody hears of, and when by the clock of the partner (YYYY-MM-DD HH:MM). */
export interface Heard {
  readonly who: string;
  readonly rule: string;
  readonly about: string;
  /** Why they do not hear of it. */
  readonly withheld?: string;
  readonly at: readonly string[];
}

const nine = (...dates: readonly string[]) => dates.map((date) => `2026-${date} 09:00`);

const digests = (who: string, about: string, at: readonly string[]): Heard => ({
  ...{ who, rule: 'content-needs-approval', about, at },
});
const reminders = (who: string, about: string, at: readonly string[], withheld?: string): Heard => ({
  ...{ who, rule: 'settings-update-required', about, at },
  ...(withheld ? { withheld } : {}),
});
const endings = (who: string, about: string, at: readonly string[], withheld?: string): Heard => ({
  ...{ who, rule: 'account-expired', about, at },
  ...(withheld ? { withheld } : {}),
});

const MONDAYS_IN_BERLIN = nine('01-12', '01-26', '02-02', '02-09', '02-16', '02-23', '03-02');

const HUDSON_REMINDED = nine('01-19', '01-26', '02-02');
const HUDSON_EXPIRED = ['2026-02-04 10:00', ...nine('02-11', '02-18')];
const SAKURA_EXPIRED = ['2026-02-06 11:30', ...nine('02-13')];
const SAKURA_REMINDED = nine('02-16', '02-23');
const DANA_REMINDED = nine('02-09', '02-16', '02-23');
const DANA_EXPIRED = ['2026-02-25 04:00'];
const UNREACHABLE = 'no-reachable-recipient';

/** Everything that anybody hears, or does not, in the eight weeks of samples/README.md, worked out by hand. */
export const HEARD: readonly Heard[] = [
  digests('greta', 'haus-linden', [...MONDAYS_IN_BERLIN, '2026-01-15 12:00'].sort()),
  digests('jonas', 'haus-linden', MONDAYS_IN_BERLIN),
  digests('felix', 'haus-linden', nine('01-12')),
  digests('mira', 'haus-linden', [
    ...nine('01-07', '01-09', '01-14', '01-15', '01-22', '01-24', '01-29'),
    ...nine('02-05', '02-12', '02-20', '02-26'),
  ]),
  digests('olivia', 'hudson-glow', nine('01-12', '01-19', '01-26', '02-02', '02-16', '02-23', '03-02')),
  digests('marcus', 'hudson-glow', nine('02-01', '03-01')),
  digests('theo', 'hudson-glow', nine('02-16', '02-23', '03-02')),
  digests('haruka', 'sakura-spa', nine('01-12', '01-19', '02-02', '02-09', '02-16', '03-02')),
  { ...digests('sam', 'lakeside-gear', nine('01-19')), withheld: 'not-entitled' },
  { who: 'olivia', rule: 'no-social-media-content', about: 'hudson-glow', at: ['2026-01-28 11:00'] },
  reminders('greta', 'fb-haus-linden', nine('01-12', '01-19')),
  reminders('jonas', 'fb-haus-linden', nine('01-12', '01-19'), 'opted-out'),
  reminders('mira', 'li-mira', nine('02-16', '02-23', '03-02')),
  ...['olivia', 'marcus'].flatMap((who) => [
    reminders(who, 'ig-hudson-glow', HUDSON_REMINDED),
    endings(who, 'ig-hudson-glow', HUDSON_EXPIRED),
  ]),
  ...['haruka', 'kenji'].flatMap((who) => [
    endings(who, 'x-sakura-spa', SAKURA_EXPIRED),
    reminders(who, 'ig-sakura-spa', SAKURA_REMINDED),
    endings(who, 'ig-sakura-spa', ['2026-02-27 12:00']),
  ]),
  reminders('*escalation', 'x-dana', DANA_REMINDED),
  reminders('*nobody', 'x-dana', DANA_REMINDED, UNREACHABLE),
  endings('*escalation', 'x-dana', DANA_EXPIRED),
  endings('*nobody', 'x-dana', DANA_EXPIRED, UNREACHABLE),
  reminders('sam', 'fb-lakeside-gear', nine('01-05', '01-12', '01-19'), 'not-entitled'),
  endings(
    ...(['sam', 'fb-lakeside-gear', nine('01-20', '01-27', '02-03', '02-10', '02-17', '02-24')] as const),
    'not-entitled',
  ),
];
