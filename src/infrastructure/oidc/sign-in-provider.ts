/** What a browser has to keep until it is back from the provider. */
export interface StartedSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Where the provider leads back to. */
  readonly redirectUri: string;
}

/** Signs people in at an OpenID provider. It exists only where one is configured for that. */
export abstract class SignInProvider {
  /** The host at which people sign in. */
  abstract readonly host: string;

  /**
   * @param redirectUri a page of the console that the provider knows.
   * @returns the address at which the browser signs in.
   * @throws HeraldError `issuer-unavailable`.
   */
  abstract start(redirectUri: string): Promise<{ readonly url: string; readonly started: StartedSignIn }>;

  /**
   * @param answer the parameters with which the provider led back.
   * @returns the tokens that the provider issued, that for the API first. They are not verified for Herald.
   * @throws HeraldError `credential-invalid` if the answer is not one to this sign-in; `issuer-unavailable`.
   */
  abstract finish(started: StartedSignIn, answer: string): Promise<readonly string[]>;
}
