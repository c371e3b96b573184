import { expect, it } from 'vitest';
import { messageOf } from '../../src/domain/kernel/herald-error.js';
import { readConfig } from '../../src/infrastructure/config/config.js';
import { MEANINGS } from '../../src/infrastructure/config/meanings.js';
import { SECRET_FILE_SETTINGS } from '../../src/infrastructure/config/secret-settings.js';
import { filesIn, read } from './pages.js';

const SOURCES = filesIn('src', '.ts')
  .filter((file) => !file.endsWith('.spec.ts'))
  .map(read);

const namesIn = (texts: readonly string[], pattern: RegExp): readonly string[] =>
  [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([name]) => name)))].sort();

const documented = [...read('docs/settings.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => String(name));

/** Whether it is a setting, whatever its value. */
const isKnown = (name: string): boolean => {
  try {
    readConfig({ [name]: 'x' });
    return true;
  } catch (error) {
    return !messageOf(error).includes(`${name}: Unknown setting.`);
  }
};

it('docs/settings.md lists every setting, and no other', () => {
  const settings = namesIn(SOURCES, /\bHERALD_[A-Z][A-Z_]*[A-Z]\b/g).filter(
    (name) => isKnown(name) && !name.startsWith('HERALD_TEST'),
  );
  expect(settings.length).toBeGreaterThan(10);
  expect(documented.filter((name) => name.startsWith('HERALD_')).sort()).toEqual(
    [...new Set([...settings, ...SECRET_FILE_SETTINGS])].sort(),
  );
});

it('docs/settings.md lists the settings that an instance says it has, those of the command line, and no other', () => {
  const ofInstance = documented.filter(
    (name) =>
      name.startsWith('HERALD_') &&
      !SECRET_FILE_SETTINGS.has(name) &&
      !['HERALD_URL', 'HERALD_KEY', 'HERALD_KEY_FILE'].includes(name),
  );
  expect(Object.keys(MEANINGS).sort()).toEqual(ofInstance.sort());
});

it('docs/settings.md lists every variable of OpenTelemetry that is read, and no other', () => {
  expect(documented.filter((name) => name.startsWith('OTEL_')).sort()).toEqual(
    namesIn(SOURCES, /\bOTEL_[A-Z_]+\b/g),
  );
});

it('docs/settings.md has the defaults of the code', () => {
  for (const [name, value] of Object.entries(readConfig({})))
    if (value !== undefined)
      expect(read('docs/settings.md'), name).toContain(`\n| \`${name}\` | \`${value}\` |`);
});
