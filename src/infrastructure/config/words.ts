import * as z from 'zod';

/** A setting of several words. @param separator what stands between them. Default: spaces. */
export const words = (separator = /\s+/) =>
  z.string().transform((value): readonly string[] => value.split(separator).filter(Boolean));

/** The same in lower case. */
export const lowerCaseWords = (separator?: RegExp) =>
  words(separator).transform((all) => all.map((word) => word.toLowerCase()));
