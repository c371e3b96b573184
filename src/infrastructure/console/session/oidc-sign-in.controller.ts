import { Controller, Get, Inject, Optional, Req, Res, UseFilters, UseInterceptors } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { Authenticator } from '../../../application/access/authenticator.js';
import { notFound } from '../../../application/audit/not-found.js';
import { TooManyRequests } from '../../../application/limits/too-many-requests.js';
import { HeraldError, hasCode } from '../../../domain/kernel/herald-error.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { OfConsole, Public } from '../../http/access/route-access.js';
import { sessionCookies } from '../../http/access/session-cookie.js';
import { Sessions } from '../../http/access/sessions.js';
import { noAttemptCookie, type SignInAttempt, SignInAttempts } from '../../http/access/sign-in-attempts.js';
import { FailedCredentials } from '../../http/limits/failed-credentials.js';
import { Problems } from '../../http/problems/problems.js';
import { SignInProvider } from '../../oidc/sign-in-provider.js';
import { Filters } from '../kit/form.js';
import { PageFilter } from '../kit/page-filter.js';
import { PageInterceptor } from '../kit/page-interceptor.js';
import type { SeeOther } from '../kit/page-model.js';
import { PageRenderer } from '../kit/page-renderer.js';
import { afterSignIn, HOME, SIGN_IN, signInPage, to } from './sign-in-page.js';

const startQuery = z.object({ to });

/** A longer address of a page does not fit into the cookie of an attempt. */
const MAX_KEPT_ADDRESS = 2_000;

/** Signing in at the OpenID provider: the token that Herald accepts becomes the session, and ends it when it expires. */
@Public('a session is made of a token that is verified like every other')
@Controller('console/sign-in/oidc')
@UseInterceptors(PageInterceptor)
@UseFilters(PageFilter)
export class OidcSignInController {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: Sessions,
    private readonly attempts: SignInAttempts,
    private readonly failures: FailedCredentials,
    private readonly problems: Problems,
    private readonly pages: PageRenderer,
    @Inject(CONFIG) private readonly config: Config,
    @Optional() @Inject(SignInProvider) private readonly provider?: SignInProvider,
  ) {}

  /** Leads to the provider. */
  @Get()
  @OfConsole()
  async start(
    @Filters({ schema: startQuery }) { to: wanted }: z.output<typeof startQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeeOther | string> {
    try {
      const { url, started } = await this.#configured().start(this.#redirectUri(request));
      const kept = wanted.length > MAX_KEPT_ADDRESS ? HOME : wanted;
      void reply.header('set-cookie', await this.attempts.cookieOf({ ...started, to: kept }));
      return { seeOther: url };
    } catch (error) {
      return this.#failed(error, request, reply, wanted);
    }
  }

  /** The provider leads back here. The session does not come along with what follows from another site: the page goes on by itself. */
  @Get('callback')
  @OfConsole()
  async finish(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const attempt = await this.attempts.in(request.headers.cookie);
    const wanted = attempt?.to ?? HOME;
    void reply.header('set-cookie', noAttemptCookie());
    try {
      const token = await this.#token(attempt, request);
      void reply.header('set-cookie', sessionCookies(await this.sessions.seal(token)));
    } catch (error) {
      return this.#failed(error, request, reply, wanted);
    }
    const model = { title: 'Signing in', url: afterSignIn(wanted) };
    return this.pages.answer(request, reply, 'again', model);
  }

  /**
   * Only a token that the provider has issued counts as a credential that was wrong. Any page can lead browsers here with an answer of
   * its own, and must not keep an address from signing in by that.
   */
  async #token(attempt: SignInAttempt | undefined, { ip, url }: FastifyRequest): Promise<string> {
    const provider = this.#configured();
    if (!attempt) throw notStarted();
    const answer = url.replace(/^[^?]*/, '');
    this.failures.requireRoom(ip, answer);
    const tokens = await provider.finish(attempt, answer);
    try {
      return await this.#accepted(tokens);
    } catch (error) {
      if (hasCode(error, 'credential-invalid')) this.failures.failed(ip);
      throw error;
    }
  }

  /** The first token that is a credential: some providers issue none for the API, and say in the ID token who it is. */
  async #accepted([token = '', ...others]: readonly string[]): Promise<string> {
    try {
      await this.authenticator.authenticate(`Bearer ${token}`);
      return token;
    } catch (error) {
      if (others.length === 0 || !hasCode(error, 'credential-invalid')) throw error;
      return this.#accepted(others).catch((also: unknown) => {
        throw hasCode(also, 'credential-invalid') ? neither(error, also) : also;
      });
    }
  }

  #configured(): SignInProvider {
    if (this.provider) return this.provider;
    throw notFound('This installation has no OpenID provider to sign in at: sign in with a key.', SIGN_IN);
  }

  /** The address by which the browser knows the console; the guard of requests has checked the host. */
  #redirectUri({ protocol, headers }: FastifyRequest): string {
    const { HERALD_CONSOLE_URL = `${protocol}://${headers.host}` } = this.config;
    return `${HERALD_CONSOLE_URL}${SIGN_IN}/oidc/callback`;
  }

  #failed(error: unknown, request: FastifyRequest, reply: FastifyReply, wanted: string): string {
    if (error instanceof TooManyRequests) throw error;
    const { status, detail } = this.problems.of(error);
    void reply.status(status);
    return this.pages.answer(request, reply, 'sign-in', signInPage(wanted, detail, this.provider));
  }
}

const neither = (access: HeraldError, id: HeraldError): HeraldError =>
  new HeraldError(
    'credential-invalid',
    `${access.message} That was the access token; Herald does not take the ID token either: ${id.message}`,
  );

const notStarted = (): HeraldError =>
  new HeraldError(
    'credential-invalid',
    'You are not signed in: this browser did not start to sign in at this address, or it took longer than ten minutes. Start again, and allow cookies.',
  );
