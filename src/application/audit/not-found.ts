import { HeraldError } from '../../domain/kernel/herald-error.js';

/** The error for something that does not exist; `hint` says where to look. */
export const notFound = (what: string, hint: string): HeraldError =>
  new HeraldError('not-found', `${what} Look at ${hint}.`);
