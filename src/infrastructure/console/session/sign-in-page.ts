import * as z from 'zod';
import type { SignInProvider } from '../../oidc/sign-in-provider.js';
import { withoutDone } from '../kit/done.js';
import { href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';

export const HOME = '/console';

export const SIGN_IN = '/console/sign-in';

/** Where to go after signing in: a page of the console as an address in a header has it, and nothing else. */
export const to = z
  .string()
  .max(4_096)
  .regex(/^\/console(?:[/?][\x21-\x7e]*)?$/)
  .transform(withoutDone)
  .catch(HOME)
  .default(HOME);

/** What the view `sign-in` shows. */
export interface SignInPage extends PageModel {
  readonly to: string;
  readonly says: string | undefined;
  readonly provider: { readonly host: string; readonly href: string } | undefined;
}

/** The page to sign in. @param says what went wrong, if anything did. */
export const signInPage = (
  wanted: string,
  says: string | undefined,
  provider: SignInProvider | undefined,
): SignInPage => ({
  ...{ title: 'Sign in', to: wanted, says },
  provider: provider && { host: provider.host, href: href(`${SIGN_IN}/oidc`, { to: wanted }) },
});

/** Where a browser is led that has just been given a session: there it shows whether it kept it. */
export const afterSignIn = (wanted: string): string => href(SIGN_IN, { to: wanted, signed: 'yes' });
