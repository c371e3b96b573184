import { HeraldError } from '../../domain/kernel/herald-error.js';

/** What was asked for is not there; `hint` says where to look. */
export const notFound = (what: string, hint: string): HeraldError =>
  new HeraldError('not-found', `${what} Look at ${hint}.`);
