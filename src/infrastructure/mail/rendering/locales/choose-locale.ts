import type { Catalogue } from './catalogue.js';
import { de } from './de.js';
import { en } from './en.js';

const CATALOGUES: ReadonlyMap<string, Catalogue> = new Map([en, de].map((each) => [each.language, each]));

/** The languages that there is a catalogue of, as BCP 47 tags; the first one is used where none fits. */
export const LOCALES: readonly string[] = [...CATALOGUES.keys()];

/** The result for a requested locale. */
export interface ChosenLocale {
  readonly catalogue: Catalogue;
  /** The locale of dates and numbers: the recipient's own region where its language is spoken here. */
  readonly formats: string;
}

const parse = (requested: string): Intl.Locale | undefined => {
  try {
    // platforms also write de_AT
    return new Intl.Locale(requested.replaceAll('_', '-'));
  } catch {
    return undefined;
  }
};

/**
 * The catalogue for a BCP 47 tag: exact, else by language, else English (also for an invalid tag). Dates keep the requested
 * region, e.g. `de-AT` gives German texts with `Jänner`.
 */
export const chooseLocale = (requested: string): ChosenLocale => {
  const locale = parse(requested);
  const catalogue = CATALOGUES.get(locale?.baseName ?? '') ?? CATALOGUES.get(locale?.language ?? '');
  if (!catalogue) return { catalogue: en, formats: en.defaultRegion };
  const formats = locale?.region ? `${locale.language}-${locale.region}` : catalogue.defaultRegion;
  return { catalogue, formats };
};
