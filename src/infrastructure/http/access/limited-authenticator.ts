import { Injectable } from '@nestjs/common';
import { Authenticator } from '../../../application/access/authenticator.js';
import type { Principal } from '../../../domain/access/principal.js';
import { hasCode } from '../../../domain/kernel/herald-error.js';
import { FailedCredentials } from '../limits/failed-credentials.js';

/** Authenticates whoever presents a credential, and counts those of one address that are wrong. */
@Injectable()
export class LimitedAuthenticator {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly failures: FailedCredentials,
  ) {}

  /**
   * @param ip the address that the request came from.
   * @param authorization the value of the header `Authorization`.
   * @throws HeraldError `too-many-requests`, and what `Authenticator.authenticate` throws.
   */
  async authenticate(ip: string, authorization: string): Promise<Principal> {
    this.failures.requireRoom(ip, authorization);
    try {
      const principal = await this.authenticator.authenticate(authorization);
      this.failures.succeeded(ip, authorization);
      return principal;
    } catch (error) {
      if (hasCode(error, 'credential-invalid')) this.failures.failed(ip);
      throw error;
    }
  }
}
