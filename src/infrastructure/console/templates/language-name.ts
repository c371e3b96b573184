const names = new Intl.DisplayNames(['en'], { type: 'language' });

/** The English name of a language. @param tag BCP 47, such as `de`. */
export const languageName = (tag: string): string => names.of(tag) ?? tag;
