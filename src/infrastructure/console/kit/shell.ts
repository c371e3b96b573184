import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../../application/ports/clock.js';
import { OperatingMode } from '../../../application/ports/operating-mode.js';
import { VERSION } from '../../../application/ports/version.js';
import { ANONYMOUS, isPermitted, type Principal } from '../../../domain/access/principal.js';
import type { Instant } from '../../../domain/kernel/event.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { assetPath } from '../assets/assets.js';
import { DONE, type Done } from './done.js';
import { type Destination, NAVIGATION } from './navigation.js';

/** What surrounds the content of every page. */
export interface ShellModel {
  readonly assets: {
    readonly icon: string;
    readonly style: string;
    readonly htmx: string;
    readonly script: string;
    readonly live: string;
    readonly unsent: string;
  };
  readonly navigation: readonly {
    readonly label: string;
    readonly links: readonly {
      readonly label: string;
      readonly href: string;
      readonly key: string;
      readonly isCurrent: boolean;
    }[];
  }[];
  /** Who is signed in; undefined on public pages. */
  readonly who:
    | { readonly id: string; readonly name: string; readonly role: string; readonly scope: string }
    | undefined;
  /** Nobody has to sign in. */
  readonly isOpen: boolean;
  readonly isTest: boolean;
  /** What the clock of the instance says. */
  readonly now: Instant;
  readonly version: string;
  /** The result of the form that led here. */
  readonly done: string | undefined;
}

/**
 * Where the form that led here was: on a page of the console, as far as the browser says where. Whoever makes a link elsewhere, or
 * has it typed, shows no success that never happened.
 */
const LED_HERE = new Set<unknown>([undefined, 'same-origin']);

/** Makes what surrounds the content of a page. */
@Injectable()
export class Shell {
  readonly #kinds: ReadonlySet<string | undefined>;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(VERSION) private readonly version: string,
    private readonly clock: Clock,
    private readonly mode: OperatingMode,
  ) {
    this.#kinds = new Set([
      undefined,
      ...(mode.isTest ? ['test-clock'] : []),
      ...(config.HERALD_MAIL.startsWith('outbox:') ? ['outbox'] : []),
    ]);
  }

  of({ url, principal, query, headers }: FastifyRequest): ShellModel {
    const path = url.replace(/[?#].*$/, '');
    const { done } = (query ?? {}) as { readonly done?: unknown };
    const isLedHere = LED_HERE.has(headers['sec-fetch-site']);
    return {
      assets: {
        icon: assetPath('icon.svg'),
        style: assetPath('console.css'),
        htmx: assetPath('htmx.js'),
        script: assetPath('console.js'),
        live: assetPath('live.js'),
        unsent: assetPath('unsent.js'),
      },
      navigation: principal ? this.#navigation(principal, path) : [],
      who: principal && {
        id: principal.id,
        name: principal.name,
        role: principal.role,
        scope: principal.scope === 'all' ? 'all solutions' : principal.scope.join(', '),
      },
      isOpen: principal?.id === ANONYMOUS.id,
      isTest: this.mode.isTest,
      now: this.clock.now(),
      version: this.version,
      done:
        isLedHere && typeof done === 'string' && Object.hasOwn(DONE, done) ? DONE[done as Done] : undefined,
    };
  }

  #navigation(principal: Principal, path: string): ShellModel['navigation'] {
    const isShown = ({ permission, only }: Destination) =>
      this.#kinds.has(only) && isPermitted(principal, permission);
    return NAVIGATION.map(({ label, destinations }) => ({
      label,
      links: destinations.filter(isShown).map((one) => ({
        ...{ label: one.label, href: one.href, key: one.key },
        isCurrent: isWithin(path, one.href),
      })),
    })).filter(({ links }) => links.length > 0);
  }
}

const isWithin = (path: string, destination: string): boolean =>
  path === destination || (destination !== '/console' && path.startsWith(`${destination}/`));
