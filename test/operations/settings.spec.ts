import { describe, expect, it } from 'vitest';
import type { Setting } from '../../src/application/ports/settings.js';
import { readConfig } from '../../src/infrastructure/config/config.js';
import { SECRET_SETTINGS } from '../../src/infrastructure/config/secret-settings.js';
import { ShownSettings } from '../../src/infrastructure/config/shown-settings.js';
import { filesIn, read } from '../docs/pages.js';
import { startTestHerald } from '../http/herald.js';

/** Too short to be replaced wherever it shows: the list of settings itself has to hide it. */
const CANARY = 'Canary7';
const LONG = `${CANARY}-that-nobody-can-guess-0123456789`;

/** Every setting that may hold a secret, with one. */
const WITH_SECRETS = {
  HERALD_EVENT_STORE: `esdb://ada:${CANARY}@log.example:2113`,
  HERALD_READ_MODELS: `mongodb://ada:${CANARY}@documents.example/herald?authSource=options`,
  HERALD_MAIL: `smtp://ada:${CANARY}@mail.example:587`,
  HERALD_FEEDBACK_MAILBOX: `imaps://ada:${CANARY}@mail.example`,
  HERALD_ADMIN_KEY: LONG,
  HERALD_SECRET: LONG,
  HERALD_FEEDBACK_POSTMARK: `ada:${LONG}`,
  HERALD_FEEDBACK_STANDARD_SECRETS: `whsec_${LONG}`,
  HERALD_OIDC_CLIENT_SECRET: LONG,
  HERALD_OIDC_ISSUER: `https://ada:${CANARY}@id.example`,
  HERALD_OIDC_JWKS_URL: `https://ada:${CANARY}@id.example/keys?key=${CANARY}`,
} as const;

/** What the provider's settings need beside them. */
const NEEDED = {
  HERALD_OIDC_ISSUER: 'https://id.example',
  HERALD_OIDC_AUDIENCE: 'herald',
  HERALD_OIDC_CLIENT_ID: 'herald-console',
};

const shown = (environment: Readonly<Record<string, string>>): ReadonlyMap<string, Setting> =>
  new Map(new ShownSettings(readConfig(environment)).all().map((setting) => [setting.name, setting]));

describe('The settings as they are shown', () => {
  it('are all that there are, in the order of their names, each with what it is', () => {
    const names = [...shown({}).keys()];
    const source = filesIn('src/infrastructure/config', '.ts').map(read).join('\n');
    const known = [...source.matchAll(/^ {2}(HERALD_\w+)(?::|,$)/gm)].map(([, name]) => String(name));
    expect(known.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(35);
    expect(names).toEqual([...names].sort());
    for (const { says } of shown({}).values()) expect(says).toMatch(/^[A-Z].*\.$/);
  });

  it('are the defaults where nothing is set', () => {
    for (const { name, value, isDefault, ...setting } of shown({}).values())
      expect({ name, value, isDefault }).toEqual({ name, value: setting.default, isDefault: true });
    expect(shown({ HERALD_PORT: '3001' }).get('HERALD_PORT')).toMatchObject({
      ...{ value: '3001', default: '3000', isDefault: false, secret: false },
    });
    expect(shown({ HERALD_ALLOWED_HOSTS: 'herald *.example.com' }).get('HERALD_ALLOWED_HOSTS')).toMatchObject(
      {
        ...{ value: 'herald *.example.com', default: null, isDefault: false },
      },
    );
  });

  it('have no secrets', () => {
    const settings = shown({
      ...NEEDED,
      ...WITH_SECRETS,
      HERALD_EVENT_STORE: `${WITH_SECRETS.HERALD_EVENT_STORE}?tls=false`,
      HERALD_MAIL: `${WITH_SECRETS.HERALD_MAIL}?lanes=3`,
    });
    const shownOf = (name: string) => settings.get(name)?.value;
    expect(shownOf('HERALD_EVENT_STORE')).toBe('esdb://log.example:2113');
    expect(shownOf('HERALD_READ_MODELS')).toBe('mongodb://documents.example/herald');
    expect(shownOf('HERALD_MAIL')).toBe('smtp://mail.example:587');
    expect(shownOf('HERALD_FEEDBACK_MAILBOX')).toBe('imaps://mail.example');
    expect(shownOf('HERALD_OIDC_JWKS_URL')).toBe('https://id.example/keys');
    for (const name of ['ADMIN_KEY', 'SECRET', 'FEEDBACK_POSTMARK', 'FEEDBACK_STANDARD_SECRETS'])
      expect(settings.get(`HERALD_${name}`)).toMatchObject({ value: 'set', secret: true, isDefault: false });
    expect(shown({}).get('HERALD_ADMIN_KEY')).toMatchObject({ value: null, secret: true });
  });

  it.each(Object.entries(WITH_SECRETS))('show no part of the secret in %s', (name, value) => {
    const all = JSON.stringify([...shown({ ...NEEDED, [name]: value }).values()]);
    for (const secret of [CANARY, encodeURIComponent(CANARY), 'ada', 'options'])
      expect(all).not.toContain(secret);
  });

  it('are tried with every secret and every address that there is', () => {
    const secret = [...shown({}).values()].filter((one) => one.secret).map(({ name }) => name);
    expect(Object.keys(WITH_SECRETS)).toEqual(
      expect.arrayContaining([...secret, ...SECRET_SETTINGS, 'HERALD_SECRET']),
    );
  });

  it('are answered in pages', async () => {
    const herald = await startTestHerald();
    try {
      type Page = { items: readonly Setting[]; next: string | null };
      const { body } = await herald.get<Page>('/v1/settings?limit=200');
      expect(body.next).toBeNull();
      expect(body.items).toEqual(new ShownSettings(herald.herald.config).all());
      const first = (await herald.get<Page>('/v1/settings?limit=1')).body;
      const second = (await herald.get<Page>(`/v1/settings?limit=1&after=${first.next}`)).body;
      expect([...first.items, ...second.items]).toEqual(body.items.slice(0, 2));
    } finally {
      await herald.stop();
    }
  });
});
