import {
  Controller,
  Get,
  HttpCode,
  Inject,
  Optional,
  Post,
  Req,
  Res,
  SetMetadata,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { Authenticator } from '../../../application/access/authenticator.js';
import { MAX_CREDENTIAL } from '../../../domain/bounds.js';
import { HeraldError, hasCode } from '../../../domain/kernel/herald-error.js';
import { LimitedAuthenticator } from '../../http/access/limited-authenticator.js';
import { OfConsole, Public } from '../../http/access/route-access.js';
import { noSessionCookies, sessionCookies, sessionIn } from '../../http/access/session-cookie.js';
import { Sessions } from '../../http/access/sessions.js';
import { SignInProvider } from '../../oidc/sign-in-provider.js';
import { Filters, Form } from '../kit/form.js';
import { href } from '../kit/href.js';
import { OwnPagesOnly } from '../kit/own-pages-only.js';
import { PageFilter } from '../kit/page-filter.js';
import { PageInterceptor } from '../kit/page-interceptor.js';
import { type SeeOther, VIEW } from '../kit/page-model.js';
import { afterSignIn, SIGN_IN, type SignInPage, signInPage, to } from './sign-in-page.js';

/** Whoever has to sign in gets the page to do so, whatever the address says besides. */
const said = z.string().optional().catch(undefined);

const signInQuery = z.object({ to, why: said, signed: said });

const signInForm = z.object({ to, key: z.string('Paste your key.').max(MAX_CREDENTIAL) });

/** What the page says, by the reason for which somebody is led to it. */
const REASONS = {
  'credential-missing':
    'You are not signed in, so what you sent was not done. Sign in: the page of the form opens again, and you can send it once more.',
  'credential-invalid':
    'Your session is over: what you signed in with expired or was revoked. Sign in again. A form that you have just sent was not done: its page opens again.',
  'session-lost':
    'Your browser did not keep the session. Open the console over HTTPS, or on this machine as localhost, and allow cookies.',
} as const;

const saysOf = (why: string): string | undefined =>
  Object.hasOwn(REASONS, why) ? REASONS[why as keyof typeof REASONS] : undefined;

/** Signing in with a key, and out. */
@Public('a session is made of a valid credential only')
@Controller('console')
@UseInterceptors(PageInterceptor)
@UseFilters(PageFilter)
export class SignInController {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: Sessions,
    private readonly limited: LimitedAuthenticator,
    @Optional() @Inject(SignInProvider) private readonly provider?: SignInProvider,
  ) {}

  @Get('sign-in')
  @SetMetadata(VIEW, 'sign-in')
  @OfConsole()
  async show(
    @Filters({ schema: signInQuery }) { to: wanted, why, signed }: z.output<typeof signInQuery>,
    @Req() request: FastifyRequest,
  ): Promise<SignInPage | SeeOther> {
    const unusable = await this.#whyUnusable(request);
    if (unusable === undefined) return { seeOther: wanted };
    const says = unusable.says ?? saysOf(signed === undefined ? (why ?? '') : 'session-lost');
    return signInPage(wanted, says, this.provider);
  }

  @Post('sign-in')
  @HttpCode(200)
  @SetMetadata(VIEW, 'sign-in')
  @OfConsole()
  @OwnPagesOnly()
  async signIn(
    @Form({ schema: signInForm }) { to: wanted, key }: z.output<typeof signInForm>,
    @Req() { ip }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignInPage | SeeOther> {
    try {
      await this.limited.authenticate(ip, `Bearer ${key}`);
    } catch (error) {
      if (!hasCode(error, 'credential-invalid')) throw error;
      void reply.status(401);
      return signInPage(wanted, (error as HeraldError).message, this.provider);
    }
    void reply.header('set-cookie', sessionCookies(await this.sessions.seal(key)));
    return { seeOther: afterSignIn(wanted) };
  }

  @Post('sign-out')
  @OfConsole()
  @OwnPagesOnly()
  signOut(@Res({ passthrough: true }) reply: FastifyReply): SeeOther {
    void reply.header('set-cookie', noSessionCookies());
    return { seeOther: href(SIGN_IN, { done: 'signed-out' }) };
  }

  /**
   * Why the session of a browser opens no page, as far as that is worth a sentence; undefined if it does. Whatever is wrong with it, one can
   * sign in otherwise here: with the key for emergencies while the provider is away, for example.
   */
  async #whyUnusable({ headers }: FastifyRequest): Promise<{ readonly says?: string } | undefined> {
    const session = sessionIn(headers.cookie);
    const credential = session && (await this.sessions.credentialOf(session));
    try {
      await this.authenticator.authenticate(credential ? `Bearer ${credential}` : undefined);
      return undefined;
    } catch (error) {
      if (hasCode(error, 'credential-missing') || hasCode(error, 'credential-invalid')) return {};
      if (hasCode(error, 'permission-missing') || hasCode(error, 'issuer-unavailable'))
        return { says: error.message };
      throw error;
    }
  }
}
